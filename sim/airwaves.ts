import type { Millis, Region } from '#core/brand.ts';
import { createAirQueue } from '#core/radio/air/queue.ts';
import { type AirStation, createAirStation } from '#core/radio/air/station.ts';
import { rnodeAirtime, rnodePreambleSymbols } from '#core/radio/airtime.ts';
import { type Channel, checkChannel } from '#core/radio/channel.ts';
import {
  advanceLedger,
  type DutyLedger,
  debitLedger,
  dutyStanding,
  emptyLedger,
  ledgerWait,
  WINDOW,
} from '#core/radio/duty-ledger.ts';
import type { SubBand } from '#core/radio/sub-band.ts';
import type { Effect } from '#engine/effect.ts';
import type { EngineEvent } from '#engine/event.ts';
import type { Ether, Reception, Seat } from '#sim/ether/ether.ts';
import type { Position } from '#sim/ether/propagation.ts';
import type { Tuning } from '#sim/ether/tuning.ts';
import type { World } from '#sim/world.ts';

/**
 * The radios of a world on one ether: each sends what its node's engine gives it, in turn, by the product's queue and ledger,
 * after listening, and hears what the others send. A board of its own, as small as one can be; the true driver against the
 * true firmware's behaviour is the emulator's affair (test/emulator).
 */
export interface Airwaves {
  /** `regions`: what the station listens to. */
  join(name: string, place: AirPlace): SimRadio;
  /** Frames on air of all radios so far, in milliseconds of airtime and by kind of frame. */
  readonly airtime: number;
  readonly frames: ReadonlyMap<string, number>;
  /** Of each radio the most that it spent of what the law gives it in an hour, 0 to 1. */
  mostSpent(): number;
  /** Hears every frame that goes on the air, whoever sends it. */
  watch(listener: (frame: SentFrame) => void): void;
}

export interface SentFrame {
  readonly station: string;
  readonly kind: string;
  /** As the board is given it. */
  readonly data: Uint8Array;
  readonly airtime: number;
}

export interface AirPlace {
  readonly channel: Channel;
  readonly position?: Position;
  readonly regions: readonly Region[];
}

type AirSend = Extract<Effect, { kind: 'air-send' }>;

export interface SimRadio {
  /** A node that starts takes it; what the one before left waiting is gone. */
  begin(handle: (event: EngineEvent) => void): void;
  send(effect: AirSend): void;
  stop(): void;
}

const QUEUE = 64;
/** A channel that is not free is looked at again after so many milliseconds at most. */
const BACKOFF_MS = 300;
/** What the board puts before the data. */
const BOARD_HEADER = Uint8Array.of(0);
const IDLE_AGAIN_MS = 10_000;
/** A radio says that it is idle once a frame of so many bytes may go. */
const SMALL_FRAME = 64;
const HOUR_MS = 3_600_000;

const tuningOf = (channel: Channel): Tuning => ({
  sf: channel.sf,
  cr: channel.cr,
  bandwidthHz: channel.bandwidthHz,
  frequency: channel.centreHz,
  power: channel.powerDbm,
  preambleSymbols: rnodePreambleSymbols(channel),
});

interface Counters {
  airtime: number;
  readonly frames: Map<string, number>;
  readonly watchers: ((frame: SentFrame) => void)[];
}

/** One radio: its node may come and go, its ledger stays. */
const createRadio = (
  world: World,
  seat: Seat,
  name: string,
  place: AirPlace,
  counters: Counters,
  settle: () => void,
) => {
  const dice = world.dice.named(`radio ${name}`);
  const { channel } = place;
  const checked = checkChannel(channel);
  if (!checked.ok) throw new RangeError(checked.code);
  const subBand: SubBand = checked.value;
  const clock = () => ({ wall: world.now() as Millis, steady: world.now() as Millis });
  /** As after an hour of silence. */
  let ledger: DutyLedger = { ...emptyLedger(clock()), since: -WINDOW as Millis };
  const queue = createAirQueue(QUEUE);
  let station: AirStation | undefined;
  let told: AirStation['id'] | undefined;
  let handle: ((event: EngineEvent) => void) | undefined;
  let isBusy = false;
  let wakesAt = Number.POSITIVE_INFINITY;
  let mostSpent = 0;
  const kinds = new Map<Uint8Array, string>();

  const wakeIn = (ms: number): void => {
    const at = world.now() + Math.max(1, Math.ceil(ms));
    if (at >= wakesAt) return;
    wakesAt = at;
    world.at(at, () => {
      if (wakesAt !== at) return undefined;
      wakesAt = Number.POSITIVE_INFINITY;
      pump();
      return undefined;
    });
  };
  const transmit = (waiting: Uint8Array): void => {
    const data = station?.stamp(waiting) ?? waiting;
    const airtime = rnodeAirtime(channel, data.length);
    const debited = debitLedger(ledger, subBand, airtime);
    if (!debited.ok) return wakeIn(ledgerWait(ledger, subBand, airtime));
    ledger = debited.value;
    mostSpent = Math.max(mostSpent, dutyStanding(ledger, subBand).spent / ((HOUR_MS * subBand.perMille) / 1_000));
    const frame = new Uint8Array(data.length + BOARD_HEADER.length);
    frame.set(data, BOARD_HEADER.length);
    const ends = seat.transmit(frame, world.now());
    isBusy = true;
    counters.airtime += airtime;
    const kind = kinds.get(waiting) ?? 'link';
    kinds.delete(waiting);
    world.trace({ at: world.now(), kind: 'frame', from: 0, to: 0, what: `${name} ${kind} ${data.length}` }, data);
    for (const listener of counters.watchers) listener({ station: name, kind, data, airtime });
    counters.frames.set(kind, (counters.frames.get(kind) ?? 0) + 1);
    world.at(ends, () => {
      isBusy = false;
      settle();
      wakeIn(dice.fraction() * BACKOFF_MS);
      return undefined;
    });
  };
  const sayIdle = (): void => {
    const wait = ledgerWait(ledger, subBand, rnodeAirtime(channel, SMALL_FRAME));
    if (wait > 0) return wakeIn(wait);
    wakeIn(IDLE_AGAIN_MS);
    const { spent, left } = dutyStanding(ledger, subBand);
    handle?.({ kind: 'air-idle', left: left / (left + spent) });
  };
  const pump = (): void => {
    if (handle === undefined || isBusy) return;
    ledger = advanceLedger(ledger, clock());
    const next = queue.peek(world.now() as Millis);
    for (const { data } of queue.fallen()) kinds.delete(data);
    if (next === undefined) return sayIdle();
    const wait = ledgerWait(ledger, subBand, rnodeAirtime(channel, next.data.length));
    if (wait > 0) return wakeIn(wait);
    if (seat.hearsCarrier(world.now())) return wakeIn(dice.fraction() * BACKOFF_MS);
    queue.take(next);
    transmit(next.data);
  };
  const open = (): void => {
    if (station === undefined || told === station.id) return;
    told = station.id;
    handle?.({ kind: 'air-opened', station: station.id, regions: place.regions });
  };

  const radio: SimRadio = {
    begin: (to) => {
      handle = to;
      station = createAirStation((count) => dice.bytes(count));
      told = undefined;
      seat.tune(tuningOf(channel), world.now());
      open();
      pump();
    },
    send: ({ air, body, priority, life }) => {
      if (station === undefined) return;
      const data = station.wrap(air, body);
      kinds.set(data, air);
      queue.offer({ data, priority, expires: (world.now() + life) as Millis }, world.now() as Millis);
      wakeIn(dice.fraction() * 50);
    },
    stop: () => {
      handle = undefined;
      station = undefined;
      for (let next = queue.peek(world.now() as Millis); next !== undefined; next = queue.peek(world.now() as Millis))
        queue.take(next);
      seat.silence(world.now());
      seat.tune(undefined, world.now());
    },
  };
  return {
    radio,
    receive: ({ frame, rssi, snr }: Reception): void => {
      const data = frame.subarray(BOARD_HEADER.length);
      const heard = station?.hear({ data, rssiDbm: rssi, snrDb: snr }, world.now() as Millis);
      open();
      if (!heard?.ok) return;
      const { kind, from, body } = heard.value;
      handle?.({ kind: 'air-heard', from, air: kind, body });
    },
    mostSpent: () => mostSpent,
  };
};

export const createAirwaves = (world: World, ether: Ether): Airwaves => {
  const radios = new Map<string, ReturnType<typeof createRadio>>();
  const counters: Counters = { airtime: 0, frames: new Map(), watchers: [] };
  const trace = (kind: 'frame' | 'lost', what: string): void =>
    world.trace({ at: world.now(), kind, from: 0, to: 0, what });
  const settle = (): void => {
    for (const event of ether.advance(world.now())) {
      if (event.kind === 'received') radios.get(event.station)?.receive(event);
      if (event.kind === 'lost') trace('lost', `${event.from} to ${event.station}: ${event.reason}`);
    }
  };
  return {
    join: (name, place) => {
      const radio = createRadio(world, ether.join(name, place.position), name, place, counters, settle);
      radios.set(name, radio);
      return radio.radio;
    },
    get airtime() {
      return counters.airtime;
    },
    frames: counters.frames,
    watch: (listener) => void counters.watchers.push(listener),
    mostSpent: () => Math.max(0, ...Array.from(radios.values(), (radio) => radio.mostSpent())),
  };
};
