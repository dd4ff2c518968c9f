/** What people ask for and cannot have: refused with the reason, before anything is kept or sent. */
import { describe, expect, test } from 'vitest';
import type { Millis, NodeAddress, OfferId } from '#core/brand.ts';
import { HOUR, MINUTE } from '#core/domain/limits.ts';
import type { RefusalCode } from '#core/refusal.ts';
import { type Command, MAX_DISPLAY } from '#engine/command.ts';
import { LEAF_LIMITS } from '#engine/config.ts';
import { STATE_TABLES } from '#engine/loaded-state.ts';
import { OFFER, PROFILE } from '#test/engine/practice.ts';
import { createTestNode, joinNodes, type TestNode } from '#test/engine-node.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

const contents = async ({ store }: TestNode): Promise<unknown> =>
  Promise.all(STATE_TABLES.map((table) => store.entries(table)));

const setUp = async () => {
  const clock = createVirtualClock();
  const relay = await createTestNode({ role: 'relay', clock });
  const practice = await createTestNode({ role: 'leaf', clock });
  const config = { limits: { ...LEAF_LIMITS, requests: 2 } };
  const patient = await createTestNode({ role: 'leaf', clock, config });
  joinNodes(practice.driver, relay.driver, clock);
  const address = await practice.adopt();
  const { command } = practice.driver;
  await command({ kind: 'save-profile', profile: PROFILE });
  await command({ kind: 'save-offer', offer: OFFER });
  await command({ kind: 'save-offer', offer: { ...OFFER, codeRequired: true } });
  const first = Math.ceil(clock.now() / 300_000) * 300_000 + 30 * HOUR;
  const starts = [0, 1, 2, 3].map((index) => (first + index * HOUR) as Millis);
  await command({ kind: 'add-slots', offer: 0 as OfferId, starts: starts.slice(0, 3) });
  await command({ kind: 'add-slots', offer: 1 as OfferId, starts: starts.slice(3) });
  joinNodes(patient.driver, relay.driver, clock);
  await clock.until(() => patient.engine.views.slots.size === 2);
  await clock.run(2_000);
  const wish = (changed: Partial<Extract<Command, { kind: 'reserve' }>> = {}): Command => ({
    kind: 'reserve',
    requestId: '00000000000000a1',
    practice: address,
    offer: 0 as OfferId,
    start: starts[0] as Millis,
    pseudonym: 'Mondlicht',
    code: '',
    text: '',
    display: '',
    ...changed,
  });
  return { clock, relay, practice, patient, address, starts, wish };
};
type Scene = Awaited<ReturnType<typeof setUp>>;
type Wish = NonNullable<Parameters<Scene['wish']>[0]>;

describe('a patient', () => {
  const BAD: readonly (readonly [string, RefusalCode, (scene: Scene) => Wish])[] = [
    ['a request without a proper id', 'malformed', () => ({ requestId: 'A1' })],
    ['more to remember than there is room for', 'malformed', () => ({ display: 'x'.repeat(MAX_DISPLAY + 1) })],
    ['a practice that is not known', 'slot-gone', () => ({ practice: '00'.repeat(16) as NodeAddress })],
    ['an offer that there is not', 'slot-gone', () => ({ offer: 9 as OfferId })],
    ['a time that is not free', 'slot-gone', ({ starts }) => ({ start: (Number(starts[0]) + 5 * MINUTE) as Millis })],
    [
      'no code where one is required',
      'code-required',
      ({ starts }) => ({ offer: 1 as OfferId, start: starts[3] as Millis }),
    ],
    ['a code that is none', 'bad-code', () => ({ code: 'ABCDEFGHIJK!' })],
    ['a name that is too long', 'too-large', () => ({ pseudonym: 'ä'.repeat(13) })],
    ['a text that is too long', 'too-large', () => ({ text: 'ä'.repeat(101) })],
  ];

  test.each(BAD)('who wants %s hears: %s', async (_, code, changed) => {
    const scene = await setUp();
    const { patient, wish, clock, relay } = scene;
    const before = await contents(patient);
    expect(await patient.driver.command(wish(changed(scene)))).toEqual({ ok: false, code });
    await clock.run(1_000);
    expect(patient.engine.views.requests()).toEqual([]);
    expect(await contents(patient)).toEqual(before);
    expect(relay.engine.views.status().bundles).toBe(0);
    // The same slot can still be asked for.
    expect((await patient.driver.command(wish())).ok).toBe(true);
  });

  test('can ask up to ten minutes before, and within two hours until then', async () => {
    const { clock, patient, wish, starts } = await setUp();
    clock.jump(Number(starts[0]) - clock.now() - 11 * MINUTE);
    await clock.run(1_000);
    const asked = await patient.driver.command(wish());
    expect(asked).toMatchObject({ ok: true });
    expect(patient.engine.views.requests()[0]?.deadline).toBe(Number(starts[0]) - 10 * MINUTE);
    clock.jump(Number(starts[1]) - clock.now() - 9 * MINUTE);
    await clock.run(1_000);
    const late = wish({ requestId: '00000000000000b2', start: starts[1] as Millis });
    expect(await patient.driver.command(late)).toMatchObject({ ok: false });
    expect(patient.engine.views.requests()).toHaveLength(1);
  });

  test('has a bounded number of requests', async () => {
    const { patient, wish, starts } = await setUp();
    const ask = (index: number) =>
      patient.driver.command(wish({ requestId: `00000000000000a${index}`, start: starts[index] as Millis }));
    expect([await ask(0), await ask(1)]).toMatchObject([{ ok: true }, { ok: true }]);
    expect(await ask(2)).toEqual({ ok: false, code: 'over-capacity' });
  });

  test('cancels and forgets what there is, when it can be', async () => {
    const { clock, practice, patient, wish } = await setUp();
    const { command } = patient.driver;
    expect(await command({ kind: 'cancel', requestId: '00000000000000a1' })).toEqual({ ok: false, code: 'not-found' });
    await command(wish());
    expect(await command({ kind: 'forget-request', requestId: '00000000000000a1' })).toEqual({
      ok: false,
      code: 'wrong-state',
    });
    await clock.until(() => practice.engine.views.inbox().length === 1);
    await practice.driver.command({ kind: 'reject', requestId: '00000000000000a1' });
    await clock.until(() => patient.engine.views.requests()[0]?.phase === 'rejected');
    expect(await command({ kind: 'cancel', requestId: '00000000000000a1' })).toEqual({
      ok: false,
      code: 'wrong-state',
    });
    expect((await command({ kind: 'forget-request', requestId: '00000000000000a1' })).ok).toBe(true);
    expect(await patient.store.entries('requests')).toEqual([]);
  });
});

describe('a practice', () => {
  const NOBODY: readonly Command[] = [
    { kind: 'save-profile', profile: PROFILE },
    { kind: 'save-offer', offer: OFFER },
    { kind: 'add-slots', offer: 0 as OfferId, starts: [] },
    { kind: 'withdraw-slot', offer: 0 as OfferId, start: 0 as Millis },
    { kind: 'withdraw-offer', offer: 0 as OfferId },
    { kind: 'confirm', requestId: '00000000000000a1', note: '' },
    { kind: 'reject', requestId: '00000000000000a1' },
  ];
  test.each(NOBODY)('without an identity cannot $kind', async (command) => {
    const { patient } = await setUp();
    expect(await patient.driver.command(command)).toEqual({ ok: false, code: 'no-identity' });
  });

  const BAD: readonly (readonly [string, RefusalCode, (scene: Scene) => Command])[] = [
    ['a request that never came', 'not-found', () => ({ kind: 'confirm', requestId: 'ff'.repeat(8), note: '' })],
    ['to reject one that never came', 'not-found', () => ({ kind: 'reject', requestId: 'ff'.repeat(8) })],
    [
      'slots of an offer that there is not',
      'not-found',
      () => ({ kind: 'add-slots', offer: 9 as OfferId, starts: [] }),
    ],
    [
      'to change an offer that there is not',
      'not-found',
      () => ({ kind: 'save-offer', offer: { ...OFFER, id: 9 as OfferId } }),
    ],
    ['to withdraw one that there is not', 'not-found', () => ({ kind: 'withdraw-offer', offer: 9 as OfferId })],
    [
      'to withdraw a slot that there is not',
      'not-found',
      () => ({ kind: 'withdraw-slot', offer: 0 as OfferId, start: 1 as Millis }),
    ],
    [
      'a note that is too long',
      'too-large',
      ({ practice }) => ({
        kind: 'confirm',
        requestId: practice.engine.views.inbox()[0]?.requestId ?? '',
        note: 'ä'.repeat(101),
      }),
    ],
  ];
  test.each(BAD)('that wants %s hears: %s', async (_, code, command) => {
    const scene = await setUp();
    const { clock, practice, patient, wish } = scene;
    await patient.driver.command(wish());
    await clock.until(() => practice.engine.views.inbox().length === 1);
    await clock.run(2_000);
    const before = await contents(practice);
    expect(await practice.driver.command(command(scene))).toEqual({ ok: false, code });
    expect(await contents(practice)).toEqual(before);
    // The request is still open to be confirmed.
    const requestId = practice.engine.views.inbox()[0]?.requestId ?? '';
    expect((await practice.driver.command({ kind: 'confirm', requestId, note: '' })).ok).toBe(true);
  });
});
