/** Clocks that are wrong or jump: what is true is said, and nothing is lost. */
import { expect, test } from 'vitest';
import type { Millis, OfferId } from '#core/brand.ts';
import { MINUTE } from '#core/domain/limits.ts';
import { encodeHello } from '#core/wire/hello.ts';
import { OFFER, PROFILE } from '#test/engine/practice.ts';
import { createSigner } from '#test/engine/raw-peer.ts';
import { createTestNode, joinNodes, type TestNode } from '#test/engine-node.ts';
import { createVirtualClock, type VirtualClock } from '#test/virtual-clock.ts';

const HOUR = 60 * MINUTE;
const slotAt = (clock: VirtualClock, hours: number): Millis =>
  (Math.ceil(clock.now() / 300_000) * 300_000 + hours * HOUR) as Millis;

const openPractice = async (clock: VirtualClock): Promise<TestNode> => {
  const practice = await createTestNode({ role: 'leaf', clock });
  await practice.adopt();
  await practice.driver.command({ kind: 'save-profile', profile: PROFILE });
  await practice.driver.command({ kind: 'save-offer', offer: OFFER });
  return practice;
};

/** A relay that says what time it thinks it is, and hears whatever comes. */
const joinRelayWithClock = (practice: TestNode, at: Millis, onClosed: () => void = () => undefined) => {
  const received: Uint8Array[] = [];
  const link = practice.driver.attach((handlers) => {
    const relay = createSigner(8).address;
    const hello = encodeHello({ kind: 'hello', clock: at, wantsSync: true, salt: new Uint8Array(8), relay });
    queueMicrotask(() => handlers.onFrame(hello));
    return {
      transport: 'memory',
      remote: 'relay',
      send: (frame) => received.push(frame) > 0,
      close: (reason) => {
        queueMicrotask(() => handlers.onEnd(reason));
        onClosed();
      },
    };
  });
  return { received, link };
};

test("a practice whose clock is two minutes off the relay's signs nothing, and does once it is right", async () => {
  const clock = createVirtualClock();
  const practice = await openPractice(clock);
  joinRelayWithClock(practice, (clock.now() + 10 * MINUTE) as Millis);
  await clock.run(1_000);
  await practice.driver.command({ kind: 'add-slots', offer: 0 as OfferId, starts: [slotAt(clock, 30)] });
  await clock.run(30_000);
  expect(Math.abs(practice.engine.views.status().skew ?? 0)).toBe(10 * MINUTE);
  expect(practice.engine.views.offers()[0]?.announced).toBeUndefined();
  const again = await createTestNode({ role: 'leaf', clock, store: practice.store, crypto: practice.crypto });
  joinRelayWithClock(again, clock.now());
  await clock.until(() => again.engine.views.offers()[0]?.announced !== undefined);
});

test('a clock that is set wrong while a link is open: the practice signs nothing until it is right again', async () => {
  const clock = createVirtualClock();
  const practice = await openPractice(clock);
  // The relay's clock stays right, whatever happens to the device's.
  let right = clock.now();
  const dial = (): void => {
    joinRelayWithClock(practice, right, () => clock.wakeAt((clock.now() + 500) as Millis, dial));
  };
  dial();
  await clock.run(1_000);
  expect(practice.engine.views.status().skew).toBe(0);
  clock.jump(HOUR);
  right = (clock.now() - HOUR) as Millis;
  await clock.run(2_000);
  expect(Math.abs((practice.engine.views.status().skew ?? 0) - HOUR)).toBeLessThan(10_000);
  await practice.driver.command({ kind: 'add-slots', offer: 0 as OfferId, starts: [slotAt(clock, 30)] });
  await clock.run(30_000);
  expect(practice.engine.views.offers()[0]?.announced).toBeUndefined();
  clock.jump(-HOUR);
  right = clock.now();
  await clock.until(() => practice.engine.views.offers()[0]?.announced !== undefined);
  expect(practice.counters.get('clock jumped')).toBe(2);
});

const ask = (patient: TestNode, practice: TestNode, start: Millis) =>
  patient.driver.command({
    kind: 'reserve',
    requestId: '00000000000000a1',
    practice: practice.engine.views.practice()?.address ?? createSigner(1).address,
    offer: 0 as OfferId,
    start,
    pseudonym: 'Fuchs',
    code: '',
    text: '',
    display: '',
  });

const openBoth = async () => {
  const clock = createVirtualClock();
  const relay = await createTestNode({ role: 'relay', clock });
  const practice = await openPractice(clock);
  const start = slotAt(clock, 30);
  joinNodes(practice.driver, relay.driver, clock);
  await practice.driver.command({ kind: 'add-slots', offer: 0 as OfferId, starts: [start] });
  const patient = await createTestNode({ role: 'leaf', clock });
  joinNodes(patient.driver, relay.driver, clock);
  await clock.until(() => patient.engine.views.slots.size === 1);
  return { clock, practice, patient, start };
};
const phase = (patient: TestNode) => patient.engine.views.requests()[0]?.phase;

test('machines that slept for an hour go on where they were', async () => {
  const { clock, practice, patient, start } = await openBoth();
  await ask(patient, practice, start);
  clock.jump(HOUR);
  await clock.until(() => phase(patient) === 'delivered');
  const [entry] = practice.engine.views.inbox();
  clock.jump(HOUR);
  await practice.driver.command({ kind: 'confirm', requestId: entry?.requestId ?? '', note: '' });
  await clock.until(() => phase(patient) === 'confirmed');
});

test('a clock that jumps back an hour loses nothing', async () => {
  const { clock, practice, patient, start } = await openBoth();
  await ask(patient, practice, start);
  clock.jump(-HOUR);
  await clock.until(() => phase(patient) === 'delivered', 2 * HOUR);
  const [entry] = practice.engine.views.inbox();
  await practice.driver.command({ kind: 'confirm', requestId: entry?.requestId ?? '', note: '' });
  await clock.until(() => phase(patient) === 'confirmed', 2 * HOUR);
});

test('a clock that jumps past the deadline ends the request, and says so', async () => {
  const { clock, practice, patient, start } = await openBoth();
  await ask(patient, practice, start);
  await clock.until(() => phase(patient) === 'delivered');
  clock.jump(40 * HOUR);
  await clock.until(() => phase(patient) === 'expired', 2 * HOUR);
  expect(practice.engine.views.inbox()[0]?.phase).toBe('expired');
});
