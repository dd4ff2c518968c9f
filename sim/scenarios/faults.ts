import { type ChannelModel, WIRE } from '#sim/channel.ts';
import { slotsKnown } from '#sim/mesh.ts';
import { createNetwork } from '#sim/network.ts';
import { addSlots, openPractice } from '#sim/practice.ts';
import { atLeast, atMost, outcomeOf, type Scenario, withinBounds } from '#sim/scenario.ts';
import { createSimNode, type SimNode } from '#sim/sim-node.ts';
import { randomMesh } from '#sim/topology.ts';
import { createWorld } from '#sim/world.ts';

/**
 * Everything that can go wrong without anybody meaning harm, all at once: links that are slow in one direction, lose in bursts,
 * swap and double; clocks that are wrong; power cuts between a commit and what waited for it. In the end everybody knows
 * everything that a practice with a usable clock announced, and nothing of the others.
 */
const PRACTICES = 6;
/** Practices whose clocks are ten minutes off: they are told, and announce nothing. */
const WRONG = 2;
const DEGREE = 6;
const ROUNDS = 15;
const EVERY_MS = 20_000;
const CUT_EVERY_MS = 5_000;
const SETTLE_MS = 60_000;
const CALM_MS = 180_000;
const SKEW_MS = 90_000;
const WRONG_MS = 600_000;

/** A home's line: 160 kbit/s up, 1.6 Mbit/s down, losses in bursts of eight packets. */
const UP: ChannelModel = { ...WIRE, latency: 40, jitter: 30, bandwidth: 20, loss: 0.05, burst: 8 };
const DOWN: ChannelModel = { ...UP, latency: 15, bandwidth: 200, loss: 0.02 };
/** One link in four keeps nothing in order and repairs nothing. */
const DATAGRAMS: ChannelModel = { ...UP, kind: 'datagram', bandwidth: 50, loss: 0.1, reorder: 0.05, duplicate: 0.05 };
const EVERY_DATAGRAM_LINK = 4;

/** A third of the nodes is a minute and a half off, in either direction. */
const skewOf = (id: number): number => (id % 3 === 0 ? (id % 2 === 0 ? SKEW_MS : -SKEW_MS) : 0);

export const faults: Scenario = {
  name: 'faults',
  about: 'lines that are slow one way, lose, swap and double; wrong clocks; power cuts between commit and sending',
  sizes: { full: 40, small: 12 },
  run: async (setting) => {
    const world = createWorld(setting);
    const network = createNetwork(world);
    const dice = world.dice.named('faults');
    const nodes = Array.from({ length: setting.nodes }, (_, id) =>
      createSimNode(world, id, { role: 'relay', skew: skewOf(id) }),
    );
    const at = (id: number): SimNode => nodes[id % nodes.length] ?? dice.pick(nodes);
    randomMesh(nodes.length, DEGREE, world.dice.named('mesh')).forEach(([from, to], number) => {
      if (number % EVERY_DATAGRAM_LINK === 0) network.join(at(from), at(to), DATAGRAMS);
      else network.join(at(from), at(to), UP, DOWN);
    });
    const practices = Array.from({ length: PRACTICES + WRONG }, (_, index) => {
      const wrong = index % 2 === 0 ? WRONG_MS : -WRONG_MS;
      const skew = index < PRACTICES ? 0 : wrong;
      const practice = createSimNode(world, nodes.length + index, { role: 'leaf', skew });
      network.join(practice, at(index * 5 + 1), UP, DOWN);
      return practice;
    });
    const [right, wrong] = [practices.slice(0, PRACTICES), practices.slice(PRACTICES)];
    await world.run(SETTLE_MS);
    // Whose clock is wrong knows it by now.
    for (const practice of practices) openPractice(practice);
    for (let round = 1; round <= ROUNDS; round++) {
      for (const practice of practices) addSlots(practice, [round]);
      for (let passed = 0; passed < EVERY_MS; passed += CUT_EVERY_MS) {
        dice.pick(dice.chance(0.2) ? right : nodes).crashAtCommit(1_000 + 9_000 * dice.fraction());
        await world.run(CUT_EVERY_MS);
      }
    }
    await world.run(CALM_MS);
    const pairs = nodes.flatMap((node) => right.map((practice) => ({ node, practice })));
    const complete = pairs.filter(
      ({ node, practice }) => slotsKnown(node, practice) === slotsKnown(practice, practice),
    );
    const leaked = nodes.filter((node) => wrong.some((practice) => slotsKnown(node, practice) !== undefined));
    const digests = new Set(nodes.map((node) => node.engine()?.views.digest()));
    return outcomeOf(
      world,
      [
        atLeast('delivered', 1, complete.length / pairs.length),
        atMost('differentDigests', 1, digests.size, ' digest'),
        atMost('toldByWrongClocks', 0, leaked.length, ' nodes'),
        withinBounds(world),
      ],
      {
        'power cuts': world.tally.get('power cuts'),
        'links at the end': network.openLinks,
        'refused: from the future': world.tally.get('refused', 'from-the-future'),
        'refused in all': world.tally.sum('refused'),
        'slots announced by each': Math.max(...right.map((practice) => slotsKnown(practice, practice) ?? 0)),
      },
    );
  },
};
