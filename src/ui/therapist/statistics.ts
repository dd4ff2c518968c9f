import type { DayNumber, Millis } from '#core/brand.ts';
import { addDays, weekdayOf } from '#core/calendar/civil-day.ts';
import { ANSWERED_WITHIN, TALLIED, type Tallied, type TallyDay } from '#core/domain/practice-tally.ts';

/** A practice's tally by weeks and in sums, as its page shows it. Pure. */
interface Total {
  readonly counts: Readonly<Record<Tallied, number>>;
  /** Requests that came to an end other than by whoever had asked. */
  readonly decided: number;
  /** Of those, the part that was confirmed, 0 to 1; undefined while there is none. */
  readonly share: number | undefined;
  /** Half of the answers came within so long, to the step in which they are counted; undefined while there is none. */
  readonly median: Millis | undefined;
}

export interface Week {
  readonly monday: DayNumber;
  readonly total: Total;
}

const WEEKS = 12;

const sum = (list: readonly number[]): number => list.reduce((all, one) => all + one, 0);

const medianOf = (answers: readonly number[]): Millis | undefined => {
  const half = sum(answers) / 2;
  let passed = 0;
  return ANSWERED_WITHIN.find((_, step) => {
    passed += answers[step] ?? 0;
    return half > 0 && passed >= half;
  });
};

export const totalOf = (days: readonly TallyDay[]): Total => {
  const count = (what: Tallied): number => sum(days.map(({ counts }) => counts[TALLIED.indexOf(what)] ?? 0));
  const counts: Total['counts'] = {
    received: count('received'),
    confirmed: count('confirmed'),
    declined: count('declined'),
    passedOver: count('passedOver'),
    expired: count('expired'),
    withdrawn: count('withdrawn'),
    cancelled: count('cancelled'),
    calledOff: count('calledOff'),
    announced: count('announced'),
  };
  const decided = counts.confirmed + counts.declined + counts.passedOver + counts.expired;
  const answers = ANSWERED_WITHIN.map((_, step) => sum(days.map((day) => day.answers[step] ?? 0)));
  return { counts, decided, share: decided === 0 ? undefined : counts.confirmed / decided, median: medianOf(answers) };
};

/** The week of `today` and those before it, oldest first; weeks begin on Monday. */
export const weeksUntil = (days: readonly TallyDay[], today: DayNumber): Week[] => {
  const present = addDays(today, 1 - weekdayOf(today));
  return Array.from({ length: WEEKS }, (_, index): Week => {
    const monday = addDays(present, 7 * (index + 1 - WEEKS));
    return { monday, total: totalOf(days.filter(({ day }) => day >= monday && day < monday + 7)) };
  });
};

/** All days of these weeks. */
export const daysSince = (days: readonly TallyDay[], weeks: readonly Week[]): TallyDay[] =>
  days.filter(({ day }) => day >= (weeks[0]?.monday ?? 0));
