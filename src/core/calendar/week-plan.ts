import type { DayNumber, Millis, OfferId } from '#core/brand.ts';
import { toCivilDay } from '#core/calendar/civil-day.ts';
import { type Bundesland, type Holiday, holidaysOf } from '#core/calendar/holidays.ts';
import { meetsAny, overlaps, type Span } from '#core/calendar/span.ts';
import { type Occurrence, occurrencesOf, type WeeklyPattern } from '#core/calendar/weekly-pattern.ts';
import { MINUTE } from '#core/domain/limits.ts';

/**
 * From patterns to slots: every occurrence in a window, and what becomes of it. The same input gives the same plan, and no
 * two planned slots overlap, whatever the patterns, the change of clocks and what is taken already.
 */
export interface PlanInput {
  readonly patterns: readonly WeeklyPattern[];
  /** Undefined: the offer is gone, and its patterns give nothing. */
  readonly minutesOf: (offer: OfferId) => number | undefined;
  readonly land: Bundesland | undefined;
  /** Merged (span.ts). */
  readonly busy: readonly Span[];
  /** Slots that stand whatever the patterns say. */
  readonly taken: readonly Span[];
  readonly from: DayNumber;
  /** Included. */
  readonly to: DayNumber;
  /** Nothing at or before this instant is planned. */
  readonly after: Millis;
}

export interface PlannedSlot extends Occurrence {
  readonly minutes: number;
  /** `taken`: another slot is there, or its pause. */
  readonly outcome: 'free' | 'holiday' | 'busy' | 'taken';
  readonly holiday: Holiday | undefined;
}

export const planSlots = (input: PlanInput): PlannedSlot[] => {
  const years = new Map<number, ReadonlyMap<DayNumber, Holiday>>();
  const holidayOn = (day: DayNumber): Holiday | undefined => {
    const { year } = toCivilDay(day);
    const days = years.get(year) ?? holidaysOf(year, input.land);
    years.set(year, days);
    return days.get(day);
  };
  const all = input.patterns
    .flatMap((pattern) => {
      const minutes = input.minutesOf(pattern.offer);
      if (minutes === undefined) return [];
      return occurrencesOf(pattern, minutes, input.from, input.to).map((one) => ({ ...one, minutes }));
    })
    .filter((one) => one.start > input.after)
    .sort((a, b) => a.start - b.start || (a.pattern.id < b.pattern.id ? -1 : 1));
  // In order of their starts only the last few that were planned can reach into the next one.
  let reserved: Span[] = [];
  return all.map((one): PlannedSlot => {
    const holiday = holidayOn(one.day);
    const end = (one.start + one.minutes * MINUTE) as Millis;
    const span = { from: one.start, to: end };
    const withPause = { from: one.start, to: (end + one.pattern.buffer * MINUTE) as Millis };
    if (holiday !== undefined) return { ...one, outcome: 'holiday', holiday };
    if (meetsAny(input.busy, span)) return { ...one, outcome: 'busy', holiday };
    reserved = reserved.filter((other) => other.to > one.start);
    if ([...reserved, ...input.taken].some((other) => overlaps(other, withPause))) {
      return { ...one, outcome: 'taken', holiday };
    }
    reserved.push(withPause);
    return { ...one, outcome: 'free', holiday };
  });
};
