/** Whole meshes: bridges of leaves that deliver, custody that survives power cuts, and nothing accepted that gets lost. */
import { describe, expect, test } from 'vitest';
import type { MessageId, NodeAddress } from '#core/brand.ts';
import { WIRE } from '#sim/channel.ts';
import { createNetwork } from '#sim/network.ts';
import { openPractice } from '#sim/practice.ts';
import { createSimNode, type SimNode } from '#sim/sim-node.ts';
import { randomMesh } from '#sim/topology.ts';
import { createWorld } from '#sim/world.ts';

const MODEL = { ...WIRE, latency: 10 };
const addressOf = (node: SimNode): NodeAddress => {
  if (node.address === undefined) throw new Error(`node ${node.id} has no address`);
  return node.address;
};

/** Nodes in a row, each linked to the next: `r` a relay, `p` a practice, `l` a leaf without identity. */
const createRow = (plan: string, seed = 1) => {
  const world = createWorld({ seed, nodes: plan.length });
  const network = createNetwork(world);
  const nodes = [...plan].map((kind, id) => {
    const node = createSimNode(world, id, { role: kind === 'r' ? 'relay' : 'leaf' });
    if (kind === 'p') openPractice(node);
    return node;
  });
  for (const [index, node] of nodes.entries()) {
    const next = nodes[index + 1];
    if (next !== undefined) network.join(node, next, MODEL);
  }
  const node = (index: number): SimNode => {
    const found = nodes.at(index);
    if (found === undefined) throw new RangeError(`no node ${index}`);
    return found;
  };
  return { world, network, nodes, node };
};

/** Counts, for each message, how often the programs of its destination got it. */
const countArrivals = (nodes: readonly SimNode[]): Map<MessageId, number> => {
  const arrivals = new Map<MessageId, number>();
  for (const node of nodes) node.onMessage(({ id }) => void arrivals.set(id, (arrivals.get(id) ?? 0) + 1));
  return arrivals;
};
const send = (from: SimNode, to: SimNode, accepted: Map<MessageId, SimNode>, body = Uint8Array.of(1)): void =>
  from.command({ kind: 'send', destination: addressOf(to), body }, (reply) => {
    if (reply.ok) accepted.set(reply.value as MessageId, to);
  });

describe('leaves that join', () => {
  test.each(['rlr', 'plp', 'rlp', 'plllp', 'rllp', 'pplpp'])('%s: the ends reach each other', async (plan) => {
    const { world, nodes, node } = createRow(plan);
    await world.run(60_000);
    const accepted = new Map<MessageId, SimNode>();
    const arrivals = countArrivals(nodes);
    send(node(0), node(-1), accepted);
    send(node(-1), node(0), accepted);
    await world.run(60_000);
    expect(accepted.size).toBe(2);
    expect([...arrivals.values()]).toEqual([1, 1]);
    for (const end of [node(0), node(-1)]) {
      expect(
        end
          .engine()
          ?.views.mesh()
          .deliveries.map(({ phase }) => phase),
      ).toEqual(['delivered']);
    }
    for (const inner of nodes.slice(1, -1)) expect(inner.engine()?.views.mesh().stats.isBridge).toBe(true);
  });
  test('stop when the relays that they join are linked', async () => {
    const { world, network, node } = createRow('rlr');
    await world.run(30_000);
    expect(node(1).engine()?.views.mesh().stats.isBridge).toBe(true);
    network.join(node(0), node(2), MODEL);
    await world.run(700_000);
    expect(node(1).engine()?.views.mesh().stats.isBridge).toBe(false);
  });
});

test('custody survives the power cut of the relay that gave it, and the source need not be there any more', async () => {
  const { world, nodes, node } = createRow('prrp');
  await world.run(60_000);
  const accepted = new Map<MessageId, SimNode>();
  const arrivals = countArrivals(nodes);
  node(3).crash();
  await world.run(1_000);
  send(node(0), node(3), accepted);
  await world.run(30_000);
  expect(node(2).engine()?.views.mesh().stats.kept).toBe(1);
  node(0).crash();
  for (const relay of [node(1), node(2)]) relay.crash();
  await world.run(5_000);
  for (const relay of [node(1), node(2), node(3)]) relay.start();
  await world.run(300_000);
  expect([...arrivals.values()]).toEqual([1]);
});

test.each([1, 2, 3])(
  'seed %i: with a tenth of the mesh losing its power, nothing accepted is lost or doubled',
  async (seed) => {
    const size = 20;
    const world = createWorld({ seed, nodes: size });
    const network = createNetwork(world);
    const nodes = Array.from({ length: size }, (_, id) => createSimNode(world, id, { role: 'relay' }));
    for (const [from, to] of randomMesh(size, 4, world.dice.named('mesh'))) {
      const [a, b] = [nodes[from], nodes[to]];
      if (a !== undefined && b !== undefined) network.join(a, b, { ...MODEL, jitter: 10, loss: 0.01 });
    }
    await world.run(30_000);
    const dice = world.dice.named('messages');
    const accepted = new Map<MessageId, SimNode>();
    const arrivals = countArrivals(nodes);
    const crashed = new Set<SimNode>();
    for (let number = 0; number < 100; number++) {
      const [from, to] = dice.shuffled(nodes);
      if (from === undefined || to === undefined) throw new Error('no nodes');
      send(from, to, accepted, Uint8Array.of(number));
      if (number % 20 === 10) {
        for (const node of dice.shuffled(nodes).slice(0, size / 10)) {
          crashed.add(node);
          node.crash();
          world.after(20_000, () => void node.start());
        }
      }
      await world.run(1_000 * dice.fraction());
    }
    await world.run(1_500_000);
    expect(accepted.size).toBeGreaterThan(70);
    const lost = [...accepted.keys()].filter((id) => !arrivals.has(id));
    expect(lost).toEqual([]);
    const doubled = [...accepted].filter(([id, to]) => (arrivals.get(id) ?? 0) > 1 && !crashed.has(to));
    expect(doubled.map(([id]) => id)).toEqual([]);
    // And whoever remembers what it sent knows that it arrived.
    const remembering = nodes.filter((node) => !crashed.has(node));
    const phases = remembering.flatMap(
      (node) =>
        node
          .engine()
          ?.views.mesh()
          .deliveries.map(({ phase }) => phase) ?? [],
    );
    expect(new Set(phases)).toEqual(new Set(['delivered']));
  },
);
