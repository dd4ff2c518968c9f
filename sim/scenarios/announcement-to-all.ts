import type { OfferId } from '#core/brand.ts';
import { type ChannelModel, WIRE } from '#sim/channel.ts';
import { BYTES, createNetwork, FRAMES } from '#sim/network.ts';
import { addSlots, openPractice } from '#sim/practice.ts';
import { atLeast, atMost, mean, type Outcome, percentile, type Scenario, type Setting } from '#sim/scenario.ts';
import { createSimNode, type SimNode } from '#sim/sim-node.ts';
import { randomMesh } from '#sim/topology.ts';
import { createWorld } from '#sim/world.ts';

/**
 * One practice announces; the announcement spreads over a mesh of nodes that each have eight neighbours. A round is the time
 * that a frame takes over a link.
 */
const ROUND_MS = 20;
const DEGREE = 8;
const SETTLE_MS = 60_000;
const SPREAD_MS = 60_000;

const spread = async (setting: Setting, model: ChannelModel, rounds: number): Promise<Outcome> => {
  const world = createWorld(setting);
  const network = createNetwork(world);
  const nodes = Array.from({ length: setting.nodes }, (_, id) => createSimNode(world, id, { role: 'relay' }));
  const practice = createSimNode(world, setting.nodes, { role: 'leaf' });
  const nodeAt = (id: number): SimNode => nodes[id] ?? practice;
  for (const [from, to] of randomMesh(setting.nodes, DEGREE, world.dice.named('mesh')))
    network.join(nodeAt(from), nodeAt(to), model);
  network.join(practice, nodeAt(0), model);
  openPractice(practice);
  await world.run(SETTLE_MS);
  const before = { bytes: world.tally.get(BYTES, 'announce'), frames: world.tally.get(FRAMES, 'announce') };
  const all = world.tally.sum(BYTES);
  const knows = (node: SimNode): boolean => {
    const address = practice.address;
    return address !== undefined && node.engine()?.views.offer(address, 0 as OfferId) !== undefined;
  };
  let firstAt = Number.NaN;
  const arrivals = new Map<number, number>();
  const look = (): boolean => {
    for (const node of nodes) {
      if (arrivals.has(node.id) || !knows(node)) continue;
      if (arrivals.size === 0) firstAt = world.now();
      arrivals.set(node.id, world.now());
    }
    return arrivals.size === nodes.length;
  };
  addSlots(practice, [0, 1, 2]);
  // Looked at every millisecond: what a round takes is much longer.
  for (let waited = 0; waited < SPREAD_MS && !look(); waited++) await world.run(1);
  // The first node has it from the practice itself: that is round one.
  const took = [...arrivals.values()].map((at) => 1 + (at - firstAt) / ROUND_MS);
  const frames = world.tally.get(FRAMES, 'announce') - before.frames;
  const bytes = world.tally.get(BYTES, 'announce') - before.bytes;
  return {
    goals: [atMost('meanRounds', rounds, mean(took)), atLeast('reached', 1, arrivals.size / nodes.length)],
    measured: {
      'rounds at p99': percentile(took, 0.99),
      'rounds until the last': Math.max(...took),
      'announcement frames per node': frames / nodes.length,
      'announcement bytes per node': bytes / nodes.length,
      'all bytes per node': (world.tally.sum(BYTES) - all) / nodes.length,
      'signature checks': world.signer.checked,
    },
    traceHash: world.traceHash(),
    events: world.events,
  };
};

export const announcementToAll: Scenario = {
  name: 'announcement-to-all',
  about: 'one announcement to a thousand nodes, fan-out 3',
  sizes: { full: 1_000, small: 60 },
  run: (setting) => spread(setting, { ...WIRE, latency: ROUND_MS }, 6),
};

export const announcementToTenThousand: Scenario = {
  name: 'announcement-to-10000',
  about: 'the same to ten thousand nodes, verdicts remembered',
  sizes: { full: 10_000, small: 80 },
  run: (setting) => spread(setting, { ...WIRE, latency: ROUND_MS }, 8),
};

export const announcementWithLoss: Scenario = {
  name: 'announcement-with-loss',
  about: 'one announcement to a thousand nodes, where 30 % of all packets are lost',
  sizes: { full: 1_000, small: 60 },
  run: (setting) => spread(setting, { ...WIRE, latency: ROUND_MS, loss: 0.3 }, 7),
};
