/**
 * How much airtime one transmitter has spent in each sub-band, and when it may spend more: never more than the law allows
 * in any hour, whatever happens to its clock, its process and its disk. docs/decisions/0025-duty-ledger.md has the reasons.
 *
 * The ledger has a time of its own, which passes as the steady clock does while a process runs and not at all in between:
 * it is never ahead of true time, so what is old in it is old.
 */
import type { Millis } from '#core/brand.ts';
import { HOUR } from '#core/domain/limits.ts';
import { MAX_HELD_MS } from '#core/radio/board.ts';
import type { SubBand, SubBandId } from '#core/radio/sub-band.ts';
import { ok, type Result, refuse } from '#core/result.ts';

export interface LedgerClock {
  /** May jump either way. It only shows that it did. */
  readonly wall: Millis;
  /** Since some moment of this process. Never goes back, and never runs faster than true time. */
  readonly steady: Millis;
}

/** Airtime as one piece, in the ledger's time. */
export interface Spent {
  readonly start: Millis;
  readonly ms: Millis;
}

/** A plain value: every function returns a new one. */
export interface DutyLedger {
  readonly clock: LedgerClock;
  readonly time: Millis;
  /** From here on the ledger knows everything; before, it may have been lost or misdated. */
  readonly since: Millis;
  /** By sub-band, oldest first. */
  readonly spent: ReadonlyMap<SubBandId, readonly Spent[]>;
}

/** A frame may wait in the board for a free channel, and counts for an hour from then on. */
export const WINDOW = (HOUR + MAX_HELD_MS) as Millis;

/** What is spent where everything is known, and the rest, which is for hours of which not everything is. */
export const USUAL_SHARE = 0.9;
const CAUTIOUS_SHARE = 0.1;

/** Wall and steady clock may differ by this and a thousandth before one of them has jumped. */
const CLOCK_TOLERANCE = 2_000;
const CLOCK_DRIFT = 0.001;

/** Per sub-band; an hour of the longest frames of the default channel are 445. */
export const MAX_SPENT = 1_024;
/** Pieces that end in the same few seconds become one where there are too many. */
const GRAIN = 4_000;

const allowance = ({ perMille }: SubBand): number => (HOUR * perMille) / 1_000;
const endOf = ({ start, ms }: Spent): number => start + ms;
const sumOf = (spent: readonly Spent[]): number => spent.reduce((sum, { ms }) => sum + ms, 0);
const spentIn = ({ spent }: DutyLedger, { id }: SubBand): readonly Spent[] => spent.get(id) ?? [];
const wholeClock = ({ wall, steady }: LedgerClock): LedgerClock => ({
  wall: Math.floor(wall) as Millis,
  steady: Math.floor(steady) as Millis,
});

/** A ledger that knows nothing of the past hour. */
export const emptyLedger = (clock: LedgerClock): DutyLedger => ({
  clock: wholeClock(clock),
  time: 0 as Millis,
  since: 0 as Millis,
  spent: new Map(),
});

const forget = (ledger: DutyLedger): DutyLedger => ({ ...ledger, since: ledger.time, spent: new Map() });

const dropOld = (ledger: DutyLedger): DutyLedger => {
  const isRecent = (piece: Spent): boolean => endOf(piece) + WINDOW > ledger.time;
  return { ...ledger, spent: new Map([...ledger.spent].map(([id, pieces]) => [id, pieces.filter(isRecent)])) };
};

/** The ledger some time later in the same process. After a jump of a clock it knows nothing of the time before. */
export const advanceLedger = (ledger: DutyLedger, now: LedgerClock): DutyLedger => {
  const clock = wholeClock(now);
  const passed = clock.steady - ledger.clock.steady;
  const difference = Math.abs(clock.wall - ledger.clock.wall - passed);
  const hasJumped = passed < 0 || difference > CLOCK_TOLERANCE + CLOCK_DRIFT * passed;
  const later = { ...ledger, clock, time: (ledger.time + Math.max(0, passed)) as Millis };
  return hasJumped ? forget(later) : dropOld(later);
};

/** The ledger that an earlier process left, in this one. How long ago that was nobody knows; perhaps it was just now. */
export const resumeLedger = (ledger: DutyLedger, now: LedgerClock): DutyLedger => {
  const clock = wholeClock(now);
  const resumed = { ...ledger, clock };
  return clock.wall < ledger.clock.wall - CLOCK_TOLERANCE ? forget(resumed) : resumed;
};

/**
 * When the cautious share is enough. It grows evenly, so that an hour in which ledgers are lost again and again has no
 * more of it than an hour in which one is.
 */
const cautiousTime = (ledger: DutyLedger, subBand: SubBand, airtime: number): number => {
  const share = (sumOf(spentIn(ledger, subBand)) + airtime) / (CAUTIOUS_SHARE * allowance(subBand));
  return share > 1 ? Number.POSITIVE_INFINITY : Math.ceil(ledger.since + share * WINDOW);
};

/** When a whole hour is known and enough of it is past. What lies in the hour in part counts whole. */
const usualTime = (ledger: DutyLedger, subBand: SubBand, airtime: number): number => {
  const usual = USUAL_SHARE * allowance(subBand);
  if (airtime > usual) return Number.POSITIVE_INFINITY;
  const pieces = spentIn(ledger, subBand);
  let over = sumOf(pieces) + airtime - usual;
  let time = ledger.since + WINDOW;
  for (const piece of pieces) {
    if (over <= 0) break;
    time = Math.max(time, endOf(piece) + WINDOW);
    over -= piece.ms;
  }
  return time;
};

/** How long a frame of so much airtime must wait: 0 when it may be sent now, Infinity when it never may. */
export const ledgerWait = (ledger: DutyLedger, subBand: SubBand, airtime: Millis): Millis => {
  if (!(airtime > 0)) throw new RangeError(`no frame takes ${airtime} ms`);
  const ms = Math.ceil(airtime);
  const time = Math.min(cautiousTime(ledger, subBand, ms), usualTime(ledger, subBand, ms));
  return Math.max(0, time - ledger.time) as Millis;
};

/** One piece for all that ended in the same few seconds, as if all of it had been spent at the last. */
const joined = (pieces: readonly Spent[]): readonly Spent[] => {
  const byGrain = new Map<number, Spent>();
  for (const piece of pieces) {
    const grain = Math.floor(endOf(piece) / GRAIN);
    const before = byGrain.get(grain)?.ms ?? 0;
    byGrain.set(grain, { start: piece.start, ms: (before + piece.ms) as Millis });
  }
  return [...byGrain.values()];
};

/**
 * The ledger with a frame that is about to be handed to the board. It must be durable before that, and nothing is ever
 * given back. `rate-limited` when the frame has to wait, `too-large` when it never may be sent.
 */
export const debitLedger = (
  ledger: DutyLedger,
  subBand: SubBand,
  airtime: Millis,
): Result<DutyLedger, 'rate-limited' | 'too-large'> => {
  const wait = ledgerWait(ledger, subBand, airtime);
  if (wait > 0) return refuse(Number.isFinite(wait) ? 'rate-limited' : 'too-large');
  const pieces = [...spentIn(ledger, subBand), { start: ledger.time, ms: Math.ceil(airtime) as Millis }];
  const kept = pieces.length > MAX_SPENT ? joined(pieces) : pieces;
  return ok({ ...ledger, spent: new Map(ledger.spent).set(subBand.id, kept) });
};

/** What was spent of the last hour, and what may be spent now of what the law allows; in milliseconds. */
export interface DutyStanding {
  readonly spent: Millis;
  readonly left: Millis;
}

export const dutyStanding = (ledger: DutyLedger, subBand: SubBand): DutyStanding => {
  const spent = sumOf(spentIn(ledger, subBand)) as Millis;
  const known = (ledger.time - ledger.since) / WINDOW;
  const share = known >= 1 ? USUAL_SHARE : CAUTIOUS_SHARE * known;
  return { spent, left: Math.max(0, share * allowance(subBand) - spent) as Millis };
};
