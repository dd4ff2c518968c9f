import type { DayNumber, Millis } from '#core/brand.ts';
import { HOUR, MINUTE } from '#core/domain/limits.ts';

/**
 * What a practice's device counts for its own statistics, in the order in which a day holds it: numbers, of nobody in
 * particular. `received` is what a person here got to see. Each of them ends as one of the five after it, or is still open;
 * `cancelled` and `calledOff` are appointments that had been confirmed.
 */
export const TALLIED = [
  'received',
  'confirmed',
  /** By a person here. */
  'declined',
  /** Rejected because somebody else got the slot, or because it was withdrawn. */
  'passedOver',
  /** Nobody answered in time. */
  'expired',
  /** Taken back before there was an answer. */
  'withdrawn',
  /** Given back by whoever had it. */
  'cancelled',
  /** Called off by the practice. */
  'calledOff',
  /** Slots that were announced, each once. */
  'announced',
] as const;
export type Tallied = (typeof TALLIED)[number];

/** Steps in which the time to a person's answer is counted: within so long. A request lives no longer than the last. */
export const ANSWERED_WITHIN: readonly Millis[] = [
  ...[5, 10, 15, 20, 30, 45].map((minutes) => (minutes * MINUTE) as Millis),
  ...[1, 2, 3, 4, 6, 8, 12, 18, 24].map((hours) => (hours * HOUR) as Millis),
];

/** One day in Berlin on which something was counted. */
export interface TallyDay {
  readonly day: DayNumber;
  /** By TALLIED. */
  readonly counts: readonly number[];
  /** Answers of a person by ANSWERED_WITHIN, each in the first step that it fits. */
  readonly answers: readonly number[];
}

/** So many days are kept. */
export const TALLY_DAYS = 400;
