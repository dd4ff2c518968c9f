import type { NodeAddress } from '#core/brand.ts';
import { WIRE } from '#sim/channel.ts';
import { createNetwork } from '#sim/network.ts';
import { atLeast, atMost, type Scenario } from '#sim/scenario.ts';
import { createSimNode, type SimNode } from '#sim/sim-node.ts';
import { createWorld } from '#sim/world.ts';
import { percentile } from '../../bench/statistics.ts';

/**
 * A line of nodes, each linked to the next only. The last one joins; the first one, which never heard of it, sends it a message
 * as soon as it knows a way. Played many times, in worlds of their own.
 */
const PLAYS = 50;
const HOP_MS = 20;
const SETTLE_MS = 10_000;
const LIMIT_MS = 10_000;
const STEP_MS = 1;

const addressOf = (node: SimNode): NodeAddress => {
  if (node.address === undefined) throw new RangeError('a relay has an address');
  return node.address;
};

interface Run {
  /** From the first packet of the last node until the first one knows a way to it, and until it has the message. */
  readonly pathMs: number;
  readonly messageMs: number;
  readonly hash: string;
  readonly events: number;
}

const playOnce = async (setting: Parameters<Scenario['run']>[0], seed: number): Promise<Run> => {
  const world = createWorld({ ...setting, seed });
  const network = createNetwork(world);
  const model = { ...WIRE, latency: HOP_MS };
  const line = Array.from({ length: setting.nodes }, (_, id) => createSimNode(world, id, { role: 'relay' }));
  const [first] = line;
  const last = line.at(-1);
  if (first === undefined || last === undefined) throw new RangeError('a line has two ends');
  for (const [index, node] of line.slice(0, -2).entries()) network.join(node, line[index + 1] ?? node, model);
  await world.run(SETTLE_MS);
  const begun = world.now();
  network.join(last, line.at(-2) ?? first, model);
  const target = addressOf(last);
  const isKnown = (): boolean => (first.engine()?.views.mesh().routesTo(target) ?? 0) > 0;
  while (!isKnown() && world.now() - begun < LIMIT_MS) await world.run(STEP_MS);
  const known = world.now();
  let arrived = Number.POSITIVE_INFINITY;
  last.onMessage(() => {
    arrived = Math.min(arrived, world.now());
  });
  first.command({ kind: 'send', destination: target, body: Uint8Array.of(1, 2, 3) });
  await world.run(LIMIT_MS, () => arrived < Number.POSITIVE_INFINITY);
  return { pathMs: known - begun, messageMs: arrived - begun, hash: world.traceHash(), events: world.events };
};

export const eightHops: Scenario = {
  name: 'eight-hops',
  about: 'the last node of a line joins, and the first one finds the way to it and sends it a message',
  sizes: { full: 9, small: 9 },
  run: async (setting) => {
    const runs: Run[] = [];
    for (let play = 0; play < PLAYS; play++) runs.push(await playOnce(setting, setting.seed + play));
    const delivered = runs.filter(({ messageMs }) => messageMs < LIMIT_MS);
    return {
      goals: [
        atLeast('delivered', 1, delivered.length / runs.length),
        atMost('slowestMs', 1_000, Math.max(...runs.map(({ messageMs }) => messageMs)), ' ms'),
      ],
      measured: {
        'path known after, ms, p50': percentile(
          runs.map(({ pathMs }) => pathMs),
          0.5,
        ),
        'message delivered after, ms, p50': percentile(
          runs.map(({ messageMs }) => messageMs),
          0.5,
        ),
      },
      tables: [],
      traceHash: runs.at(-1)?.hash ?? '',
      events: runs.reduce((sum, { events }) => sum + events, 0),
    };
  },
};
