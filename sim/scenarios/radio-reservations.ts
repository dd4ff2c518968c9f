import type { Millis, OfferId } from '#core/brand.ts';
import { regionOfPlz } from '#core/domain/mesh-place.ts';
import { fromWireMinute } from '#core/domain/wire-time.ts';
import { DEFAULT_CHANNEL } from '#core/radio/channel.ts';
import type { PatientRequest } from '#engine/fapp/patient-request.ts';
import { type Airwaves, createAirwaves } from '#sim/airwaves.ts';
import { WIRE } from '#sim/channel.ts';
import { createEther } from '#sim/ether/ether.ts';
import { createLossTable } from '#sim/ether/path-losses.ts';
import { buildMesh } from '#sim/mesh.ts';
import { addSlots } from '#sim/practice.ts';
import { atLeast, atMost, outcomeOf, type Scenario, type Setting, withinBounds } from '#sim/scenario.ts';
import { createSimNode, type SimNode } from '#sim/sim-node.ts';
import type { World } from '#sim/world.ts';
import { percentile } from '../../bench/statistics.ts';

/**
 * Requests from a kiosk that hears one other kiosk alone, which hears a third one with internet: asked, received and confirmed over
 * two radio hops, one after the other, while announcements go over the same air. A practice confirms as soon as it has a request.
 */
export const LOSS = 0.1;
const HOPS = ['gateway', 'between', 'kiosk'] as const;
const AUDIBLE_DB = 110;
const SETTLE_MS = 120_000;
/** Until the kiosk knows whom it may ask. */
const MEET_MS = 3_600_000;
const DAY_MS = 86_400_000;
const STEP_MS = 200;
/** People come a minute or some more after what the one before caused is over. */
const PAUSE_MS = 60_000;
const PAUSE_SPREAD_MS = 180_000;
const PLZ = 80_799;
const TEXT = 'Guten Tag, ich suche einen Termin zur Sprechstunde.';
const NOTE = '3. OG';
const SHARE = 0.999;

export interface Reservation {
  /** The practice's receipt was read here, and its confirmation came within a day. */
  readonly isConfirmed: boolean;
  /** From asking until the confirmation was there; undefined without one. */
  readonly seconds: number | undefined;
  /** Of all stations and all that links send until the next one is asked for. */
  readonly airSeconds: number;
  /** Of it what was not acknowledgements; and how many frames those were. */
  readonly fragmentSeconds: number;
  readonly fragments: number;
}

const neighbours = (): Record<string, Record<string, number>> => {
  const table: Record<string, Record<string, number>> = {};
  HOPS.forEach((name, at) => {
    const heard = HOPS.filter((_, other) => Math.abs(other - at) === 1);
    table[name] = Object.fromEntries(heard.map((other) => [other, AUDIBLE_DB]));
  });
  return table;
};

/** What links spent so far, of all stations. */
const createMeter = (airwaves: Airwaves) => {
  let [fragmentMs, ackMs, fragments] = [0, 0, 0];
  airwaves.watch(({ kind, airtime }) => {
    if (kind === 'ack') ackMs += airtime;
    if (kind !== 'fragment') return;
    fragmentMs += airtime;
    fragments++;
  });
  return () => ({ fragmentMs, ackMs, fragments });
};

const openScene = async (setting: Setting, loss: number) => {
  const plan = { degree: 1, relays: 1, practices: 1, model: WIRE };
  const { world, network, nodes, practices } = buildMesh({ ...setting, nodes: 1 }, plan);
  const [relay, practice] = [nodes[0], practices[0]];
  if (relay === undefined || practice === undefined) throw new RangeError('there is a relay, and a practice');
  addSlots(
    practice,
    Array.from({ length: setting.nodes }, (_, n) => n),
  );
  await world.run(SETTLE_MS);
  const ether = createEther({ dice: world.dice.named('ether'), loss, paths: createLossTable(neighbours()) });
  const airwaves = createAirwaves(world, ether);
  const [gateway, , kiosk] = HOPS.map((name, at) => {
    const station = createSimNode(world, 100 + at, { role: 'leaf', config: { carries: true } });
    const place = { channel: DEFAULT_CHANNEL, regions: [regionOfPlz(PLZ)], hasLinks: true };
    station.equip(airwaves.join(name, place));
    return station;
  });
  if (gateway === undefined || kiosk === undefined) throw new RangeError('there are three stations');
  network.join(gateway, relay, WIRE);
  const { address } = practice;
  const isReady = (): boolean =>
    address !== undefined &&
    kiosk.engine()?.views.identity(address) !== undefined &&
    offered(kiosk, practice).length > 0;
  for (let waited = 0; waited < MEET_MS && !isReady(); waited += STEP_MS) await world.run(STEP_MS);
  return { world, airwaves, practice, kiosk, meter: createMeter(airwaves) };
};

const offered = (kiosk: SimNode, { address }: SimNode): readonly Millis[] => {
  const offer = address === undefined ? undefined : kiosk.engine()?.views.offer(address, 0 as OfferId);
  return offer?.announce.starts.map(fromWireMinute) ?? [];
};

const ask = (kiosk: SimNode, { address }: SimNode, number: number, start: Millis): string => {
  if (address === undefined) throw new RangeError('the practice has an address');
  const requestId = (number + 1).toString(16).padStart(16, '0');
  const who = { pseudonym: `Mondlicht ${number}`, code: '', text: TEXT, display: '' };
  kiosk.command({ kind: 'reserve', requestId, practice: address, offer: 0 as OfferId, start, ...who });
  return requestId;
};

const confirmAll = (practice: SimNode): void => {
  for (const { requestId, phase } of practice.engine()?.views.inbox() ?? [])
    if (phase === 'open') practice.command({ kind: 'confirm', requestId, note: NOTE, how: 'VOR_ORT' });
};

const requestOf = (kiosk: SimNode, requestId: string): PatientRequest | undefined =>
  kiosk
    .engine()
    ?.views.requests()
    .find((request) => request.requestId === requestId);

const isOver = (request: PatientRequest | undefined): boolean =>
  request !== undefined && !['queued', 'sent', 'custody', 'delivered'].includes(request.phase);

type Scene = Awaited<ReturnType<typeof openScene>>;

const reserve = async (
  { world, practice, kiosk, meter }: Scene,
  number: number,
  pause: number,
): Promise<Reservation> => {
  const before = meter();
  const begun = world.now();
  // Those that are free and were not asked for: the kiosk may not have heard of the last one yet.
  const taken = new Set(
    kiosk
      .engine()
      ?.views.requests()
      .map(({ start }) => start),
  );
  const start = offered(kiosk, practice).find((one) => !taken.has(one));
  const requestId = start === undefined ? '' : ask(kiosk, practice, number, start);
  while (!isOver(requestOf(kiosk, requestId)) && world.now() - begun < DAY_MS) {
    await world.run(STEP_MS);
    confirmAll(practice);
  }
  const { phase, times } = requestOf(kiosk, requestId) ?? { phase: 'refused', times: {} };
  const isConfirmed = phase === 'confirmed' && times.delivered !== undefined;
  const seconds = isConfirmed ? (world.now() - begun) / 1_000 : undefined;
  await world.run(pause);
  const after = meter();
  const fragmentSeconds = (after.fragmentMs - before.fragmentMs) / 1_000;
  const airSeconds = fragmentSeconds + (after.ackMs - before.ackMs) / 1_000;
  return { isConfirmed, seconds, airSeconds, fragmentSeconds, fragments: after.fragments - before.fragments };
};

export interface PlayedReservations {
  readonly world: World;
  readonly airwaves: Airwaves;
  readonly reservations: readonly Reservation[];
}

/** As many as `setting.nodes` says, in one world. `loss`: share of frames that each listener misses. */
export const playReservations = async (setting: Setting, loss = LOSS): Promise<PlayedReservations> => {
  const scene = await openScene(setting, loss);
  const { world, airwaves } = scene;
  const dice = world.dice.named('people');
  const reservations: Reservation[] = [];
  for (let number = 0; number < setting.nodes; number++)
    reservations.push(await reserve(scene, number, PAUSE_MS + dice.fraction() * PAUSE_SPREAD_MS));
  return { world, airwaves, reservations };
};

export const confirmedShare = (reservations: readonly Reservation[]): number =>
  reservations.filter(({ isConfirmed }) => isConfirmed).length / reservations.length;

export const radioReservations: Scenario = {
  name: 'radio-reservations',
  about: 'requests are asked, received and confirmed over two radio hops at 10 % loss',
  sizes: { full: 50, small: 5 },
  run: async (setting) => {
    const { world, airwaves, reservations } = await playReservations(setting);
    const airSeconds = reservations.map((one) => one.airSeconds);
    return outcomeOf(
      world,
      [
        atLeast('confirmed', SHARE, confirmedShare(reservations)),
        atMost('mostSpentOfAnHour', 1, airwaves.mostSpent()),
        withinBounds(world),
      ],
      {
        'seconds on air, p50': percentile(airSeconds, 0.5),
        'seconds on air, p95': percentile(airSeconds, 0.95),
        'seconds until confirmed, p50': percentile(
          reservations.flatMap(({ seconds }) => seconds ?? []),
          0.5,
        ),
      },
    );
  },
};
