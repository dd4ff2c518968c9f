import { WIRE } from '#sim/channel.ts';
import { buildMesh, slotsKnown } from '#sim/mesh.ts';
import { addSlots } from '#sim/practice.ts';
import { atLeast, outcomeOf, type Scenario, withinBounds } from '#sim/scenario.ts';
import { createSimNode } from '#sim/sim-node.ts';
import { percentile } from '../../bench/statistics.ts';

/**
 * Ten minutes of a working day: relays that know each other, phones that open the app, look, and are gone a minute or two later,
 * and practices that announce something every few minutes; in the last minute nobody announces, and everybody hears the rest.
 * For what it takes to play it: every change is fast or slow here.
 */
const MINUTES = 10;
const MINUTE_MS = 60_000;
const STEP_MS = 1_000;
const CALM_MS = 60_000;
/** Of a hundred nodes so many are relays, practices, and phones that come and go. */
const RELAYS = 0.05;
const PRACTICES = 0.05;
const DEGREE = 6;
const VISIT_MS = 120_000;
/** Each practice announces about every five minutes. */
const ANNOUNCES = STEP_MS / (5 * MINUTE_MS);
const LINE = { ...WIRE, jitter: 10, loss: 0.005, bandwidth: 1_250 };
const PHONE = { ...WIRE, latency: 40, jitter: 30, bandwidth: 1_250, loss: 0.01 };

export const thousandNodes: Scenario = {
  name: 'thousand-nodes',
  about: 'ten minutes of a thousand nodes: relays, practices that announce, phones that come and go',
  sizes: { full: 1_000, small: 60 },
  run: async (setting) => {
    const relays = Math.max(4, Math.round(setting.nodes * RELAYS));
    const plan = {
      degree: DEGREE,
      relays,
      practices: Math.max(2, Math.round(setting.nodes * PRACTICES)),
      model: LINE,
    };
    const mesh = buildMesh({ ...setting, nodes: relays, remembersVerdicts: true }, plan);
    const { world, network, practices, nodes } = mesh;
    const dice = world.dice.named('day');
    const phones = Array.from({ length: setting.nodes - relays - practices.length }, (_, index) => {
      const phone = createSimNode(world, relays + practices.length + index, { role: 'leaf' });
      phone.crash();
      network.join(phone, dice.pick(nodes), PHONE);
      return phone;
    });
    const told = new Map(practices.map((practice) => [practice, 0]));
    const visits: number[] = [];
    const visit = (phone: (typeof phones)[number]): void => {
      phone.start();
      network.dialNow(phone);
      visits.push(world.now());
      world.after(VISIT_MS * (0.5 + dice.fraction()), () => {
        phone.crash();
        world.after(VISIT_MS * (0.5 + dice.fraction()), () => void visit(phone));
        return undefined;
      });
    };
    for (const phone of phones) world.after(2 * VISIT_MS * dice.fraction(), () => void visit(phone));
    for (let passed = 0; passed < MINUTES * MINUTE_MS - CALM_MS; passed += STEP_MS) {
      for (const practice of practices) {
        if (!dice.chance(ANNOUNCES)) continue;
        addSlots(practice, [told.get(practice) ?? 0]);
        told.set(practice, (told.get(practice) ?? 0) + 1);
      }
      await world.run(STEP_MS);
    }
    await world.run(CALM_MS);
    const knows = (node: (typeof nodes)[number]): boolean =>
      [...told].every(([practice, slots]) => slots === 0 || slotsKnown(node, practice) === slots);
    const up = phones.filter((phone) => (phone.engine()?.views.status().links ?? 0) > 0);
    return outcomeOf(
      world,
      [atLeast('relaysComplete', 1, nodes.filter(knows).length / nodes.length), withinBounds(world)],
      {
        'phones with a link in the end': up.length,
        'of them with everything': up.filter(knows).length / up.length,
        visits: visits.length,
        announcements: [...told.values()].reduce((sum, slots) => sum + slots, 0),
        'announcements of a practice, p95': percentile([...told.values()], 0.95),
      },
    );
  },
};
