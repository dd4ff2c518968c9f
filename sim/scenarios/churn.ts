import { WIRE } from '#sim/channel.ts';
import { buildMesh, slotsKnown } from '#sim/mesh.ts';
import { addSlots } from '#sim/practice.ts';
import { atLeast, atMost, outcomeOf, type Scenario } from '#sim/scenario.ts';
import { percentile } from '../../bench/statistics.ts';

/**
 * Nodes come and go: every minute one in twenty loses its power, in the middle of whatever it does, and comes back half a
 * minute to two minutes later with what it had committed. Practices go on announcing.
 */
/** An hour; a quarter of one for few nodes, as their power is cut more often than one in twenty. */
const minutesFor = (nodes: number): number => (nodes < 50 ? 15 : 60);
const MINUTE_MS = 60_000;
const SETTLE_MS = 60_000;
const CALM_MS = 120_000;
const SHARE = 0.05;
const PRACTICES = 6;
/** A practice announces one more slot every so many minutes. */
const EVERY = 2;
const STEP_MS = 250;

export const churn: Scenario = {
  name: 'churn',
  about: 'one node in twenty loses its power every minute for an hour, while practices announce',
  sizes: { full: 100, small: 20 },
  run: async (setting) => {
    const plan = { degree: 6, relays: setting.nodes, practices: PRACTICES, model: { ...WIRE, loss: 0.01, jitter: 10 } };
    const { world, network, nodes, practices } = buildMesh(setting, plan);
    await world.run(SETTLE_MS);
    const minutes = minutesFor(setting.nodes);
    const dice = world.dice.named('churn');
    let crashes = 0;
    let slots = 0;
    /** From an announcement until nineteen in twenty of the nodes that are up know it. */
    const spreads: number[] = [];
    const blackout = (): void => {
      for (const node of dice.shuffled(nodes).slice(0, Math.max(1, Math.round(nodes.length * SHARE)))) {
        if (node.engine() === undefined) continue;
        crashes++;
        node.crash();
        world.after(MINUTE_MS * (0.5 + 1.5 * dice.fraction()), () => void node.start());
      }
    };
    const spread = async (): Promise<void> => {
      const begun = world.now();
      const missing = (): number => {
        const up = nodes.filter((node) => node.engine() !== undefined);
        const lacking = up.filter((node) => practices.some((practice) => slotsKnown(node, practice) !== slots));
        return lacking.length / up.length;
      };
      while (missing() > 1 - 0.95 && world.now() - begun < MINUTE_MS / 2) await world.run(STEP_MS);
      spreads.push((world.now() - begun) / 1_000);
      await world.run(MINUTE_MS - (world.now() - begun));
    };
    for (let minute = 0; minute < minutes; minute++) {
      world.after(MINUTE_MS * dice.fraction(), () => void blackout());
      if (minute % EVERY !== 0) {
        await world.run(MINUTE_MS);
        continue;
      }
      for (const practice of practices) addSlots(practice, [slots]);
      slots++;
      await spread();
    }
    await world.run(CALM_MS);
    const pairs = nodes.flatMap((node) => practices.map((practice) => slotsKnown(node, practice) === slots));
    const flapsPerTenMinutes = world.tally.get('parent', 'better') / nodes.length / (minutes / 10);
    const goals = [
      atLeast('delivered', 0.999, pairs.filter(Boolean).length / pairs.length),
      atMost('flapsPerNodeInTenMinutes', 1, flapsPerTenMinutes),
    ];
    return outcomeOf(world, goals, {
      'power cuts': crashes,
      announcements: slots * PRACTICES,
      'seconds until 95 % know, p50': percentile(spreads, 0.5),
      'seconds until 95 % know, p95': percentile(spreads, 0.95),
      'links at the end': network.openLinks,
      'signature checks': world.signer.checked,
    });
  },
};
