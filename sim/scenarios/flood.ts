import { KIND } from '#core/wire/kinds.ts';
import { type ChannelModel, WIRE } from '#sim/channel.ts';
import { createFabricator } from '#sim/fabricator.ts';
import { buildMesh, type Mesh, slotsKnown } from '#sim/mesh.ts';
import { addSlots } from '#sim/practice.ts';
import { atLeast, atMost, type Outcome, outcomeOf, type Scenario, type Setting, withinBounds } from '#sim/scenario.ts';
import type { SimNode } from '#sim/sim-node.ts';
import { percentile } from '../../bench/statistics.ts';

/**
 * Nodes that send as much as their links take, all the time, while practices announce: what was true once, or what holds and
 * means nothing. The same world is played without the harm first.
 */
const PRACTICES = 4;
/** Announcements of each practice while the harm is done. */
const ROUNDS = 3;
/** A second on each link: more than it takes, or a few where a test plays it. */
const framesFor = ({ nodes }: Setting): number => (nodes > 20 ? 600 : 3);
const EVERY_MS = 2_000;
const SETTLE_MS = 60_000;
const CALM_MS = 90_000;
const STEP_MS = 10;
const SHARE = 0.05;
/** 160 kbit/s: about a hundred frames a second. */
const LINE: ChannelModel = { ...WIRE, latency: 25, bandwidth: 20 };
const PLAN = { degree: 8, relays: 20, practices: PRACTICES, model: LINE } as const;

/** Begins to do harm with a node; what is given back ends it. */
type Harm = (mesh: Mesh, node: SimNode) => () => void;

interface Played {
  readonly mesh: Mesh;
  /** Milliseconds from each announcement until each honest node knew it, while the harm was done. */
  readonly took: readonly number[];
  /** Share of honest nodes and practices of which everything was known in the end. */
  readonly delivered: number;
}

const play = async (setting: Setting, harm: Harm | undefined): Promise<Played> => {
  const mesh = buildMesh({ ...setting, remembersVerdicts: true }, PLAN);
  const { world, nodes, practices } = mesh;
  const served = new Set(practices.map((_, index) => nodes.filter(({ role }) => role === 'relay')[index]));
  // The relays of the practices are honest, or there would be nothing to see.
  const others = world.dice.named('hostile').shuffled(nodes.filter((node) => !served.has(node)));
  const hostile = new Set(others.slice(0, Math.max(1, Math.round(nodes.length * SHARE))));
  const honest = nodes.filter((node) => !hostile.has(node));
  await world.run(SETTLE_MS);
  const ends = harm === undefined ? [] : [...hostile].map((node) => harm(mesh, node));
  const took: number[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    const begun = world.now();
    for (const practice of practices) addSlots(practice, [round]);
    const waiting = new Set(honest.flatMap((node) => practices.map((practice) => ({ node, practice }))));
    while (world.now() - begun < EVERY_MS) {
      await world.run(STEP_MS);
      for (const pair of waiting) {
        if (slotsKnown(pair.node, pair.practice) !== round) continue;
        waiting.delete(pair);
        took.push(world.now() - begun);
      }
    }
    for (const _ of waiting) took.push(EVERY_MS);
  }
  for (const end of ends) end();
  await world.run(CALM_MS);
  const pairs = honest.flatMap((node) => practices.map((practice) => slotsKnown(node, practice) === ROUNDS));
  return { mesh, took, delivered: pairs.filter(Boolean).length / pairs.length };
};

const compare = async (setting: Setting, harm: Harm): Promise<Outcome> => {
  const without = await play(setting, undefined);
  const with_ = await play(setting, harm);
  const { world } = with_.mesh;
  const [before, after] = [percentile(without.took, 0.95), percentile(with_.took, 0.95)];
  const refused = [...world.tally.labels('refused')].map(([code, count]) => [`refused: ${code}`, count] as const);
  return outcomeOf(
    world,
    [atLeast('delivered', 1, with_.delivered), atMost('p95Ratio', 2, after / before), withinBounds(world)],
    {
      'p95 ms without them': before,
      'p95 ms with them': after,
      'frames to engines': world.tally.sum('frames'),
      'records left to synchronisation': world.tally.sum('news left to synchronisation'),
      'the same bytes again': world.tally.sum('duplicate'),
      ...Object.fromEntries(refused),
    },
  );
};

const RECORDS: ReadonlySet<number | undefined> = new Set([KIND.announce, KIND.withdraw, KIND.identity, KIND.bundle]);
const MEMORY = 5_000;

export const replayer: Scenario = {
  name: 'replayer',
  about: 'one in twenty nodes sends every record that it ever saw again and again',
  sizes: { full: 60, small: 16 },
  run: (setting) =>
    compare(setting, ({ network }, node) => {
      const seen: Uint8Array[] = [];
      let next = 0;
      network.overhear(node, (frame) => {
        if (RECORDS.has(frame[0]) && seen.length < MEMORY) seen.push(frame);
      });
      return network.flood(node, framesFor(setting), () => seen[next++ % seen.length]);
    }),
};

export const flooder: Scenario = {
  name: 'flooder',
  about: 'one in twenty nodes sends made-up identities, announcements and bundles as fast as its links take them',
  sizes: { full: 60, small: 16 },
  run: (setting) =>
    compare(setting, ({ world, network }, node) => {
      const fabricator = createFabricator(world, `${node.id}`);
      return network.flood(node, framesFor(setting), fabricator.next);
    }),
};
