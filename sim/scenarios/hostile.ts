import { KIND } from '#core/wire/kinds.ts';
import { DEFAULT_TIMING } from '#engine/config.ts';
import { WIRE } from '#sim/channel.ts';
import { buildMesh, type Mesh, watchSpread } from '#sim/mesh.ts';
import type { Tampering } from '#sim/network.ts';
import { addSlots } from '#sim/practice.ts';
import {
  atLeast,
  atMost,
  mean,
  type Outcome,
  outcomeOf,
  type Scenario,
  type Setting,
  withinBounds,
} from '#sim/scenario.ts';
import type { SimNode } from '#sim/sim-node.ts';
import { percentile } from '../../bench/statistics.ts';

/** Nodes that mean harm. The same world is played without them first: what they cost is the difference. */
const ROUND_MS = DEFAULT_TIMING.gossip;
const SETTLE_MS = 60_000;
const SPREAD_MS = 60_000;
const PLAN = { degree: 8, relays: 20, practices: 1, model: { ...WIRE, latency: ROUND_MS } } as const;

interface Spread {
  readonly mesh: Mesh;
  readonly honest: readonly SimNode[];
  /** Milliseconds from the announcement until each honest node has it. */
  readonly took: readonly number[];
}

/** One announcement among honest nodes, while the others do what `tampering` says. */
const play = async (setting: Setting, share: number, tampering: Tampering | undefined): Promise<Spread> => {
  const mesh = buildMesh(setting, PLAN);
  const { world, network, nodes, practices } = mesh;
  const [practice] = practices;
  if (practice === undefined) throw new RangeError('nobody announces');
  // The node that the practice is linked to is honest, or there would be nothing to see.
  const others = world.dice.named('hostile').shuffled(nodes.slice(1));
  const hostile = new Set(others.slice(0, Math.round(nodes.length * share)));
  if (tampering !== undefined) for (const node of hostile) network.tamper(node, tampering);
  await world.run(SETTLE_MS);
  const honest = nodes.filter((node) => !hostile.has(node));
  const begun = world.now();
  addSlots(practice, [0, 1, 2]);
  const arrivals = await watchSpread(world, honest, practice, { slots: 3, limit: SPREAD_MS, step: 1 });
  return { mesh, honest, took: [...arrivals.values()].map((at) => at - begun) };
};

const outcome = (with_: Spread, goals: Outcome['goals'], measured: Outcome['measured']): Outcome => {
  const { world } = with_.mesh;
  return outcomeOf(world, [...goals, withinBounds(world)], { ...measured, 'signature checks': world.signer.checked });
};

/** Says hello and nothing else. */
const silent: Tampering = (frame) => (frame[0] === KIND.hello ? [frame] : []);

export const silentSybils: Scenario = {
  name: 'silent-sybils',
  about: 'three in ten nodes take everything and pass nothing on',
  sizes: { full: 1_000, small: 60 },
  run: async (setting) => {
    const without = await play(setting, 0.3, undefined);
    const with_ = await play(setting, 0.3, silent);
    const rounds = (spread: Spread): number => mean(spread.took) / ROUND_MS;
    return outcome(
      with_,
      [
        atLeast('delivered', 0.999, with_.took.length / with_.honest.length),
        atMost('moreRounds', 2, rounds(with_) - rounds(without)),
      ],
      { 'mean rounds without them': rounds(without), 'mean rounds with them': rounds(with_) },
    );
  },
};

const COPIES = 10;

/** Ten copies of every record, each with a signature that is broken in another place, before the true one. */
const forging: Tampering = (frame) => {
  if (frame[0] !== KIND.announce && frame[0] !== KIND.identity) return [frame];
  const copies = Array.from({ length: COPIES }, (_, copy) => {
    const forged = frame.slice();
    const at = forged.length - 1 - copy;
    forged[at] = (forged[at] ?? 0) ^ 1;
    return forged;
  });
  return [...copies, frame];
};

export const forger: Scenario = {
  name: 'forger',
  about: 'one in ten nodes sends ten forged copies before every true record',
  sizes: { full: 200, small: 40 },
  run: async (setting) => {
    const without = await play(setting, 0.1, undefined);
    const with_ = await play(setting, 0.1, forging);
    const p95 = (spread: Spread): number => percentile(spread.took, 0.95);
    return outcome(
      with_,
      [
        atLeast('delivered', 1, with_.took.length / with_.honest.length),
        atMost('p95Ratio', 2, p95(with_) / p95(without)),
      ],
      {
        'p95 ms without them': p95(without),
        'p95 ms with them': p95(with_),
        'forged copies refused': with_.mesh.world.tally.get('refused', 'bad-signature'),
      },
    );
  },
};
