import type { OfferId, Plz, Region } from '#core/brand.ts';
import { toHex } from '#core/bytes/hex.ts';
import { regionOfPlz } from '#core/domain/mesh-place.ts';
import { decodeAirFrame } from '#core/radio/air/frame.ts';
import { MAX_AIR_KEYS } from '#core/radio/air/keys.ts';
import { decodeRecords } from '#core/radio/air/records.ts';
import { rnodeAirtime } from '#core/radio/airtime.ts';
import { type Channel, DEFAULT_CHANNEL } from '#core/radio/channel.ts';
import { createObjectSource } from '#core/radio/object-pieces.ts';
import { decodeAnnounce } from '#core/wire/announce.ts';
import { createAirwaves, type SentFrame } from '#sim/airwaves.ts';
import { WIRE } from '#sim/channel.ts';
import { createEther } from '#sim/ether/ether.ts';
import { createLossTable } from '#sim/ether/path-losses.ts';
import { buildMesh, slotsKnown } from '#sim/mesh.ts';
import { addSlots } from '#sim/practice.ts';
import { atLeast, atMost, outcomeOf, type Scenario, withinBounds } from '#sim/scenario.ts';
import { createSimNode, type SimNode } from '#sim/sim-node.ts';

/**
 * Five groups of kiosks in a row. In a group all hear each other; of each group one kiosk, on a hill, hears the one on the next
 * hill, too. Who has the internet is heard by the first group. Practices announce, change and withdraw; other regions' practices
 * do as well. Beside it what flooding would take: every station repeats every record once, one a frame, identity records in
 * their pieces, and the keys once, seven a frame.
 */
const GROUPS = 5;
const LOSS = 0.05;
const AUDIBLE_DB = 110;
const SETTLE_MS = 120_000;
const MEET_MS = 300_000;
const CALM_MS = 1_800_000;
const MINUTE_MS = 60_000;
const SLOTS = 10;
const LISTENED: Region = regionOfPlz(80_799);
const ELSEWHERE = '10115' as Plz;
const HERE = '80799' as Plz;
const HEADER_BYTES = 4;
/** One in so many practices is of another region; of those here one in so many withdraws in the end. */
const FOREIGN = 5;
const WITHDRAWS = 4;

interface Plan {
  readonly practices: number;
  readonly minutes: number;
  /** Each practice changes something every so many minutes, at another moment of them each. */
  readonly every: number;
  /** With two kiosks a group more than half of all stations have to pass on. */
  readonly ofFlooding: number;
}
const planFor = (stations: number): Plan =>
  stations > 15
    ? { practices: 25, minutes: 180, every: 15, ofFlooding: 1 / 3 }
    : { practices: 10, minutes: 60, every: 30, ofFlooding: 1 };

const kioskName = (group: number, member: number): string => `kiosk ${group}.${member}`;
/** Of each group the first is on the hill. */
const lossesOf = (members: number): Record<string, Record<string, number>> => {
  const table: Record<string, Record<string, number>> = {};
  const hear = (one: string, other: string): void => {
    table[one] = { ...table[one], [other]: AUDIBLE_DB };
    table[other] = { ...table[other], [one]: AUDIBLE_DB };
  };
  for (let group = 0; group < GROUPS; group++) {
    for (let member = 0; member < members; member++) {
      if (group === 0) hear('gateway', kioskName(group, member));
      for (let other = 0; other < member; other++) hear(kioskName(group, member), kioskName(group, other));
    }
    if (group > 0) hear(kioskName(group - 1, 0), kioskName(group, 0));
  }
  return table;
};

/** What was on the air, and what it would be if everybody repeated everything. */
const createCount = (channel: Channel, stations: number) => {
  const seen = new Set<string>();
  const airtimeOf = (bytes: number): number => rnodeAirtime(channel, HEADER_BYTES + bytes);
  const airtime = new Map<string, number>();
  let flooded = 0;
  let foreign = 0;
  return {
    airtime,
    hear: ({ kind, data, airtime: took }: SentFrame): void => {
      airtime.set(kind, (airtime.get(kind) ?? 0) + took);
      const frame = decodeAirFrame(data);
      const records = frame.ok && frame.value.kind === 'records' ? decodeRecords(frame.value.body) : undefined;
      if (!records?.ok) return;
      for (const raw of records.value) {
        const announce = decodeAnnounce(raw);
        if (announce.ok && regionOfPlz(announce.value.message.plz) !== LISTENED) foreign++;
        if (seen.has(toHex(raw))) continue;
        seen.add(toHex(raw));
        flooded += stations * airtimeOf(1 + raw.length);
      }
    },
    keysOf: (practices: number): number =>
      stations *
      (Math.floor(practices / MAX_AIR_KEYS) * airtimeOf(32 * MAX_AIR_KEYS) +
        (practices % MAX_AIR_KEYS > 0 ? airtimeOf(32 * (practices % MAX_AIR_KEYS)) : 0)),
    piecesOf: (raw: Uint8Array): number => {
      const source = createObjectSource(raw);
      let sum = 0;
      for (let index = 0; index < source.sourcePieces; index++) sum += airtimeOf(source.piece(index).length);
      return stations * sum;
    },
    records: () => seen.size,
    flooded: () => flooded,
    foreign: () => foreign,
  };
};

const knowsAll = (
  kiosk: SimNode,
  practices: readonly SimNode[],
  expected: ReadonlyMap<SimNode, number | undefined>,
): number => practices.filter((practice) => slotsKnown(kiosk, practice) !== expected.get(practice)).length;

export const islands: Scenario = {
  name: 'islands',
  about: 'five groups of kiosks in a row, one neighbour between each two, the internet at one end',
  sizes: { full: 31, small: 11 },
  run: async (setting) => {
    const channel = DEFAULT_CHANNEL;
    const members = Math.floor((setting.nodes - 1) / GROUPS);
    const plan = planFor(setting.nodes);
    const {
      world,
      network,
      nodes,
      practices: all,
    } = buildMesh(
      { ...setting, nodes: 1 },
      {
        degree: 1,
        relays: 1,
        practices: plan.practices,
        model: WIRE,
        plzOf: (index) => (index % FOREIGN === 0 ? ELSEWHERE : HERE),
      },
    );
    const practices = all.filter((_, index) => index % FOREIGN !== 0);
    const ether = createEther({
      dice: world.dice.named('ether'),
      loss: LOSS,
      paths: createLossTable(lossesOf(members)),
    });
    const airwaves = createAirwaves(world, ether);
    const count = createCount(channel, setting.nodes);
    airwaves.watch(count.hear);
    const place = { channel, regions: [LISTENED] };
    const [relay] = nodes;
    const gateway = createSimNode(world, 100, { role: 'leaf' });
    if (relay === undefined) throw new Error('there is a relay');
    network.join(gateway, relay, WIRE);
    const expected = new Map<SimNode, number | undefined>();
    const gone = new Set<SimNode>();
    const announce = (practice: SimNode): void => {
      if (gone.has(practice)) return;
      const slots = expected.get(practice) ?? 0;
      const added = slots === 0 ? Array.from({ length: SLOTS - 2 }, (_, n) => n) : [slots];
      addSlots(practice, added);
      expected.set(practice, slots + added.length);
    };
    for (const practice of all) announce(practice);
    await world.run(SETTLE_MS);
    gateway.equip(airwaves.join('gateway', place));
    const kiosks = Array.from({ length: GROUPS * members }, (_, at) => {
      const kiosk = createSimNode(world, 101 + at, { role: 'leaf' });
      kiosk.equip(airwaves.join(kioskName(Math.floor(at / members), at % members), place));
      return kiosk;
    });
    await world.run(MEET_MS);
    const dice = world.dice.named('practices');
    const begun = world.now();
    for (const practice of all) {
      const first = dice.fraction() * plan.every * MINUTE_MS;
      for (let at = first; at < plan.minutes * MINUTE_MS; at += plan.every * MINUTE_MS)
        world.at(begun + at, () => void announce(practice));
    }
    const leaving = practices.filter((_, index) => index % WITHDRAWS === 0);
    leaving.forEach((practice, index) => {
      world.at(begun + ((0.5 + index) / leaving.length) * plan.minutes * MINUTE_MS + plan.every * MINUTE_MS, () => {
        practice.command({ kind: 'withdraw-offer', offer: 0 as OfferId });
        gone.add(practice);
        expected.set(practice, undefined);
        return undefined;
      });
    });
    const lacking = (): number => kiosks.reduce((sum, kiosk) => sum + knowsAll(kiosk, practices, expected), 0);
    const lags: number[] = [];
    for (let minute = 0; minute < plan.minutes + plan.every; minute++) {
      await world.run(MINUTE_MS);
      lags.push(lacking() / (kiosks.length * practices.length));
    }
    const calmAt = world.now();
    while (lacking() > 0 && world.now() - calmAt < CALM_MS) await world.run(1_000);
    const settled = (world.now() - calmAt) / 1_000;
    const raws = practices.flatMap(({ address }) => {
      const raw = address === undefined ? undefined : gateway.engine()?.views.identity(address)?.raw;
      return raw ?? [];
    });
    const identities = raws.reduce((sum, raw) => sum + count.piecesOf(raw), 0);
    const names = kiosks.reduce(
      (sum, kiosk) =>
        sum +
        practices.filter(
          ({ address }) => address === undefined || kiosk.engine()?.views.identity(address) === undefined,
        ).length,
      0,
    );
    const flooded = count.flooded() + count.keysOf(practices.length);
    const pieces = count.airtime.get('piece') ?? 0;
    return outcomeOf(
      world,
      [
        atMost('lackingAnnouncements', 0, lacking()),
        atMost('airtimeToFlooding', plan.ofFlooding, airwaves.airtime / (flooded + identities)),
        atMost('mostSpentOfAnHour', 1, airwaves.mostSpent()),
        atMost('recordsOfOtherRegions', 0, count.foreign()),
        atLeast('records', 1, count.records()),
        withinBounds(world),
      ],
      {
        'airtime to flooding without identity records': (airwaves.airtime - pieces) / flooded,
        'seconds of airtime by kind': JSON.stringify(
          [...count.airtime].map(([kind, ms]) => [kind, Math.round(ms / 1_000)]),
        ),
        'seconds of airtime by flooding, identity records': JSON.stringify(
          [flooded, identities].map((ms) => Math.round(ms / 1_000)),
        ),
        'share that is not there yet, mean': lags.reduce((sum, one) => sum + one, 0) / lags.length,
        'seconds until the last is there': settled,
        'names that are lacking, of all': `${names} of ${kiosks.length * practices.length}`,
      },
    );
  },
};
