import { WIRE } from '#sim/channel.ts';
import { buildHierarchy, parentOf } from '#sim/hierarchy.ts';
import { atLeast, atMost, outcomeOf, type Scenario } from '#sim/scenario.ts';
import type { SimNode } from '#sim/sim-node.ts';
import { percentile } from '../../bench/statistics.ts';

/**
 * The busiest parent of a hundred stations loses its power while everybody writes to everybody. Nobody is told: its
 * children notice that nothing comes any more, and go to another parent. Every message that was accepted arrives.
 */
const LINK = { ...WIRE, latency: 20, jitter: 10 } as const;
const FORM_MS = 60_000;
const BEFORE_MS = 10_000;
const AFTER_MS = 20_000;
const CALM_MS = 90_000;
const EVERY_MS = 50;
const STEP_MS = 10;

export const killedParent: Scenario = {
  name: 'killed-parent',
  about: 'the busiest parent of a hundred stations dies without a word, while messages are on their way',
  sizes: { full: 100, small: 40 },
  run: async (setting) => {
    const { world, network, stations } = buildHierarchy(setting, 0, LINK);
    const dice = world.dice.named('messages');
    await world.run(FORM_MS);
    const childrenOf = (node: SimNode): SimNode[] => stations.filter((other) => parentOf(other) === node.address);
    const busiest = [...stations].sort((a, b) => childrenOf(b).length - childrenOf(a).length)[0];
    if (busiest === undefined) throw new RangeError('nobody is there');
    const orphans = childrenOf(busiest);
    const living = stations.filter((node) => node !== busiest);
    const accepted = new Set<number>();
    const arrived = new Map<number, number>();
    for (const node of stations) {
      node.onMessage(({ body }) => {
        const number = new DataView(body.buffer, body.byteOffset).getUint32(0);
        arrived.set(number, (arrived.get(number) ?? 0) + 1);
      });
    }
    let sent = 0;
    const talk = async (duration: number, watch: () => void): Promise<void> => {
      const end = world.now() + duration;
      for (let next = world.now(); world.now() < end; watch()) {
        if (world.now() >= next) {
          next += EVERY_MS;
          const [from, to] = dice.shuffled(living);
          if (from === undefined || to?.address === undefined) throw new RangeError('nobody to write to');
          const number = sent++;
          const body = new Uint8Array(4);
          new DataView(body.buffer).setUint32(0, number);
          from.command({ kind: 'send', destination: to.address, body }, (reply) => {
            if (reply.ok) accepted.add(number);
          });
        }
        await world.run(STEP_MS);
      }
    };
    await talk(BEFORE_MS, () => undefined);
    network.unplug(busiest);
    const killed = world.now();
    const recovered = new Map<SimNode, number>();
    await talk(AFTER_MS, () => {
      for (const node of orphans) {
        const parent = parentOf(node);
        if (parent !== undefined && parent !== busiest.address && !recovered.has(node)) {
          recovered.set(node, (world.now() - killed) / 1_000);
        }
      }
    });
    await world.run(CALM_MS);
    const times = orphans.map((node) => recovered.get(node) ?? Number.POSITIVE_INFINITY);
    return outcomeOf(
      world,
      [
        atMost('recoveryP95Seconds', 5.3, percentile(times, 0.95), ' s'),
        atLeast(
          'acceptedAndDelivered',
          1,
          [...accepted].filter((number) => arrived.has(number)).length / accepted.size,
        ),
      ],
      {
        'children that it had': orphans.length,
        'recovered after, s, p50': percentile(times, 0.5),
        'messages accepted': accepted.size,
        'delivered more than once': [...arrived.values()].filter((times) => times > 1).length,
        'hops not answered': world.tally.get('hops', 'unanswered'),
        'links found silent': world.tally.get('links silent'),
      },
    );
  },
};
