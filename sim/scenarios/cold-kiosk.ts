import type { Region } from '#core/brand.ts';
import { regionOfPlz } from '#core/domain/mesh-place.ts';
import { rnodeAirtime } from '#core/radio/airtime.ts';
import { type Channel, DEFAULT_CHANNEL } from '#core/radio/channel.ts';
import { createAirwaves } from '#sim/airwaves.ts';
import { WIRE } from '#sim/channel.ts';
import { createEther } from '#sim/ether/ether.ts';
import { buildMesh, slotsKnown } from '#sim/mesh.ts';
import { addSlots } from '#sim/practice.ts';
import { atMost, mean, outcomeOf, type Scenario, type Setting, withinBounds } from '#sim/scenario.ts';
import { createSimNode } from '#sim/sim-node.ts';
import { percentile } from '../../bench/statistics.ts';

/**
 * A kiosk that knows nothing and has a radio alone, near one that has the internet, too: how much airtime all that is said takes
 * until it has verified a hundred slots of ten practices. The limit is the airtime of the frames that hold them and their keys
 * once, divided by the share that arrives.
 */
export const PRACTICES = 10;
export const SLOTS = 10;
const LOSS = 0.1;
const SETTLE_MS = 120_000;
const LIMIT_MS = 3_600_000;
const HEADER_BYTES = 4;
const STEP_MS = 100;
/** Two practices a frame, and seven keys: the airtime of the frames that hold everything once. */
const RECORD_BYTES = 104;
export const leastAirtime = (channel: Channel): number => {
  const frame = (bytes: number): number => rnodeAirtime(channel, HEADER_BYTES + bytes);
  return (PRACTICES / 2) * frame(2 * RECORD_BYTES) + frame(7 * 32) + frame((PRACTICES - 7) * 32);
};
export const MUNICH: Region = regionOfPlz(80_799);

export const playColdKiosk = async (setting: Setting, channel: Channel) => {
  const plan = { degree: 1, relays: 1, practices: PRACTICES, model: WIRE };
  const { world, network, nodes, practices } = buildMesh({ ...setting, nodes: 1 }, plan);
  for (const practice of practices)
    addSlots(
      practice,
      Array.from({ length: SLOTS }, (_, n) => n),
    );
  const ether = createEther({ dice: world.dice.named('ether'), loss: LOSS });
  const airwaves = createAirwaves(world, ether);
  const place = { channel, regions: [MUNICH] };
  const [relay] = nodes;
  const gateway = createSimNode(world, 100, { role: 'leaf' });
  if (relay === undefined) throw new Error('there is a relay');
  network.join(gateway, relay, WIRE);
  await world.run(SETTLE_MS);
  gateway.equip(airwaves.join('gateway', place));
  await world.run(SETTLE_MS);
  const before = new Map(airwaves.frames);
  const airtimeBefore = airwaves.airtime;
  const begun = world.now();
  const kiosk = createSimNode(world, 101, { role: 'leaf' });
  kiosk.equip(airwaves.join('kiosk', place));
  const knowsAll = (): boolean => practices.every((practice) => slotsKnown(kiosk, practice) === SLOTS);
  while (!knowsAll() && world.now() - begun < LIMIT_MS) await world.run(STEP_MS);
  const knowsNames = (): boolean =>
    practices.every(({ address }) => address !== undefined && kiosk.engine()?.views.identity(address) !== undefined);
  const framesSince = (): Map<string, number> =>
    new Map(Array.from(airwaves.frames, ([kind, count]) => [kind, count - (before.get(kind) ?? 0)]));
  const known = { after: world.now() - begun, frames: framesSince(), airtime: airwaves.airtime - airtimeBefore };
  while (!knowsNames() && world.now() - begun < LIMIT_MS) await world.run(STEP_MS);
  return { world, airwaves, knowsAll: knowsAll(), known, named: { after: world.now() - begun, frames: framesSince() } };
};

/** So often, each time with other dice: airtime over the limit, and seconds. */
export const playColdKiosks = async (setting: Setting, channel: Channel) => {
  const limit = leastAirtime(channel) / (1 - LOSS);
  const plays: Awaited<ReturnType<typeof playColdKiosk>>[] = [];
  for (let run = 0; run < setting.nodes; run++)
    plays.push(await playColdKiosk({ ...setting, seed: setting.seed * 1_000 + run }, channel));
  const ratios = plays.map(({ knowsAll, known }) => (knowsAll ? known.airtime / limit : Number.POSITIVE_INFINITY));
  const secondsOf = (times: readonly { after: number }[]): number[] => times.map(({ after }) => after / 1_000);
  const last = plays.at(-1);
  if (last === undefined) throw new RangeError('at least one run');
  return {
    last,
    ratios,
    seconds: secondsOf(plays.map(({ known }) => known)),
    names: secondsOf(plays.map(({ named }) => named)),
  };
};

const of =
  (channel: Channel): Scenario['run'] =>
  async (setting) => {
    const { last, ratios, seconds, names } = await playColdKiosks(setting, channel);
    return outcomeOf(last.world, [atMost('airtimeToLimit', 1.4, mean(ratios)), withinBounds(last.world)], {
      'airtime to the limit, p95': percentile(ratios, 0.95),
      'seconds until all slots are there, mean': mean(seconds),
      'seconds until all slots are there, p95': percentile(seconds, 0.95),
      'seconds until all practices have names, mean': mean(names),
      'seconds until all practices have names, p95': percentile(names, 0.95),
      'of what the law gives in an hour, at most': last.airwaves.mostSpent(),
      'frames by kind, last run': JSON.stringify([...last.named.frames]),
    });
  };

export const coldKiosk: Scenario = {
  name: 'cold-kiosk',
  about: 'a kiosk with a radio alone hears a hundred slots of ten practices at 10 % loss',
  sizes: { full: 40, small: 4 },
  run: of(DEFAULT_CHANNEL),
};

/** 868.1 MHz, where an hour has a tenth of the airtime. */
export const ONE_PERCENT_CHANNEL: Channel = { ...DEFAULT_CHANNEL, centreHz: 868_100_000 };

export const coldKioskOnePercent: Scenario = {
  name: 'cold-kiosk-1-percent',
  about: 'the same where one percent of an hour may be used',
  sizes: { full: 40, small: 4 },
  run: of(ONE_PERCENT_CHANNEL),
};
