import { DEFAULT_TIMING } from '#engine/config.ts';
import { type ChannelModel, WIRE } from '#sim/channel.ts';
import { buildMesh, watchSpread } from '#sim/mesh.ts';
import { BYTES, FRAMES } from '#sim/network.ts';
import { addSlots } from '#sim/practice.ts';
import { atLeast, atMost, mean, type Outcome, outcomeOf, type Scenario, type Setting } from '#sim/scenario.ts';
import { percentile } from '../../bench/statistics.ts';

/**
 * One practice announces; the announcement spreads over a mesh of nodes that each have eight neighbours, some of them
 * relays. A frame takes as long over a link as the engine waits between two rounds of gossip: that is a round.
 */
const ROUND_MS = DEFAULT_TIMING.gossip;
const PLAN = { degree: 8, practices: 1 } as const;
const SETTLE_MS = 60_000;
const SPREAD_MS = 60_000;

interface Plan {
  readonly model: ChannelModel;
  readonly relays: number;
  readonly joinsWithin?: number;
}

const spread = async (setting: Setting, plan: Plan, rounds: number): Promise<Outcome> => {
  const { world, nodes, practices } = buildMesh(setting, { ...PLAN, ...plan });
  const [practice] = practices;
  if (practice === undefined) throw new RangeError('nobody announces');
  await world.run(SETTLE_MS);
  const announced = (name: string): number => world.tally.get(name, 'announce');
  const before = { bytes: announced(BYTES), frames: announced(FRAMES), all: world.tally.sum(BYTES) };
  addSlots(practice, [0, 1, 2]);
  const arrivals = await watchSpread(world, nodes, practice, { slots: 3, limit: SPREAD_MS, step: 1 });
  // The first node has it from the practice itself: that is round one.
  const times = [...arrivals.values()];
  const took = times.map((at) => 1 + (at - Math.min(...times)) / ROUND_MS);
  return outcomeOf(
    world,
    [atMost('meanRounds', rounds, mean(took)), atLeast('reached', 1, arrivals.size / nodes.length)],
    {
      'rounds at p99': percentile(took, 0.99),
      'rounds until the last': Math.max(...took),
      'announcement frames per node': (announced(FRAMES) - before.frames) / nodes.length,
      'announcement bytes per node': (announced(BYTES) - before.bytes) / nodes.length,
      'all bytes per node': (world.tally.sum(BYTES) - before.all) / nodes.length,
      'signature checks': world.signer.checked,
    },
  );
};

const ROUND_LINK: ChannelModel = { ...WIRE, latency: ROUND_MS };

export const announcementToAll: Scenario = {
  name: 'announcement-to-all',
  about: 'one announcement to a thousand nodes, fan-out 3',
  sizes: { full: 1_000, small: 60 },
  run: (setting) => spread(setting, { model: ROUND_LINK, relays: 50 }, 6),
};

export const announcementToTenThousand: Scenario = {
  name: 'announcement-to-10000',
  about: 'the same to ten thousand nodes, verdicts remembered',
  sizes: { full: 10_000, small: 80 },
  run: (setting) => spread(setting, { model: ROUND_LINK, relays: 20, joinsWithin: 20_000 }, 8),
};

export const announcementWithLoss: Scenario = {
  name: 'announcement-with-loss',
  about: 'one announcement to a thousand nodes, where 30 % of all packets are lost',
  sizes: { full: 1_000, small: 60 },
  run: (setting) => spread(setting, { model: { ...ROUND_LINK, loss: 0.3 }, relays: 50 }, 7),
};
