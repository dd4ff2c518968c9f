/** A whole node learns of the relays that it dials, remembers them, and knows them when it starts again. */
import { describe, expect, test } from 'vitest';
import { createMemoryDisk, createMemoryStore } from '#adapters/memory/memory-store.ts';
import type { Counter, NodeAddress } from '#core/brand.ts';
import { HOUR } from '#core/domain/limits.ts';
import { CAPABILITY } from '#core/domain/values.ts';
import { encodeHello } from '#core/wire/hello.ts';
import { KIND } from '#core/wire/kinds.ts';
import { encodePing } from '#core/wire/ping.ts';
import { encodeResponse } from '#core/wire/response.ts';
import type { Driver } from '#host/driver.ts';
import type { LinkHandlers } from '#ports/transport.ts';
import { PROFILE } from '#test/engine/practice.ts';
import { createSigner } from '#test/engine/raw-peer.ts';
import { createTestNode, joinNodes, type TestNode } from '#test/engine-node.ts';
import { createVirtualClock, type VirtualClock } from '#test/virtual-clock.ts';

const ORIGIN = 'https://relay.example';
const RELAY = 'ab'.repeat(16) as NodeAddress;

/** The same driver, whose links lead to an origin. */
const dialling = (driver: Driver, origin: string): Driver => ({
  ...driver,
  attach: (connect, capability) => driver.attach((handlers) => ({ ...connect(handlers), remote: origin }), capability),
});

/** A relay that the node dialled and that a test speaks for. It answers pings while `answers` says so. */
const dialFake = (node: TestNode, clock: VirtualClock, origin = ORIGIN, address = RELAY) => {
  let heard: LinkHandlers | undefined;
  let answers = true;
  const send = (frame: Uint8Array): void => heard?.onFrame(frame);
  node.driver.attach((handlers) => {
    heard = handlers;
    return {
      transport: 'memory',
      remote: origin,
      close: () => undefined,
      send: (frame) => {
        if (frame[0] === KIND.ping && answers) {
          const nonce = frame.slice(1);
          queueMicrotask(() => send(encodePing({ kind: 'pong', nonce })));
        }
        return true;
      },
    };
  });
  const salt = new Uint8Array(8);
  send(encodeHello({ kind: 'hello', clock: clock.now(), wantsSync: false, salt, relay: address }));
  return {
    send: async (...frames: Uint8Array[]): Promise<void> => {
      for (const frame of frames) send(frame);
      await clock.run(20);
    },
    fallSilent: () => {
      answers = false;
    },
    end: () => heard?.onEnd('closed'),
  };
};

test('a relay that a leaf dialled is known, measured, stored, and known again after a start', async () => {
  const clock = createVirtualClock();
  const disk = createMemoryDisk();
  const relay = await createTestNode({ role: 'relay', clock });
  const leaf = await createTestNode({ role: 'leaf', clock, store: createMemoryStore(disk) });
  const cut = joinNodes(dialling(leaf.driver, ORIGIN), relay.driver, clock, 15);
  await clock.run(5_000);
  const [known, ...others] = leaf.engine.views.peers();
  expect(others).toEqual([]);
  // It announced itself, too: what it can do is known from there.
  const capabilities = CAPABILITY.RELAY | CAPABILITY.ROUTER | CAPABILITY.STORE;
  expect(known).toMatchObject({ origin: ORIGIN, capabilities, level: 2, roundTrip: 30, p99: 30, loss: 0 });
  expect(known).toMatchObject({ score: 0.5, linked: true });
  // Who is linked has a place already.
  expect(leaf.engine.views.peersToDial()).toEqual([]);
  // The relay learns nothing lasting of a leaf.
  expect(relay.engine.views.peers()).toEqual([]);
  expect(await relay.store.entries('peers')).toEqual([]);
  cut();

  const again = await createTestNode({ role: 'leaf', clock, store: createMemoryStore(disk) });
  expect(again.engine.views.peersToDial()).toEqual([ORIGIN]);
  // What was seen within the last minute may not be on disk yet.
  expect(again.engine.views.peers()).toEqual([
    { ...known, lastSeen: expect.any(Number), p99: undefined, linked: false },
  ]);
});

test('custody of what was owed is a good deed, once for each thing', async () => {
  const clock = createVirtualClock();
  const relay = await createTestNode({ role: 'relay', clock });
  const practice = await createTestNode({ role: 'leaf', clock });
  joinNodes(dialling(practice.driver, ORIGIN), relay.driver, clock, 5);
  await clock.run(1_000);
  await practice.adopt();
  await practice.driver.command({ kind: 'save-profile', profile: PROFILE });
  await clock.run(100_000);
  expect(practice.engine.views.status().queued).toBe(0);
  const [known] = practice.engine.views.peers();
  expect(known?.score).toBeGreaterThan(0.505);
  expect(known?.score).toBeLessThan(0.55);
});

describe('a relay that sends what it should not', () => {
  const setUp = async () => {
    const clock = createVirtualClock();
    const leaf = await createTestNode({ role: 'leaf', clock });
    const relay = dialFake(leaf, clock);
    await clock.run(20);
    const signer = createSigner(1);
    await relay.send(signer.identity(clock.now()));
    const score = (): number => leaf.engine.views.peers()[0]?.score ?? -1;
    const forged = (counter: number): Uint8Array =>
      signer.announce(clock.now(), { counter: counter as Counter }).fill(counter, -32);
    return { clock, leaf, relay, signer, score, forged };
  };

  test('forged announcements: its score falls, it is dialled no more, and may come back later', async () => {
    const { clock, leaf, relay, forged, score } = await setUp();
    await relay.send(forged(1));
    expect(score()).toBeCloseTo(0.4, 2);
    for (let counter = 2; counter < 8; counter++) await relay.send(forged(counter));
    expect(score()).toBeLessThan(0.1);
    relay.end();
    await clock.run(1_000);
    expect(leaf.engine.views.peersToDial()).toEqual([]);
    expect(leaf.engine.views.peers()).toHaveLength(1);
    await clock.run(6 * HOUR);
    // Time passes for an engine only when something happens in it.
    dialFake(leaf, clock, 'https://other.example', 'cd'.repeat(16) as NodeAddress);
    await clock.run(100);
    expect(leaf.engine.views.peersToDial()).toEqual([ORIGIN]);
  });

  test('what anybody sends who knows less, or has another clock, is not held against it', async () => {
    const { clock, relay, signer, score } = await setUp();
    await relay.send(signer.announce(clock.now(), { counter: 9 as Counter }));
    await relay.send(signer.announce(clock.now(), { counter: 3 as Counter }));
    await relay.send(createSigner(2).announce(clock.now()));
    await relay.send(Uint8Array.of(63, 1, 2));
    expect(score()).toBe(0.5);
  });

  test('too large and malformed frames are', async () => {
    const { relay, score } = await setUp();
    await relay.send(new Uint8Array(65_537).fill(KIND.announce));
    expect(score()).toBeCloseTo(0.45, 3);
    await relay.send(Uint8Array.of(KIND.ping, 1));
    expect(score()).toBeCloseTo(0.4, 3);
  });

  test('an answer to a query that nobody asked, which it may have passed on unseen, is not', async () => {
    const { leaf, relay, score, forged } = await setUp();
    const response = encodeResponse({ kind: 'response', queryId: 1, records: [forged(1)] });
    if (!response.ok) throw new Error(response.code);
    await relay.send(response.value);
    expect(leaf.counters.get('refused not-found')).toBe(1);
    expect(score()).toBe(0.5);
  });

  test('silence is', async () => {
    const { clock, relay, leaf, score } = await setUp();
    relay.fallSilent();
    await clock.run(95_000);
    expect(score()).toBeLessThan(0.45);
    expect(leaf.engine.views.peers()[0]?.loss).toBeGreaterThan(0.1);
  });

  test('whoever claims the same name from elsewhere takes nothing and harms nobody', async () => {
    const { clock, leaf, forged, score } = await setUp();
    const liar = dialFake(leaf, clock, 'https://liar.example');
    await clock.run(20);
    for (let counter = 1; counter < 9; counter++) await liar.send(forged(counter));
    expect(leaf.counters.get('refused bad-signature')).toBeGreaterThan(3);
    expect(score()).toBe(0.5);
    expect(leaf.engine.views.peers()).toMatchObject([{ origin: ORIGIN }]);
  });
});

test('a damaged row is counted and the others are used', async () => {
  const clock = createVirtualClock();
  const disk = createMemoryDisk();
  const store = createMemoryStore(disk);
  const first = await createTestNode({ role: 'leaf', clock, store });
  dialFake(first, clock);
  await clock.run(2_000);
  await store.commit([{ op: 'put', table: 'peers', key: 'ff'.repeat(16), value: Uint8Array.of(1, 2, 3) }]);
  const again = await createTestNode({ role: 'leaf', clock, store: createMemoryStore(disk) });
  dialFake(again, clock);
  await clock.run(20);
  expect(again.engine.views.peers()).toHaveLength(1);
  expect(again.counters.get('unreadable')).toBe(1);
});

test('a hundred links that claim a hundred names leave no trace', async () => {
  const clock = createVirtualClock();
  const relay = await createTestNode({ role: 'relay', clock });
  const salt = new Uint8Array(8);
  for (let number = 0; number < 100; number++) {
    const handlers = relay.driver.accept({
      transport: 'memory',
      remote: `192.0.2.${number}`,
      send: () => true,
      close: () => undefined,
    });
    const claimed = number.toString(16).padStart(32, '0') as NodeAddress;
    handlers.onFrame(encodeHello({ kind: 'hello', clock: clock.now(), wantsSync: false, salt, relay: claimed }));
  }
  await clock.run(3_000);
  expect(relay.engine.views.status().links).toBe(100);
  expect(relay.engine.views.peers()).toEqual([]);
});
