/** The mesh as a window asks for it: what is shown, what is kept, and what ends without an answer. */
import { describe, expect, test } from 'vitest';
import type { Millis, NodeAddress } from '#core/brand.ts';
import { createMeshCalls } from '#host/node/mesh-calls.ts';
import { MAX_KEPT_MESSAGES, MAX_SHOWN_DELIVERIES, type MeshMessage } from '#host/rpc/mesh-api.ts';
import { PROFILE } from '#test/engine/practice.ts';
import { createTestNode, joinNodes, joinWith, type TestNode } from '#test/engine-node.ts';
import { createVirtualClock, type VirtualClock } from '#test/virtual-clock.ts';

const STRANGER = 'ab'.repeat(16) as NodeAddress;

const callsOf = (node: TestNode, clock: VirtualClock) => {
  const heard: MeshMessage[] = [];
  const onMessage = (message: MeshMessage): void => void heard.push(message);
  const calls = createMeshCalls({ driver: node.driver, views: node.engine.views, clock, onMessage });
  return { calls, heard };
};
const openPractice = async (node: TestNode): Promise<NodeAddress> => {
  const address = await node.adopt();
  await node.driver.command({ kind: 'save-profile', profile: PROFILE });
  return address;
};
/** Runs virtual time until the answer is there. */
const inTime = async <T>(clock: VirtualClock, asked: Promise<T>, time = 10_000): Promise<T> => {
  await clock.run(time);
  return asked;
};

const setUp = async () => {
  const clock = createVirtualClock();
  const relay = await createTestNode({ role: 'relay', clock });
  const [one, other] = [await createTestNode({ role: 'leaf', clock }), await createTestNode({ role: 'leaf', clock })];
  for (const leaf of [one, other]) joinNodes(leaf.driver, relay.driver, clock);
  return { clock, relay, one, other, addresses: [await openPractice(one), await openPractice(other)] as const };
};

describe('the overview', () => {
  test('says what this node is, and lists relays first, then the nearest, with their names', async () => {
    const { clock, relay, one, addresses } = await setUp();
    await clock.run(2_000);
    const [own, far] = addresses;
    const here = await callsOf(one, clock).calls.mesh();
    expect(here.self).toEqual({ address: own, level: 'LEAF', capabilities: 0x0100, region: 80 });
    expect(here.isBridge).toBe(false);
    expect(here.nodes).toMatchObject([{ level: 'RELAY', name: undefined, hops: 1, ways: 1, capabilities: 0x0203 }]);
    const there = await callsOf(relay, clock).calls.mesh();
    expect(there.self).toMatchObject({ level: 'RELAY' });
    expect(there.nodes.map(({ address }) => address)).toEqual([own, far].sort());
    expect(there.nodes[0]).toMatchObject({ name: PROFILE.name, level: 'LEAF', region: 80, hops: 1, ways: 1 });
    expect(there.counts).toEqual({ nodes: 2, reachable: 2, inFlight: 0, kept: 0 });
  });

  test('whoever was not heard of for half an hour is nobody that is known', async () => {
    const { clock, relay, one } = await setUp();
    await clock.run(2_000);
    await one.driver.stop();
    await clock.run(31 * 60_000);
    const { nodes, counts } = await callsOf(relay, clock).calls.mesh();
    expect([nodes.length, counts.nodes]).toEqual([1, 1]);
  });

  test('the newest deliveries only', async () => {
    const { clock, one, addresses } = await setUp();
    const { calls } = callsOf(one, clock);
    await clock.run(2_000);
    for (let number = 0; number < MAX_SHOWN_DELIVERIES + 6; number++)
      await calls.send(addresses[1], Uint8Array.of(number));
    const { deliveries } = await inTime(clock, calls.mesh());
    expect(deliveries).toHaveLength(MAX_SHOWN_DELIVERIES);
    expect(deliveries.every(({ to }) => to === addresses[1])).toBe(true);
  });
});

test('the newest messages are kept, each is told, and the interface is told to ask again', async () => {
  const { clock, one, other, addresses } = await setUp();
  const { calls: sender } = callsOf(one, clock);
  const { calls, heard } = callsOf(other, clock);
  await clock.run(2_000);
  for (let number = 0; number < MAX_KEPT_MESSAGES + 10; number++) {
    await sender.send(addresses[1], Uint8Array.of(number));
    await clock.run(1_000);
  }
  expect(heard).toHaveLength(MAX_KEPT_MESSAGES + 10);
  const kept = await calls.messages();
  expect(kept).toHaveLength(MAX_KEPT_MESSAGES);
  expect(kept.map(({ body }) => body[0])).toEqual(heard.slice(10).map(({ body }) => body[0]));
  expect(kept[0]).toMatchObject({ from: addresses[0], toAll: false });
  expect((kept[1]?.receivedAt ?? 0) > (kept[0]?.receivedAt ?? 0)).toBe(true);
});

test('a message that is handed over once more goes no step back', async () => {
  const { clock, one } = await setUp();
  const { calls } = callsOf(one, clock);
  await clock.run(2_000);
  const sent = await calls.send(STRANGER, Uint8Array.of(1));
  await clock.run(5_000);
  expect((await calls.mesh()).deliveries).toMatchObject([{ phase: 'custody' }]);
  expect(await calls.send(STRANGER, Uint8Array.of(1))).toEqual(sent);
  expect((await calls.mesh()).deliveries).toMatchObject([{ phase: 'custody' }]);
});

describe('a trace', () => {
  test('ends with the patience when the answer is lost, and then the engine gives up as well', async () => {
    const clock = createVirtualClock();
    const relay = await createTestNode({ role: 'relay', clock });
    const leaf = await createTestNode({ role: 'leaf', clock });
    let deaf = false;
    joinWith(leaf.driver, relay.driver, clock, (_, to) => (deaf && to === 'dialler' ? [] : [1]));
    await clock.run(2_000);
    deaf = true;
    const { calls } = callsOf(leaf, clock);
    const before = clock.now();
    let answeredAt = 0 as Millis;
    const asked = calls.trace(STRANGER, 800).then((path) => {
      answeredAt = clock.now();
      return path;
    });
    expect(await inTime(clock, asked)).toMatchObject({ ok: true, value: { end: 'no-answer', hops: [] } });
    expect(answeredAt - before).toBe(800);
    expect(await inTime(clock, calls.trace(STRANGER))).toMatchObject({ ok: true, value: { end: 'no-answer' } });
  });

  test.each(['', 'here', 'AB'.repeat(16), 'ab'.repeat(17), 7 as never])('%j is no address', async (text) => {
    const { clock, one } = await setUp();
    const { calls } = callsOf(one, clock);
    expect(await calls.trace(text as NodeAddress)).toEqual({ ok: false, code: 'malformed' });
    expect(await calls.send(text as NodeAddress, Uint8Array.of(1))).toEqual({ ok: false, code: 'malformed' });
  });
});
