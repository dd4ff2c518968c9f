import { WIRE } from '#sim/channel.ts';
import { buildMesh, slotsKnown } from '#sim/mesh.ts';
import { addSlots } from '#sim/practice.ts';
import { atLeast, atMost, outcomeOf, type Scenario } from '#sim/scenario.ts';
import type { SimNode } from '#sim/sim-node.ts';

/**
 * A mesh falls apart into two halves for ten minutes. Practices on both sides go on announcing. Once the halves meet again,
 * everybody knows everything, and all sets have the same digest.
 */
const SETTLE_MS = 60_000;
const MINUTES = 10;
const MINUTE_MS = 60_000;
const HEALED_WITHIN_MS = 120_000;
const STEP_MS = 10;
const PRACTICES = 6;

const digestOf = (node: SimNode): string => node.engine()?.views.digest() ?? 'down';

export const partition: Scenario = {
  name: 'partition',
  about: 'a mesh falls into halves for ten minutes while practices announce, and heals',
  sizes: { full: 50, small: 16 },
  run: async (setting) => {
    const plan = { degree: 6, relays: setting.nodes, practices: PRACTICES, model: WIRE };
    const { world, network, nodes, practices } = buildMesh(setting, plan);
    for (const practice of practices) addSlots(practice, [0]);
    await world.run(SETTLE_MS);

    const before = network.openLinks;
    // The first half of the nodes, with the practices that are linked to them.
    const half = nodes.filter(({ id }) => id < setting.nodes / 2);
    const mine = practices.filter((_, index) => index < PRACTICES / 2);
    network.split(new Set([...half, ...mine].map(({ id }) => id)));
    for (let minute = 1; minute <= MINUTES; minute++) {
      for (const practice of practices) addSlots(practice, [minute]);
      await world.run(MINUTE_MS);
    }
    const knowsAll = (node: SimNode): boolean =>
      practices.every((practice) => slotsKnown(node, practice) === MINUTES + 1);
    const apart = nodes.filter(knowsAll).length;
    const inHalves = network.openLinks;
    network.heal();
    const healed = world.now();
    const isWhole = (): boolean =>
      nodes.every((node) => digestOf(node) === digestOf(nodes[0] ?? node)) && nodes.every(knowsAll);
    while (!isWhole() && world.now() - healed < HEALED_WITHIN_MS) await world.run(STEP_MS);
    const healedAfter = isWhole() ? (world.now() - healed) / 1_000 : Number.POSITIVE_INFINITY;
    const linksBack = network.openLinks - inHalves;
    while (network.openLinks < before && world.now() - healed < HEALED_WITHIN_MS) await world.run(STEP_MS);
    return outcomeOf(
      world,
      [
        atLeast('delivered', 1, nodes.filter(knowsAll).length / nodes.length),
        atMost('secondsToEqualDigests', 5, healedAfter, ' s'),
      ],
      {
        'nodes that knew everything while apart': apart,
        'links between the halves, which all had ended': before - inHalves,
        'of them back when all digests were equal': linksBack,
        'of them back in the end': network.openLinks - inHalves,
        'seconds until then': (world.now() - healed) / 1_000,
        'signature checks': world.signer.checked,
      },
    );
  },
};
