/** A practice takes back what it confirmed: the patient hears of it, whoever was off meanwhile, and the slot stays away. */
import { expect, test } from 'vitest';
import type { Millis, OfferId } from '#core/brand.ts';
import { DAY, HOUR } from '#core/domain/limits.ts';
import type { Command, Decision } from '#engine/command.ts';
import { decisionId } from '#engine/fapp/held-decision.ts';
import { HOLD } from '#engine/fapp/held-decisions.ts';
import { OFFER, PROFILE } from '#test/engine/practice.ts';
import { createTestCrypto, createTestNode, joinNodes } from '#test/engine-node.ts';
import { createFaultStore } from '#test/fault-store.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

const A = '00000000000000a1';
const B = '00000000000000b2';
const SLOT = 0 as OfferId;
const WORDS = { reason: 'illness', text: 'Bitte rufen Sie an.' } as const;
const CALL_OFF: Decision = { kind: 'call-off', requestId: A, ...WORDS };

/** A practice with one slot so many hours ahead; a patient who may be off; both devices may lose power. */
const setUp = async (hoursAhead = 30) => {
  const clock = createVirtualClock();
  const crypto = createTestCrypto();
  const relay = await createTestNode({ role: 'relay', clock });
  let store = createFaultStore();
  let practice = await createTestNode({ role: 'leaf', clock, crypto, store });
  let cut = joinNodes(practice.driver, relay.driver, clock);
  const address = await practice.adopt();
  const run = (command: Command) => practice.driver.command(command);
  await run({ kind: 'save-profile', profile: PROFILE });
  await run({ kind: 'save-offer', offer: OFFER });
  const start = (Math.ceil(clock.now() / 300_000) * 300_000 + hoursAhead * HOUR) as Millis;
  await run({ kind: 'add-slots', offer: SLOT, starts: [start] });
  const patient = await createTestNode({ role: 'leaf', clock });
  let cutPatient = joinNodes(patient.driver, relay.driver, clock);
  await clock.until(() => patient.engine.views.slots.size === 1);
  const reserve = (requestId: string, node = patient) =>
    node.driver.command({
      ...{ kind: 'reserve', requestId, practice: address, offer: SLOT, start },
      ...{ pseudonym: 'Mondlicht', code: '', text: '', display: '' },
    });
  const entry = (id = A) => practice.engine.views.inbox().find(({ requestId }) => requestId === id);
  const request = () => patient.engine.views.requests().find(({ requestId }) => requestId === A);
  await reserve(A);
  await clock.until(() => entry()?.phase === 'open' && request()?.phase === 'delivered');
  return {
    ...{ clock, relay, start, address, patient, run, reserve, entry, request },
    practice: () => practice,
    slotState: () => practice.engine.views.offers()[0]?.slots.find((slot) => slot.start === start)?.state,
    confirm: async () => {
      await run({ kind: 'confirm', requestId: A, note: '' });
      await clock.until(() => request()?.phase === 'confirmed');
    },
    hold: (decision: Decision) => run({ kind: 'hold', decision }),
    offline: () => cutPatient(),
    online: () => {
      cutPatient = joinNodes(patient.driver, relay.driver, clock);
    },
    restart: async (survivors = 0): Promise<void> => {
      cut();
      void practice.driver.stop();
      store = store.crash(survivors);
      practice = await createTestNode({ role: 'leaf', clock, crypto, store });
      cut = joinNodes(practice.driver, relay.driver, clock);
    },
  };
};

test('the patient reads why; the slot is away until it is offered anew', async () => {
  const { clock, run, confirm, hold, entry, request, slotState, patient, reserve, start } = await setUp();
  await confirm();
  expect(await hold(CALL_OFF)).toMatchObject({ ok: true });
  await clock.run(HOLD - 1);
  expect(entry()?.phase).toBe('confirmed');
  await clock.until(() => request()?.phase === 'cancelled');
  expect(request()).toMatchObject({ calledOff: WORDS, owesCancel: false });
  expect(entry()).toMatchObject({ phase: 'called-off', callOff: WORDS, unseen: false });
  await clock.until(() => entry()?.answer === 'custody');
  await clock.run(DAY / 24);
  expect(slotState()).toBe('withdrawn');
  expect(patient.engine.views.slots.size).toBe(0);
  expect(await reserve(B)).toEqual({ ok: false, code: 'slot-gone' });
  await run({ kind: 'add-slots', offer: SLOT, starts: [start] });
  await clock.until(() => patient.engine.views.slots.size === 1);
  await reserve(B);
  await clock.until(() => entry(B)?.phase === 'open');
  expect(await run({ kind: 'confirm', requestId: B, note: '' })).toMatchObject({ ok: true });
  expect(entry()?.phase).toBe('called-off');
});

test('undone in time, the appointment stands', async () => {
  const { clock, run, confirm, hold, entry, request } = await setUp();
  await confirm();
  await hold(CALL_OFF);
  await clock.run(HOLD / 2);
  await run({ kind: 'undo', id: decisionId(CALL_OFF) });
  await clock.run(10 * HOLD);
  expect(entry()?.phase).toBe('confirmed');
  expect(request()?.phase).toBe('confirmed');
});

test('said twice it is once: the words of the first stand', async () => {
  const { clock, run, confirm, request, entry } = await setUp();
  await confirm();
  expect(await run(CALL_OFF)).toEqual({ ok: true, value: A });
  expect(await run({ ...CALL_OFF, reason: 'other', text: '' })).toEqual({ ok: true, value: A });
  await clock.until(() => request()?.phase === 'cancelled');
  expect(entry()?.callOff).toEqual(WORDS);
  expect(request()?.calledOff).toEqual(WORDS);
});

test('power goes while it waits, and as it happens: it is said all the same', async () => {
  for (const wait of [1_000, HOLD]) {
    const { clock, confirm, hold, request, restart, slotState } = await setUp();
    await confirm();
    await hold(CALL_OFF);
    await clock.run(wait);
    await restart(2);
    await clock.until(() => request()?.phase === 'cancelled');
    expect(slotState()).toBe('withdrawn');
  }
});

test('called off before the confirmation was heard: the patient never sees one', async () => {
  const { clock, run, offline, online, request } = await setUp();
  offline();
  await run({ kind: 'confirm', requestId: A, note: 'Hinterhaus' });
  await clock.run(5_000);
  await run(CALL_OFF);
  await clock.run(5_000);
  online();
  await clock.until(() => request()?.phase === 'cancelled');
  await clock.run(60_000);
  expect(request()).toMatchObject({ phase: 'cancelled', calledOff: WORDS, owesCancel: false });
});

test('in one step with the confirmation only the call-off leaves', async () => {
  const { clock, run, request, entry } = await setUp();
  void run({ kind: 'confirm', requestId: A, note: '' });
  await run(CALL_OFF);
  await clock.until(() => request()?.phase === 'cancelled');
  expect(request()).toMatchObject({ calledOff: WORDS });
  expect(entry()?.phase).toBe('called-off');
});

test('a device that is off for three days hears of it; a copy of it says nothing new', async () => {
  const { clock, confirm, run, offline, online, request } = await setUp(6 * 24);
  await confirm();
  offline();
  await run(CALL_OFF);
  await clock.run(3 * DAY);
  online();
  await clock.until(() => request()?.phase === 'cancelled');
  const heard = request();
  await clock.run(1.5 * DAY);
  expect(request()).toEqual(heard);
});

test('an appointment is called off days after its request was answered', async () => {
  const { clock, confirm, run, request } = await setUp(6 * 24);
  await confirm();
  await clock.run(3.5 * DAY);
  expect(request()?.phase).toBe('confirmed');
  await run(CALL_OFF);
  await clock.until(() => request()?.phase === 'cancelled');
  expect(request()?.calledOff).toEqual(WORDS);
});

test('both at the same time: both know that there is nothing any more', async () => {
  const { clock, confirm, run, patient, offline, online, request, entry, slotState } = await setUp();
  await confirm();
  offline();
  await patient.driver.command({ kind: 'cancel', requestId: A });
  await run(CALL_OFF);
  online();
  await clock.run(60_000);
  expect(request()).toMatchObject({ phase: 'cancelled' });
  expect(request()?.calledOff).toBeUndefined();
  expect(entry()?.phase).toBe('called-off');
  expect(slotState()).toBe('withdrawn');
});

test('what was given back before the seconds were over is not called off', async () => {
  const { clock, confirm, hold, patient, entry, slotState } = await setUp();
  await confirm();
  await hold(CALL_OFF);
  await patient.driver.command({ kind: 'cancel', requestId: A });
  await clock.run(HOLD * 3);
  expect(entry()).toMatchObject({ phase: 'cancelled', unseen: true });
  expect(slotState()).toBe('free');
});

test('what cannot be called off is refused, held or at once', async () => {
  const { clock, confirm, run, hold, start, practice } = await setUp();
  const refused = async (decision: Decision, code: string) => {
    expect(await run(decision)).toEqual({ ok: false, code });
    expect(await hold(decision)).toEqual({ ok: false, code });
  };
  await refused(CALL_OFF, 'wrong-state');
  await refused({ ...CALL_OFF, requestId: 'ff'.repeat(8) }, 'not-found');
  await confirm();
  await refused({ ...CALL_OFF, text: 'ä'.repeat(101) }, 'too-large');
  clock.jump(start - clock.now());
  await refused(CALL_OFF, 'expired');
  expect(practice().engine.views.held()).toEqual([]);
});

test('it begins while the decision waits on a device that is off: it stands, and nobody hears otherwise', async () => {
  const { clock, confirm, hold, restart, start, entry, request } = await setUp();
  await confirm();
  clock.jump(start - 5_000 - clock.now());
  await hold(CALL_OFF);
  clock.jump(HOUR);
  await restart();
  await clock.run(60_000);
  expect(entry()?.phase).toBe('confirmed');
  expect(request()?.phase).toBe('confirmed');
});
