import { WIRE } from '#sim/channel.ts';
import { buildMesh } from '#sim/mesh.ts';
import { addSlots } from '#sim/practice.ts';
import { atLeast, atMost, outcomeOf, type Scenario } from '#sim/scenario.ts';
import { createSimNode, type SimNode } from '#sim/sim-node.ts';
import { percentile } from '../../bench/statistics.ts';

/**
 * Phones that know nothing open the app one after the other, each linked to one relay of a mesh in which sixty practices
 * announce. Joined is who knows all that the mesh knows.
 */
const PRACTICES = 60;
const JOINERS = 100;
const SETTLE_MS = 120_000;
const EVERY_MS = 500;
const LIMIT_MS = 30_000;
const STEP_MS = 10;
/** 4G as it is on a train: 10 Mbit/s, 80 to 140 ms there and back, one packet in a hundred lost. */
const PHONE = { ...WIRE, latency: 40, jitter: 30, bandwidth: 1_250, loss: 0.01 } as const;

const digestOf = (node: SimNode): string => node.engine()?.views.digest() ?? 'down';

export const coldJoin: Scenario = {
  name: 'cold-join',
  about: 'phones that know nothing join a mesh through a relay, over mobile links',
  sizes: { full: 50, small: 16 },
  run: async (setting) => {
    const plan = { degree: 6, relays: setting.nodes, practices: PRACTICES, model: WIRE };
    const { world, network, nodes, practices } = buildMesh(setting, plan);
    for (const practice of practices) addSlots(practice, [0, 1, 2]);
    await world.run(SETTLE_MS);
    const [first] = nodes;
    const dice = world.dice.named('joiners');
    const opened = new Map<SimNode, number>();
    const took = new Map<SimNode, number>();
    const look = (): void => {
      for (const [phone, at] of opened) {
        if (took.has(phone) || first === undefined || digestOf(phone) !== digestOf(first)) continue;
        took.set(phone, world.now() - at);
      }
    };
    for (let n = 0; n < JOINERS; n++) {
      const phone = createSimNode(world, setting.nodes + PRACTICES + n, { role: 'leaf' });
      opened.set(phone, world.now());
      network.join(phone, dice.pick(nodes), PHONE);
      for (let waited = 0; waited < EVERY_MS; waited += STEP_MS) {
        await world.run(STEP_MS);
        look();
      }
    }
    for (let waited = 0; waited < LIMIT_MS && took.size < JOINERS; waited += STEP_MS) {
      await world.run(STEP_MS);
      look();
    }
    const times = [...took.values()].map((ms) => ms / 1_000);
    return outcomeOf(
      world,
      [
        atMost('p50Seconds', 0.8, percentile(times, 0.5), ' s'),
        atMost('p95Seconds', 2, percentile(times, 0.95), ' s'),
        atLeast('joined', 1, took.size / JOINERS),
      ],
      {
        'announcements to learn': first?.engine()?.views.slots.size ?? 0,
        'identity records to learn': first?.engine()?.views.status().identities ?? 0,
        'slowest, s': Math.max(...times),
      },
    );
  },
};
