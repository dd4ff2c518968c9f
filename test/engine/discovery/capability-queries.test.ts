/** Asking neighbours which nodes can do something: what comes back, how sure it is, and what is not answered. */
import { describe, expect, test } from 'vitest';
import type { Millis, NodeAddress, WireSecond } from '#core/brand.ts';
import { MINUTE, NODE_TTL } from '#core/domain/limits.ts';
import { CAPABILITY } from '#core/domain/values.ts';
import { toWireSecond } from '#core/domain/wire-time.ts';
import { decodeCapabilityAnswer, encodeCapabilityAnswer } from '#core/wire/capability-answer.ts';
import { type CapabilityWish, decodeCapabilityQuery, encodeCapabilityQuery } from '#core/wire/capability-query.ts';
import { encodeHello } from '#core/wire/hello.ts';
import { KIND } from '#core/wire/kinds.ts';
import type { NodeAnnounce } from '#core/wire/node-announce.ts';
import { sureness } from '#engine/discovery/capability-queries.ts';
import type { Peer } from '#engine/links/peer.ts';
import type { LinkHandlers } from '#ports/transport.ts';
import { openRawPeer, type RawPeer } from '#test/engine/raw-peer.ts';
import { createTestNode, joinNodes, type TestNode } from '#test/engine-node.ts';
import { createVirtualClock, type VirtualClock } from '#test/virtual-clock.ts';

const WISH: CapabilityWish = {
  required: CAPABILITY.ROUTER,
  optional: 0,
  region: undefined,
  count: 16,
};
const find = async (node: TestNode, wish: Partial<CapabilityWish> = {}): Promise<string> => {
  const reply = await node.driver.command({ kind: 'find-nodes', ...WISH, ...wish });
  return reply.ok ? reply.value : `refused ${reply.code}`;
};
const addressOf = async (node: TestNode): Promise<NodeAddress> => {
  const [address] = [...node.engine.views.mesh().nodes].map((known) => known.address);
  if (address === undefined) throw new Error('knows nobody');
  return address;
};

describe('a leaf that asks its relay', () => {
  test('learns of a relay behind it, which its own registry knows from then on', async () => {
    const clock = createVirtualClock();
    const [near, far] = [
      await createTestNode({ role: 'relay', clock }),
      await createTestNode({ role: 'relay', clock }),
    ];
    const leaf = await createTestNode({ role: 'leaf', clock });
    joinNodes(near.driver, far.driver, clock, 5);
    await clock.run(2_000);
    joinNodes(leaf.driver, near.driver, clock, 5);
    await clock.run(2_000);
    const name = await find(leaf);
    await clock.run(100);
    const found = leaf.engine.views.mesh().nodesFound(name) ?? [];
    expect(found.map(({ address }) => address)).toEqual([await addressOf(near)]);
    // Half of what the neighbour says, who is a hop away from it and heard of it just now.
    expect(found[0]?.confidence).toBeGreaterThan(100);
    expect(found[0]?.confidence).toBeLessThan(128);
    expect(leaf.engine.views.mesh().capable()).toEqual(found);
    expect(await find(leaf, { required: CAPABILITY.GATEWAY })).toMatch(/^\d+$/);
    await clock.run(11 * MINUTE);
    expect(leaf.engine.views.mesh().nodesFound(name)).toBeUndefined();
  });

  test.each<[string, Partial<CapabilityWish>, string]>([
    ['for nothing', { required: 0 }, 'missing-capability'],
    ['for patients', { required: CAPABILITY.PATIENT }, 'missing-capability'],
    ['for what nobody has', { optional: 0x8000 }, 'missing-capability'],
    ['twice for the same', { optional: CAPABILITY.ROUTER }, 'malformed'],
    ['in no region', { region: 100 }, 'malformed'],
    ['for none', { count: 0 }, 'malformed'],
    ['for too many', { count: 17 }, 'malformed'],
  ])('%s is refused', async (_what, wish, code) => {
    const leaf = await createTestNode({ role: 'leaf', clock: createVirtualClock() });
    expect(await find(leaf, wish)).toBe(`refused ${code}`);
  });
});

describe('a relay that is asked', () => {
  const setUp = async (role: 'relay' | 'leaf' = 'relay') => {
    const clock = createVirtualClock();
    const node = await createTestNode({ role, clock });
    const peer = openRawPeer(node, clock.now());
    await clock.run(10);
    const ask = async (id: number, wish: Partial<CapabilityWish> = {}): Promise<void> => {
      peer.send(encodeCapabilityQuery({ kind: 'capabilityQuery', id, ...WISH, ...wish }));
      await clock.run(10);
    };
    return { clock, node, peer, ask };
  };
  const answers = ({ received }: RawPeer) =>
    received.filter(([kind]) => kind === KIND.capabilityAnswer).map((frame) => decodeCapabilityAnswer(frame));

  test('answers, also that it knows nobody, and says nothing of itself: that is what its hello is for', async () => {
    const { peer, ask } = await setUp();
    await ask(0xfffffffe);
    expect(answers(peer)).toEqual([{ ok: true, value: { kind: 'capabilityAnswer', id: 0xfffffffe, nodes: [] } }]);
  });

  test('a fifth question at once is not, and one half a minute later is', async () => {
    const { clock, node, peer, ask } = await setUp();
    for (let id = 0; id < 6; id++) await ask(id);
    expect(answers(peer)).toHaveLength(4);
    expect(node.counters.get('refused rate-limited')).toBe(2);
    await clock.run(31_000);
    await ask(9);
    expect(answers(peer)).toHaveLength(5);
  });

  test('a leaf, which routes nothing, does not answer', async () => {
    const { node, peer, ask } = await setUp('leaf');
    await ask(1);
    expect(answers(peer)).toEqual([]);
    expect(node.counters.get('refused wrong-state')).toBe(1);
  });

  test('what is no question is refused by its reason', async () => {
    const { clock, node, peer } = await setUp();
    peer.send(Uint8Array.of(KIND.capabilityQuery, 1, 2));
    peer.send(encodeCapabilityQuery({ kind: 'capabilityQuery', id: 1, ...WISH, required: CAPABILITY.PATIENT }));
    await clock.run(10);
    expect(node.counters.get('refused malformed')).toBe(1);
    expect(node.counters.get('refused missing-capability')).toBe(1);
    expect(answers(peer)).toEqual([]);
  });
});

/** A relay that a test speaks for, dialled by the node; hands out what it is asked. */
const dialFake = (node: TestNode, clock: VirtualClock, name: number) => {
  let heard: LinkHandlers | undefined;
  const asked: number[] = [];
  node.driver.attach((handlers) => {
    heard = handlers;
    return {
      transport: 'memory',
      remote: `https://r${name}.example`,
      close: () => undefined,
      send: (frame) => {
        const query = decodeCapabilityQuery(frame);
        if (query.ok) asked.push(query.value.id);
        return true;
      },
    };
  });
  const relay = name.toString(16).padStart(32, '0') as NodeAddress;
  heard?.onFrame(encodeHello({ kind: 'hello', clock: clock.now(), wantsSync: false, salt: new Uint8Array(8), relay }));
  return {
    asked,
    answer: (id: number, ...nodes: [NodeAddress, number][]) =>
      heard?.onFrame(
        encodeCapabilityAnswer({
          kind: 'capabilityAnswer',
          id,
          nodes: nodes.map(([address, confidence]) => ({ address, confidence })),
        }),
      ),
  };
};

describe('answers', () => {
  const NODE = 'ab'.repeat(16) as NodeAddress;
  const OTHER = 'cd'.repeat(16) as NodeAddress;

  test('of two neighbours add up; one liar alone stays at half', async () => {
    const clock = createVirtualClock();
    const leaf = await createTestNode({ role: 'leaf', clock });
    const [a, b] = [dialFake(leaf, clock, 1), dialFake(leaf, clock, 2)];
    await clock.run(20);
    const name = await find(leaf);
    await clock.run(20);
    a.answer(Number(name), [NODE, 255], [OTHER, 255]);
    b.answer(Number(name), [NODE, 255]);
    await clock.run(20);
    expect(leaf.engine.views.mesh().nodesFound(name)).toEqual([
      { address: NODE, confidence: 191 },
      { address: OTHER, confidence: 128 },
    ]);
  });

  test('count once from each neighbour, and only to a question', async () => {
    const clock = createVirtualClock();
    const leaf = await createTestNode({ role: 'leaf', clock });
    const relay = dialFake(leaf, clock, 1);
    await clock.run(20);
    relay.answer(77, [NODE, 255]);
    const name = await find(leaf);
    await clock.run(20);
    expect(relay.asked).toEqual([Number(name)]);
    for (let i = 0; i < 3; i++) relay.answer(Number(name), [NODE, 255]);
    await clock.run(20);
    expect(leaf.counters.get('refused not-found')).toBe(3);
    expect(leaf.engine.views.mesh().nodesFound(name)).toEqual([{ address: NODE, confidence: 128 }]);
    expect(leaf.engine.views.mesh().nodesFound('77')).toBeUndefined();
  });
});

describe('sureness', () => {
  const NOW = Date.UTC(2026, 10, 23) as Millis;
  const announce = (changed: Partial<NodeAnnounce> = {}, age = 0): NodeAnnounce => ({
    kind: 'node',
    issued: (toWireSecond(NOW) - age / 1_000) as WireSecond,
    capabilities: CAPABILITY.ROUTER | CAPABILITY.STORE,
    region: 80,
    level: 2,
    role: 0,
    mobile: false,
    load: 0,
    priority: 0,
    keyPackageHash: undefined,
    ...changed,
  });
  const via = (hops: number) => [{ peer: {} as Peer, hops }];
  const of = (wish: Partial<CapabilityWish>, node = announce(), hops = 0): number | undefined =>
    sureness({ announce: node, routes: via(hops) }, { ...WISH, ...wish }, NOW);

  test('fresh, near and able is sure; older, farther and less able is less sure', () => {
    expect(of({})).toBe(255);
    expect(of({}, announce({}, NODE_TTL / 2))).toBe(128);
    expect(of({}, announce(), 3)).toBe(170);
    expect(of({ optional: CAPABILITY.GATEWAY })).toBe(128);
    expect(of({ optional: CAPABILITY.STORE | CAPABILITY.GATEWAY })).toBe(191);
  });

  test('what is missing, elsewhere, gone or out of reach does not answer', () => {
    expect(of({ required: CAPABILITY.ROUTER | CAPABILITY.GATEWAY })).toBeUndefined();
    expect(of({ region: 81 })).toBeUndefined();
    expect(of({ region: 80 })).toBe(255);
    expect(of({}, announce({}, NODE_TTL))).toBeUndefined();
    expect(sureness({ announce: announce(), routes: [] }, WISH, NOW)).toBeUndefined();
  });
});
