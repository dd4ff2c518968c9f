/** What a practice makes of requests that it cannot take: a code, a receipt that says it, and nothing else changes. */
import { describe, expect, test } from 'vitest';
import type { Epoch, Millis, OfferId } from '#core/brand.ts';
import { DAY, HOUR, MINUTE } from '#core/domain/limits.ts';
import { toWireMinute } from '#core/domain/wire-time.ts';
import { REFUSALS, type RefusalCode } from '#core/refusal.ts';
import { KIND } from '#core/wire/kinds.ts';
import type { Reserve } from '#core/wire/reserve.ts';
import { LEAF_LIMITS } from '#engine/config.ts';
import { TALLY_KEY } from '#engine/fapp/practice-tally.ts';
import { OFFER, PROFILE } from '#test/engine/practice.ts';
import { createRawPatient, type Sealed, type Tampered } from '#test/engine/raw-patient.ts';
import { openRawPeer } from '#test/engine/raw-peer.ts';
import { createTestNode, joinNodes, type TestNode } from '#test/engine-node.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

const HOURS_AHEAD = 30;
const [PLAIN, WITH_CODE] = [0 as OfferId, 1 as OfferId];

const setUp = async (inbox = LEAF_LIMITS.inbox) => {
  const clock = createVirtualClock();
  const relay = await createTestNode({ role: 'relay', clock });
  const practice = await createTestNode({ role: 'leaf', clock, config: { limits: { ...LEAF_LIMITS, inbox } } });
  joinNodes(practice.driver, relay.driver, clock);
  const address = await practice.adopt();
  const { command } = practice.driver;
  await command({ kind: 'save-profile', profile: PROFILE });
  await command({ kind: 'save-offer', offer: OFFER });
  await command({ kind: 'save-offer', offer: { ...OFFER, codeRequired: true } });
  const first = Math.ceil(clock.now() / 300_000) * 300_000 + HOURS_AHEAD * HOUR;
  const starts = [0, 1, 2].map((index) => (first + index * HOUR) as Millis) as [Millis, Millis, Millis];
  await command({ kind: 'add-slots', offer: PLAIN, starts: starts.slice(0, 2) });
  await command({ kind: 'add-slots', offer: WITH_CODE, starts: [starts[2]] });
  await clock.until(() => relay.engine.views.slots.size === 2);
  const prekey = practice.engine.views.identity(address)?.record.prekeys.at(-1)?.key ?? new Uint8Array(32);
  const peer = openRawPeer(relay, clock.now());
  await clock.run(10);
  const patient = createRawPatient(peer, { practice: address, prekey, start: starts[0] }, () => clock.now());
  const deliver = async (sealed: Sealed): Promise<number | undefined> => {
    peer.send(sealed.bundle);
    await clock.run(200);
    return patient.receipt(sealed);
  };
  const ask = async (changed: Partial<Reserve> = {}, tampered: Tampered = {}): Promise<number | undefined> =>
    deliver(await patient.seal(changed, tampered));
  return { clock, relay, practice, patient, peer, address, starts, ask, deliver, command };
};
type Scene = Awaited<ReturnType<typeof setUp>>;

const count = ({ counters }: TestNode, code: RefusalCode): number => counters.get(`refused ${code}`) ?? 0;
const contents = ({ engine: { views } }: TestNode): unknown => structuredClone([views.inbox(), views.offers()]);
const same = (byte: number): Uint8Array => new Uint8Array(8).fill(byte);

/** Each meets a practice with one open request, of the sender 1, for its first slot. `answered`: a receipt says why. */
const BAD: readonly {
  readonly name: string;
  readonly code: RefusalCode;
  readonly changed?: (scene: Scene) => Partial<Reserve> | Promise<Partial<Reserve>>;
  readonly tampered?: Tampered;
  readonly answered?: false;
}[] = [
  { name: 'an offer that there is not', code: 'slot-gone', changed: () => ({ offer: 7 as OfferId }) },
  {
    name: 'a time that is not offered',
    code: 'slot-gone',
    changed: ({ starts }) => ({ start: toWireMinute((starts[0] + 5 * MINUTE) as Millis) }),
  },
  {
    name: 'a slot that was withdrawn',
    code: 'slot-gone',
    changed: async ({ command, starts }) => {
      await command({ kind: 'withdraw-slot', offer: PLAIN, start: starts[1] });
      return { start: toWireMinute(starts[1]) };
    },
  },
  {
    name: 'a slot that was given away',
    code: 'slot-taken',
    changed: async ({ practice, command }) => {
      await command({ kind: 'confirm', requestId: practice.engine.views.inbox()[0]?.requestId ?? '', note: '' });
      return {};
    },
  },
  {
    name: 'a slot of another epoch',
    code: 'stale-epoch',
    changed: () => ({ epoch: 1 as Epoch }),
  },
  {
    name: 'no code where one is required',
    code: 'code-required',
    changed: ({ starts }) => ({ offer: WITH_CODE, start: toWireMinute(starts[2]) }),
  },
  {
    name: 'a deadline that is past',
    code: 'expired',
    changed: ({ clock }) => ({ deadline: toWireMinute((clock.now() - MINUTE) as Millis) }),
  },
  { name: 'a second request of one sender', code: 'replayed', changed: () => ({ pseudonymId: same(1) }) },
  {
    name: 'the same request sealed anew',
    code: 'replayed',
    changed: () => ({ requestId: same(1), pseudonymId: same(2) }),
    answered: false,
  },
  {
    name: 'a bundle that nobody could remove',
    code: 'malformed',
    tampered: { wrongCommitment: true },
    answered: false,
  },
  {
    name: 'nothing that is a request',
    code: 'unknown-kind',
    tampered: { payload: new Uint8Array(291) },
    answered: false,
  },
  {
    name: 'a request for an offer beyond the sixteenth',
    code: 'malformed',
    tampered: { payload: Uint8Array.of(KIND.reserve, 16, ...new Uint8Array(289)) },
    answered: false,
  },
];

describe('a request that cannot be taken', () => {
  test.each(BAD)('$name: $code', async ({ code, changed, tampered, answered = true }) => {
    const scene = await setUp();
    const { practice, ask, clock } = scene;
    expect(await ask({ requestId: same(1), pseudonymId: same(1) })).toBe(0);
    const fields = (await changed?.(scene)) ?? {};
    await clock.run(25_000);
    const [before, counted] = [contents(practice), count(practice, code)];
    expect(await ask(fields, tampered)).toBe(answered ? REFUSALS[code] : undefined);
    expect(count(practice, code)).toBe(counted + 1);
    expect(contents(practice)).toEqual(before);
  });

  test('a slot that begins in ten minutes', async () => {
    const { clock, practice, ask, starts } = await setUp();
    clock.jump(starts[0] - clock.now() - 11 * MINUTE);
    await clock.run(1_000);
    expect(await ask({ deadline: toWireMinute(starts[0]) })).toBe(0);
    await clock.run(90_000);
    expect(await ask({ deadline: toWireMinute(starts[0]) })).toBe(REFUSALS['slot-too-soon']);
    expect(practice.engine.views.inbox()).toHaveLength(1);
  });

  test('the sixth for one slot, and not the first for the next', async () => {
    const { practice, ask, starts } = await setUp();
    for (let index = 0; index < 5; index++) expect(await ask()).toBe(0);
    expect(await ask()).toBe(REFUSALS['too-many-requests']);
    expect(await ask()).toBe(REFUSALS['too-many-requests']);
    expect(count(practice, 'too-many-requests')).toBe(2);
    expect(practice.engine.views.inbox()).toHaveLength(5);
    expect(await ask({ start: toWireMinute(starts[1]) })).toBe(0);
  });

  test('its bundle again, after everybody forgot that it was removed', async () => {
    const { clock, practice, patient, deliver, address } = await setUp();
    const sealed = await patient.seal({});
    expect(await deliver(sealed)).toBe(0);
    const before = contents(practice);
    const other = await createTestNode({ role: 'relay', clock });
    joinNodes(practice.driver, other.driver, clock);
    const again = openRawPeer(other, clock.now());
    await clock.run(50);
    again.send(sealed.bundle);
    await clock.run(200);
    expect(count(practice, 'replayed')).toBe(1);
    expect(contents(practice)).toEqual(before);
    expect(address).not.toBe('');
  });

  test('a copy that nobody could remove, heard first and often, takes nothing from the true one', async () => {
    const { practice, patient, peer, deliver, clock } = await setUp();
    const sealed = await patient.seal({});
    for (let index = 0; index < 50; index++) {
      const copy = Uint8Array.from(sealed.bundle);
      // The commitment lies behind kind, bucket and minute; nothing but the opener can check it.
      copy[5 + (index % 8)] = (copy[5 + (index % 8)] ?? 0) ^ (1 + (index >> 3));
      peer.send(copy);
    }
    await clock.run(200);
    expect(count(practice, 'malformed')).toBe(50);
    expect(practice.engine.views.inbox()).toEqual([]);
    expect(await deliver(sealed)).toBe(0);
    expect(practice.engine.views.inbox()).toHaveLength(1);
  });

  test('a deadline further away than the protocol allows is cut', async () => {
    const { clock, practice, ask } = await setUp();
    expect(await ask({ deadline: toWireMinute((clock.now() + 9 * DAY) as Millis) })).toBe(0);
    expect(practice.engine.views.inbox()[0]?.deadline).toBeLessThanOrEqual(clock.now() + DAY);
  });
});

/** The rows of requests; the day's tally lies beside them. */
const requestsOf = async ({ store }: TestNode) => (await store.entries('inbox')).filter(({ key }) => key !== TALLY_KEY);

describe('an inbox that is full', () => {
  test('refuses, without a word that it could not keep, and what is in it stays', async () => {
    const { practice, ask, relay } = await setUp(3);
    for (let index = 0; index < 3; index++) expect(await ask()).toBe(0);
    const before = contents(practice);
    expect(await ask()).toBeUndefined();
    expect(count(practice, 'over-capacity')).toBe(1);
    expect(contents(practice)).toEqual(before);
    // The request lies at the relay as long as it lives.
    expect(relay.engine.views.status().bundles).toBeGreaterThan(0);
  });

  test('of requests that were refused takes one that is good', async () => {
    const { practice, ask } = await setUp(3);
    for (let index = 0; index < 5; index++) expect(await ask({ offer: 7 as OfferId })).toBe(REFUSALS['slot-gone']);
    expect(await requestsOf(practice)).toHaveLength(3);
    expect(await ask()).toBe(0);
    expect(await requestsOf(practice)).toHaveLength(3);
    expect(practice.engine.views.inbox()).toHaveLength(1);
  });

  test('forgets what was refused, whatever time it named', async () => {
    const { clock, practice, ask } = await setUp();
    expect(await ask({ start: toWireMinute((clock.now() + 9_000 * DAY) as Millis) })).toBe(REFUSALS['slot-gone']);
    expect(await requestsOf(practice)).toHaveLength(1);
    clock.jump(4 * DAY);
    await clock.run(1_000);
    expect(await requestsOf(practice)).toHaveLength(0);
  });
});
