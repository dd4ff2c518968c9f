import { WIRE } from '#sim/channel.ts';
import { buildHierarchy, type Hierarchy, parentOf } from '#sim/hierarchy.ts';
import { BYTES, FRAMES } from '#sim/network.ts';
import { addSlots } from '#sim/practice.ts';
import { atLeast, atMost, outcomeOf, type Scenario } from '#sim/scenario.ts';
import type { SimNode } from '#sim/sim-node.ts';
import type { World } from '#sim/world.ts';

/**
 * A hierarchy forms by itself: every station finds a parent, all ways lead to one root. Then what is free in each region is
 * counted from the kiosks up, and the messages that takes are set beside everybody telling everybody.
 */
const LINK = { ...WIRE, latency: 20, jitter: 10 } as const;
const LIMIT_MS = 60_000;
const STEP_MS = 50;
const SETTLE_MS = 60_000;
/** For each station, so that a small country is counted for less. */
const COUNTED_MS_EACH = 3_000;
const PERIOD_MS = 10_000;
const PRACTICES = 20;
const MAX_STEPS = 16;
/** Bytes a second of the thinnest link that beacons every second are meant for (docs/protocol/topology.md). */
const THIN_LINK = 8_000;

/** Follows the parents up from each station: all ways end at the same root, without a circle. */
const isFormed = ({ stations }: Hierarchy): boolean => {
  const roots = stations.filter((node) => node.engine()?.views.topology().level === 'ROOT');
  const [root] = roots;
  if (root === undefined || roots.length > 1) return false;
  const byAddress = new Map<string | undefined, SimNode>(stations.map((node) => [node.address, node]));
  return stations.every((node) => {
    let at: SimNode | undefined = node;
    for (let steps = 0; at !== undefined && at !== root && steps < MAX_STEPS; steps++) at = byAddress.get(parentOf(at));
    return at === root;
  });
};

/** Bytes of beacons, and of the pings that go where a beacon would disturb, on all links so far. */
const signsOfLife = ({ tally }: World): number =>
  ['beacon', 'ping', 'pong'].reduce((sum, kind) => sum + tally.get(BYTES, kind), 0);

export const hierarchy: Scenario = {
  name: 'hierarchy',
  about: 'a hundred stations find their parents and one root, and count what is free in each region',
  sizes: { full: 100, small: 40 },
  run: async (setting) => {
    const country = buildHierarchy(setting, PRACTICES, LINK);
    const { world, stations, practices } = country;
    while (!isFormed(country) && world.now() < LIMIT_MS) await world.run(STEP_MS);
    const formed = world.now();
    const lifeBefore = signsOfLife(world);
    await world.run(SETTLE_MS);
    const lifeRate = (signsOfLife(world) - lifeBefore) / (SETTLE_MS / 1_000) / (2 * country.network.openLinks);
    const before = world.tally.get(FRAMES, 'summary');
    const bytesBefore = world.tally.get(BYTES, 'summary');
    const from = world.now();
    for (let slot = 0; world.now() - from < COUNTED_MS_EACH * setting.nodes; slot++) {
      for (const practice of practices) addSlots(practice, [slot]);
      await world.run(PERIOD_MS * 6);
    }
    const periods = (world.now() - from) / PERIOD_MS;
    const messages = (world.tally.get(FRAMES, 'summary') - before) / periods;
    const allToAll = stations.length * (stations.length - 1);
    const flaps = stations.reduce((sum, node) => sum + (node.engine()?.views.topology().counts.flaps ?? 0), 0);
    return outcomeOf(
      world,
      [
        atMost('secondsToForm', 10, formed < LIMIT_MS ? formed / 1_000 : Number.POSITIVE_INFINITY, ' s'),
        atLeast('fewerMessagesThanAllToAll', 0.95, 1 - messages / allToAll),
        atLeast('inPlace', 1, isFormed(country) ? 1 : 0),
        atMost('beaconShareOfAThinLink', 0.02, lifeRate / THIN_LINK),
      ],
      {
        'summaries in a period of ten seconds': messages,
        'bytes of summaries in a period': (world.tally.get(BYTES, 'summary') - bytesBefore) / periods,
        'everybody to everybody, messages': allToAll,
        'parents given up that were still there': flaps,
      },
    );
  },
};
