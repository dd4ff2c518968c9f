import { symbolTime, timeOnAir } from '#core/radio/airtime.ts';
import type { Dice } from '#sim/dice.ts';
import { createPositions, type PathLosses } from '#sim/ether/path-losses.ts';
import { noiseFloor, type Position, sensitivity, snrOf, sumOfPowers } from '#sim/ether/propagation.ts';
import { areOfOneChannel, doOverlap, type Tuning } from '#sim/ether/tuning.ts';

/**
 * The air that several LoRa radios share, as a pure function of what they do when, and of its dice. It has no clock: every
 * call says what time it is, in milliseconds, never earlier than the call before. Whoever drives it (the simulator's world,
 * the board emulator's workbench) calls `advance` when `next` is due and hands what comes out to the stations.
 */
export interface Ether {
  /** Throws when there is a station of this name. */
  join(name: string, position?: Position): Seat;
  /** Share of frames from one station to another that is lost for no other reason. */
  setLoss(from: string, to: string, share: number): void;
  move(name: string, position: Position): void;
  /** What ended by now, in the order of time. */
  advance(now: number): readonly EtherEvent[];
  /** When the next transmission ends; infinity when the air is silent. */
  readonly next: number;
}

/** What one station's radio can do. */
export interface Seat {
  /** Undefined turns the receiver off. */
  tune(tuning: Tuning | undefined, now: number): void;
  /** Sends with what it is tuned to, and returns when that ends. Throws when it is off or sends already. */
  transmit(frame: Uint8Array, now: number): number;
  /** Cuts off what it sends: nobody can decode that. */
  silence(now: number): void;
  /** Whether a channel activity detection would find a LoRa preamble or payload here. */
  hearsCarrier(now: number): boolean;
  /** Strength of everything in its band together with the noise, in dBm. */
  rssi(now: number): number;
  /** The noise alone. */
  noise(): number;
}

/** Why a frame that was strong enough did not arrive. `deaf`: the receiver was not listening all the while. */
export type LossReason = 'collision' | 'sending' | 'deaf' | 'cut' | 'loss';

export type EtherEvent =
  | { readonly kind: 'sent'; readonly at: number; readonly station: string; readonly frame: Uint8Array }
  | ({ readonly kind: 'received'; readonly at: number } & Reception)
  | {
      readonly kind: 'lost';
      readonly at: number;
      readonly station: string;
      readonly from: string;
      readonly reason: LossReason;
    };

export interface Reception {
  readonly station: string;
  readonly from: string;
  readonly frame: Uint8Array;
  /** dBm and dB. */
  readonly rssi: number;
  readonly snr: number;
}

export interface EtherOptions {
  readonly dice: Dice;
  /** Positions without a limit when left out. */
  readonly paths?: PathLosses;
  /** Share of frames that every link loses unless it is told otherwise. */
  readonly loss?: number;
}

/** The stronger of two frames survives from here on (Semtech AN1200.22; Bor et al., "Do LoRa low-power wide-area networks scale?"). */
const CAPTURE_DB = 6;
/** A carrier is found once it is so many symbols old (SX1276 data sheet, 4.1.6.6). */
const DETECTION_SYMBOLS = 2;

interface Station {
  readonly name: string;
  tuning: Tuning | undefined;
  tunedAt: number;
}

interface Transmission {
  readonly from: Station;
  readonly tuning: Tuning;
  readonly frame: Uint8Array;
  readonly begins: number;
  ends: number;
  isCut: boolean;
  /** What became of it has been told. */
  isOver: boolean;
}

const overlaps = (one: Transmission, other: Transmission): boolean =>
  one !== other && one.begins < other.ends && other.begins < one.ends;

export const createEther = ({ dice, paths = createPositions(), loss = 0 }: EtherOptions): Ether => {
  const stations = new Map<string, Station>();
  const losses = new Map<string, number>();
  const linkDice = new Map<string, Dice>();
  /** What is on the air, and what ended but was on the air together with something that still is. */
  let air: Transmission[] = [];
  let ended: EtherEvent[] = [];

  const strength = ({ from, tuning }: Transmission, at: Station): number =>
    from === at ? Number.NEGATIVE_INFINITY : tuning.power - paths.between(from.name, at.name);
  const isAudible = (sent: Transmission, at: Station): boolean =>
    strength(sent, at) >= sensitivity(sent.tuning.bandwidthHz, sent.tuning.sf);

  const isUnlucky = (from: string, to: string): boolean => {
    const link = `${from}>${to}`;
    const own = linkDice.get(link) ?? dice.named(link);
    linkDice.set(link, own);
    return own.chance(losses.get(link) ?? loss);
  };
  const whyLost = (sent: Transmission, at: Station): LossReason | undefined => {
    const together = air.filter((other) => overlaps(sent, other));
    if (sent.isCut) return 'cut';
    if (together.some(({ from }) => from === at)) return 'sending';
    if (at.tunedAt > sent.begins) return 'deaf';
    const rssi = strength(sent, at);
    const isDrowned = together.some(
      (other) => areOfOneChannel(other.tuning, sent.tuning) && rssi - strength(other, at) < CAPTURE_DB,
    );
    if (isDrowned) return 'collision';
    return isUnlucky(sent.from.name, at.name) ? 'loss' : undefined;
  };
  const outcomeAt = (sent: Transmission, at: Station): EtherEvent | undefined => {
    if (at === sent.from || at.tuning === undefined || !areOfOneChannel(at.tuning, sent.tuning)) return undefined;
    if (!isAudible(sent, at)) return undefined;
    const [from, station] = [sent.from.name, at.name];
    const reason = whyLost(sent, at);
    if (reason !== undefined) return { kind: 'lost', at: sent.ends, station, from, reason };
    const rssi = strength(sent, at);
    const snr = snrOf(rssi, sent.tuning.bandwidthHz);
    return { kind: 'received', at: sent.ends, station, from, frame: sent.frame, rssi, snr };
  };

  const settle = (now: number): void => {
    const due = air
      .filter(({ ends, isOver }) => !isOver && ends <= now)
      .sort((one, other) => one.ends - other.ends || one.begins - other.begins);
    for (const sent of due) {
      if (!sent.isCut) ended.push({ kind: 'sent', at: sent.ends, station: sent.from.name, frame: sent.frame });
      for (const station of stations.values()) {
        const outcome = outcomeAt(sent, station);
        if (outcome !== undefined) ended.push(outcome);
      }
      sent.isOver = true;
    }
    const live = air.filter(({ isOver }) => !isOver);
    if (due.length > 0) air = air.filter((sent) => !sent.isOver || live.some((other) => overlaps(sent, other)));
  };
  const onAirAt = (now: number): readonly Transmission[] =>
    air.filter(({ begins, ends }) => begins <= now && now < ends);

  const createSeat = (station: Station): Seat => ({
    tune: (tuning, now) => {
      settle(now);
      station.tuning = tuning;
      station.tunedAt = now;
    },
    transmit: (frame, now) => {
      settle(now);
      const { tuning } = station;
      if (tuning === undefined) throw new Error(`${station.name} sends and is off`);
      if (onAirAt(now).some(({ from }) => from === station)) throw new Error(`${station.name} sends already`);
      const { preambleSymbols } = tuning;
      const ends = now + timeOnAir(tuning, { preambleSymbols, payloadBytes: frame.length });
      air.push({ from: station, tuning, frame: frame.slice(), begins: now, ends, isCut: false, isOver: false });
      return ends;
    },
    silence: (now) => {
      settle(now);
      for (const sent of onAirAt(now).filter(({ from }) => from === station)) {
        sent.ends = now;
        sent.isCut = true;
      }
      settle(now);
    },
    hearsCarrier: (now) => {
      settle(now);
      const { tuning } = station;
      if (tuning === undefined) return false;
      const age = DETECTION_SYMBOLS * symbolTime(tuning);
      return onAirAt(now).some(
        (sent) => now - sent.begins >= age && areOfOneChannel(sent.tuning, tuning) && isAudible(sent, station),
      );
    },
    noise: () => noiseFloor(station.tuning?.bandwidthHz ?? 0),
    rssi: (now) => {
      settle(now);
      const { tuning } = station;
      if (tuning === undefined) return Number.NEGATIVE_INFINITY;
      const inBand = onAirAt(now).filter((sent) => doOverlap(sent.tuning, tuning));
      return sumOfPowers([noiseFloor(tuning.bandwidthHz), ...inBand.map((sent) => strength(sent, station))]);
    },
  });

  return {
    join: (name, position) => {
      if (stations.has(name)) throw new Error(`two stations are called ${name}`);
      const station: Station = { name, tuning: undefined, tunedAt: 0 };
      stations.set(name, station);
      if (position !== undefined) paths.place(name, position);
      return createSeat(station);
    },
    setLoss: (from, to, share) => void losses.set(`${from}>${to}`, share),
    move: (name, position) => paths.place(name, position),
    advance: (now) => {
      settle(now);
      const told = ended;
      ended = [];
      return told;
    },
    get next() {
      const [first] = ended;
      if (first !== undefined) return first.at;
      return air.reduce(
        (least, { ends, isOver }) => (isOver ? least : Math.min(least, ends)),
        Number.POSITIVE_INFINITY,
      );
    },
  };
};
