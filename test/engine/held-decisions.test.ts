/** What a practice decides can be undone for some seconds, and is kept from the first. */
import { expect, test } from 'vitest';
import type { Millis, OfferId } from '#core/brand.ts';
import { HOUR } from '#core/domain/limits.ts';
import type { Decision } from '#engine/command.ts';
import { decisionId } from '#engine/fapp/held-decision.ts';
import { HOLD } from '#engine/fapp/held-decisions.ts';
import { OFFER, PROFILE } from '#test/engine/practice.ts';
import { createTestCrypto, createTestNode, joinNodes } from '#test/engine-node.ts';
import { createFaultStore } from '#test/fault-store.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

const IDS = ['00000000000000a1', '00000000000000b2'] as const;
const CONFIRM: Decision = { kind: 'confirm', requestId: IDS[0], note: 'Hinterhaus' };
const REJECT: Decision = { kind: 'reject', requestId: IDS[0] };

/** A practice with one slot, for which two people asked. */
const setUp = async () => {
  const clock = createVirtualClock();
  const crypto = createTestCrypto();
  const relay = await createTestNode({ role: 'relay', clock });
  let store = createFaultStore();
  let practice = await createTestNode({ role: 'leaf', clock, crypto, store });
  let cut = joinNodes(practice.driver, relay.driver, clock);
  const address = await practice.adopt();
  await practice.driver.command({ kind: 'save-profile', profile: PROFILE });
  await practice.driver.command({ kind: 'save-offer', offer: OFFER });
  const start = (Math.ceil(clock.now() / 300_000) * 300_000 + 30 * HOUR) as Millis;
  await practice.driver.command({ kind: 'add-slots', offer: 0 as OfferId, starts: [start] });
  const patients = await Promise.all(IDS.map(() => createTestNode({ role: 'leaf', clock })));
  for (const [index, patient] of patients.entries()) {
    joinNodes(patient.driver, relay.driver, clock);
    await clock.until(() => patient.engine.views.slots.size === 1);
    const said = { pseudonym: `P${index}`, code: '', text: '', display: '' };
    const wish = { requestId: IDS[index] ?? '', practice: address, offer: 0 as OfferId, start, ...said };
    await patient.driver.command({ kind: 'reserve', ...wish });
  }
  const phases = () => practice.engine.views.inbox().map(({ phase }) => phase);
  await clock.until(() => phases().length === 2);
  return {
    clock,
    start,
    phases,
    practice: () => practice,
    patientPhase: (index: number) => patients[index]?.engine.views.requests()[0]?.phase,
    hold: (decision: Decision) => practice.driver.command({ kind: 'hold', decision }),
    undo: (decision: Decision) => practice.driver.command({ kind: 'undo', id: decisionId(decision) }),
    /** The browser ends the node where it stands; it begins again from its disk. */
    restart: async (): Promise<void> => {
      cut();
      void practice.driver.stop();
      store = store.crash();
      practice = await createTestNode({ role: 'leaf', clock, crypto, store });
      cut = joinNodes(practice.driver, relay.driver, clock);
    },
  };
};

test('a confirmation happens when its time is up, not before', async () => {
  const { clock, hold, phases, practice, patientPhase } = await setUp();
  expect(await hold(CONFIRM)).toMatchObject({ ok: true });
  const at = clock.now() + HOLD;
  expect(practice().engine.views.held()).toEqual([{ decision: CONFIRM, at }]);
  await clock.run(HOLD - 1);
  expect(phases()).toEqual(['open', 'open']);
  await clock.run(1);
  expect(phases().toSorted()).toEqual(['confirmed', 'rejected']);
  await clock.until(() => patientPhase(0) === 'confirmed' && patientPhase(1) === 'rejected');
  expect(practice().engine.views.held()).toEqual([]);
  expect(await practice().store.entries('commands')).toEqual([]);
});

test('the app is closed while a decision waits: it is made all the same', async () => {
  for (const [decision, phase] of [
    [CONFIRM, 'confirmed'],
    [REJECT, 'rejected'],
  ] as const) {
    const { clock, hold, phases, restart, practice, patientPhase } = await setUp();
    await hold(decision);
    await restart();
    expect(practice().engine.views.held()).toHaveLength(1);
    expect(phases()).toEqual(['open', 'open']);
    await clock.until(() => patientPhase(0) === phase);
  }
});

test('the app was closed for longer than a decision waits: it is made at the next start', async () => {
  const { clock, hold, phases, restart, practice, start } = await setUp();
  await hold({ kind: 'withdraw-slot', offer: 0 as OfferId, start });
  clock.jump(HOUR);
  await restart();
  expect(practice().engine.views.offers()[0]?.slots[0]?.state).toBe('withdrawn');
  expect(phases()).toEqual(['rejected', 'rejected']);
  expect(practice().engine.views.held()).toEqual([]);
});

test('undone in time, nothing happened, and it can be decided anew', async () => {
  const { clock, hold, undo, phases, restart, patientPhase } = await setUp();
  await hold(CONFIRM);
  await clock.run(HOLD / 2);
  expect(await undo(CONFIRM)).toMatchObject({ ok: true });
  await restart();
  await clock.run(10 * HOLD);
  expect(phases()).toEqual(['open', 'open']);
  await hold(REJECT);
  await clock.until(() => patientPhase(0) === 'rejected');
});

test('undone too late, it stays as it is', async () => {
  const { clock, hold, undo, phases } = await setUp();
  await hold(CONFIRM);
  await clock.run(HOLD);
  expect(await undo(CONFIRM)).toMatchObject({ ok: true });
  expect(phases().toSorted()).toEqual(['confirmed', 'rejected']);
});

test('asked twice it waits once; the other answer to the same request takes its place', async () => {
  const { clock, hold, practice, patientPhase } = await setUp();
  await hold(REJECT);
  await clock.run(HOLD / 2);
  await hold(REJECT);
  expect(practice().engine.views.held()).toEqual([{ decision: REJECT, at: clock.now() + HOLD / 2 }]);
  await hold(CONFIRM);
  expect(practice().engine.views.held()).toEqual([{ decision: CONFIRM, at: clock.now() + HOLD }]);
  await clock.until(() => patientPhase(0) === 'confirmed');
});

test('what cannot be decided is refused at once', async () => {
  const { clock, hold, practice, start } = await setUp();
  const held = () => practice().engine.views.held();
  expect(await hold({ ...CONFIRM, requestId: 'ff'.repeat(8) })).toEqual({ ok: false, code: 'not-found' });
  expect(await hold({ ...REJECT, requestId: 'ff'.repeat(8) })).toEqual({ ok: false, code: 'not-found' });
  expect(await hold({ ...CONFIRM, note: 'ä'.repeat(101) })).toEqual({ ok: false, code: 'too-large' });
  expect(await hold({ kind: 'withdraw-slot', offer: 7 as OfferId, start })).toEqual({ ok: false, code: 'not-found' });
  expect(held()).toEqual([]);
  await practice().driver.command({ kind: 'confirm', requestId: IDS[0], note: '' });
  expect(await hold(REJECT)).toEqual({ ok: false, code: 'wrong-state' });
  expect(await hold({ kind: 'withdraw-slot', offer: 0 as OfferId, start })).toEqual({ ok: false, code: 'wrong-state' });
  clock.jump(26 * HOUR);
  expect(await hold({ ...CONFIRM, requestId: IDS[1] })).toMatchObject({ ok: false });
  expect(held()).toEqual([]);
});

test('decided in the last seconds before the deadline it still happens in time', async () => {
  const { clock, hold, phases, practice } = await setUp();
  const deadline = practice().engine.views.inbox()[0]?.deadline ?? 0;
  clock.jump(deadline - 2_000 - clock.now());
  await hold(CONFIRM);
  await clock.run(2_000);
  expect(phases()).toContain('confirmed');
});

test('a clock that is set back makes no decision wait for hours', async () => {
  const { clock, hold, phases } = await setUp();
  await hold(CONFIRM);
  await clock.run(HOLD / 2);
  clock.jump(-5 * HOUR);
  await clock.run(2 * HOLD);
  expect(phases()).toContain('confirmed');
});
