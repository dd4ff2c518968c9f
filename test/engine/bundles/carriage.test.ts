/** Requests and answers over radio: bundles that stations carry for those further from the internet (docs/protocol/bundle.md). */
import { expect, test } from 'vitest';
import type { Bucket, Millis } from '#core/brand.ts';
import { messageIdOf } from '#core/crypto/address.ts';
import { toWireMinute } from '#core/domain/wire-time.ts';
import { decodeAck } from '#core/wire/ack.ts';
import { encodeBundle } from '#core/wire/bundle.ts';
import { encodeHello } from '#core/wire/hello.ts';
import { KIND } from '#core/wire/kinds.ts';
import { LEAF_LIMITS } from '#engine/config.ts';
import { announceSlot } from '#test/engine/announced-slot.ts';
import { createTestNode, joinByRadio, joinNodes, type TestNode } from '#test/engine-node.ts';
import { createVirtualClock, type VirtualClock } from '#test/virtual-clock.ts';

const REQUEST = '00000000000000a1';

/** A practice on the internet; a gateway; a station in between; a kiosk that hears only that. */
const setUp = async () => {
  const clock = createVirtualClock();
  const { relay, practice, tell, ask } = await announceSlot(clock);
  const station = () => createTestNode({ role: 'leaf', clock, config: { carries: true } });
  const [gateway, between, kiosk] = [await station(), await station(), await station()];
  joinNodes(gateway.driver, relay.driver, clock);
  // What came by broadcast.
  expect(await tell(kiosk)).toMatchObject({ ok: true });
  return { clock, relay, practice, gateway, between, kiosk, ask: () => ask(kiosk, REQUEST) };
};

/** A station further from the internet that a test speaks for, byte by byte. */
const openBelow = (station: TestNode, clock: VirtualClock) => {
  const received: Uint8Array[] = [];
  const handlers = station.driver.accept(
    {
      transport: 'memory',
      remote: 'radio 0009',
      send: (frame) => received.push(frame.slice()) > 0,
      close: () => undefined,
    },
    'constrained',
  );
  const salt = new Uint8Array(8);
  const hello = encodeHello({ kind: 'hello', clock: clock.now(), wantsSync: false, salt, relay: undefined });
  queueMicrotask(() => handlers.onFrame(hello));
  return { received, send: (frame: Uint8Array) => handlers.onFrame(frame) };
};
const bundleOf = (now: Millis, n: number): Uint8Array =>
  encodeBundle({
    kind: 'bundle',
    bucket: 7 as Bucket,
    created: toWireMinute(now),
    commitment: new Uint8Array(8).fill(n),
    body: new Uint8Array(53).fill(n),
  });

const phaseOf = (node: TestNode) => node.engine.views.requests()[0]?.phase;
const inboxOf = (node: TestNode) => node.engine.views.inbox()[0];

test('a request over two radio links is delivered and confirmed, small, and nobody carries more than it must', async () => {
  const { clock, practice, gateway, between, kiosk, ask } = await setUp();
  joinByRadio(between.driver, gateway.driver, clock);
  const radio = joinByRadio(kiosk.driver, between.driver, clock);
  await clock.run(1_000);
  expect(await ask()).toMatchObject({ ok: true });
  await clock.until(() => phaseOf(kiosk) === 'delivered');
  expect(inboxOf(practice)).toMatchObject({ pseudonym: 'Mondlicht', text: 'Guten Tag' });
  await practice.driver.command({
    kind: 'confirm',
    requestId: inboxOf(practice)?.requestId ?? '',
    note: '3. OG',
    how: 'VOR_ORT',
  });
  await clock.until(() => phaseOf(kiosk) === 'confirmed');
  expect(kiosk.engine.views.requests()[0]).toMatchObject({ note: '3. OG', how: 'VOR_ORT' });
  await clock.run(7_200_000);
  // The smallest size for the request; nothing of it is owed any more, and no digest or sign of life went over the air.
  expect(radio.sent.filter(([kind]) => kind === 8).map(([, length]) => length)).toEqual([130]);
  for (const station of [kiosk, between, gateway]) expect([...station.engine.views.outbox()]).toEqual([]);
  expect(radio.sent.map(([kind]) => kind)).toEqual([32, 37, 8]);
});

test('a station that goes away with a request loses it: after an hour it is given to the next', async () => {
  const { clock, practice, gateway, between, kiosk, ask } = await setUp();
  const radio = joinByRadio(kiosk.driver, between.driver, clock);
  await clock.run(1_000);
  await ask();
  await clock.run(5_000);
  expect(phaseOf(kiosk)).toBe('sent');
  radio.cut();
  joinByRadio(kiosk.driver, gateway.driver, clock);
  await clock.run(60_000);
  expect(inboxOf(practice)).toBeUndefined();
  await clock.run(3_600_000);
  await clock.until(() => phaseOf(kiosk) === 'delivered');
  expect(inboxOf(practice)).toMatchObject({ pseudonym: 'Mondlicht' });
});

test('what came for a station while it was away it gets when it is back, and once', async () => {
  const { clock, practice, gateway, kiosk, ask } = await setUp();
  const radio = joinByRadio(kiosk.driver, gateway.driver, clock);
  await clock.run(1_000);
  await ask();
  await clock.until(() => inboxOf(practice) !== undefined);
  radio.cut();
  await clock.run(60_000);
  const again = joinByRadio(kiosk.driver, gateway.driver, clock);
  await clock.until(() => phaseOf(kiosk) === 'delivered');
  await clock.run(60_000);
  expect([...radio.received, ...again.received].filter(([kind]) => kind === 8).length).toBeLessThanOrEqual(2);
});

test('what was on its way down when the link was lost is handed over again', async () => {
  const { clock, gateway, kiosk, ask } = await setUp();
  const radio = joinByRadio(kiosk.driver, gateway.driver, clock);
  await clock.run(1_000);
  await ask();
  await clock.until(() => radio.received.some(([kind]) => kind === KIND.bundle));
  radio.cut();
  await clock.run(60_000);
  expect(phaseOf(kiosk)).toBe('sent');
  joinByRadio(kiosk.driver, gateway.driver, clock);
  await clock.until(() => phaseOf(kiosk) === 'delivered');
});

test('a station whose queue others have filled keeps a place for its own, and answers for nothing that it did not take', async () => {
  const clock = createVirtualClock();
  const limits = { ...LEAF_LIMITS, outbox: 4 };
  const station = await createTestNode({ role: 'leaf', clock, config: { carries: true, limits } });
  const below = openBelow(station, clock);
  await clock.run(1_000);
  const bundles = Array.from({ length: 4 }, (_, n) => bundleOf(clock.now(), n));
  for (const bundle of bundles) below.send(bundle);
  await clock.run(1_000);
  // Once more, as nobody answered for it.
  below.send(bundles[3] ?? new Uint8Array());
  await clock.run(1_000);
  expect([...station.engine.views.outbox()]).toHaveLength(3);
  const acks = below.received.flatMap((frame) => {
    const ack = decodeAck(frame);
    return ack.ok ? ack.value.ids : [];
  });
  expect(acks).toEqual(bundles.slice(0, 3).map((raw) => messageIdOf(raw)));
});
