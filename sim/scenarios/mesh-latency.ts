import { WIRE } from '#sim/channel.ts';
import { buildMesh } from '#sim/mesh.ts';
import { atLeast, atMost, outcomeOf, type Scenario } from '#sim/scenario.ts';
import { diameterOf, randomMesh } from '#sim/topology.ts';
import { percentile } from '../../bench/statistics.ts';

/** Messages between any two nodes of a small mesh, at times of their own: how long each is on its way. */
const HOP_MS = 10;
const DEGREE = 8;
const SETTLE_MS = 20_000;
const MESSAGES = 1_000;
const EVERY_MS = 20;
const CALM_MS = 5_000;

export const meshLatency: Scenario = {
  name: 'mesh-latency',
  about: 'messages between any two nodes of a mesh with links of ten milliseconds',
  sizes: { full: 50, small: 20 },
  run: async (setting) => {
    const plan = { degree: DEGREE, relays: setting.nodes, practices: 0, model: { ...WIRE, latency: HOP_MS } };
    const { world, nodes } = buildMesh(setting, plan);
    const dice = world.dice.named('messages');
    await world.run(SETTLE_MS);
    const sent: number[] = [];
    const took = new Map<number, number>();
    for (const node of nodes) {
      node.onMessage(({ body }) => {
        const number = new DataView(body.buffer, body.byteOffset).getUint32(0);
        if (!took.has(number)) took.set(number, world.now() - (sent[number] ?? 0));
      });
    }
    for (let number = 0; number < MESSAGES; number++) {
      const [from, to] = dice.shuffled(nodes);
      const destination = to?.address;
      if (from === undefined || destination === undefined) throw new RangeError('a mesh has relays');
      const body = new Uint8Array(4);
      new DataView(body.buffer).setUint32(0, number);
      sent[number] = world.now();
      from.command({ kind: 'send', destination, body });
      await world.run(EVERY_MS * 2 * dice.fraction());
    }
    await world.run(CALM_MS);
    const times = [...took.values()];
    return outcomeOf(
      world,
      [
        atLeast('delivered', 1, took.size / MESSAGES),
        atMost('p50Ms', 40, percentile(times, 0.5), ' ms'),
        atMost('p95Ms', 75, percentile(times, 0.95), ' ms'),
      ],
      {
        'diameter, hops': diameterOf(setting.nodes, randomMesh(setting.nodes, DEGREE, world.dice.named('mesh'))),
        'slowest, ms': Math.max(...times),
        'hops not answered': world.tally.get('hops', 'unanswered'),
        floods: world.tally.get('hops', 'flooded'),
      },
    );
  },
};
