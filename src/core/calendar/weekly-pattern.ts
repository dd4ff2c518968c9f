import * as v from 'valibot';
import type { DayNumber, Millis, OfferId, PatternId, WallMinute } from '#core/brand.ts';
import { berlinInstant, MINUTES_PER_DAY } from '#core/calendar/berlin-time.ts';
import { addDays, weekdayOf } from '#core/calendar/civil-day.ts';
import { MAX_OFFERS } from '#core/domain/limits.ts';

/**
 * "Every Monday from 09:00, 50 minutes, 10 minutes in between, until 31 December": when a practice offers the same each week.
 * Wall time in Berlin, so that 09:00 stays 09:00 when the clocks change.
 */
export interface WeeklyPattern {
  readonly id: PatternId;
  /** Whose slots these are; how long one takes is the offer's. */
  readonly offer: OfferId;
  /** 1 is Monday, 7 Sunday. */
  readonly weekday: number;
  /** The first slot begins at `from`; the last one ends at `to` or before. On the five-minute grid. */
  readonly from: WallMinute;
  readonly to: WallMinute;
  /** Minutes that stay free after each slot. */
  readonly buffer: number;
  /** Both days count. Without an end it goes on. */
  readonly firstDay: DayNumber;
  readonly lastDay: DayNumber | undefined;
  /** Days on which it does not hold, ascending. */
  readonly except: readonly DayNumber[];
}

export const MAX_BUFFER = 120;
export const MAX_EXCEPTIONS = 60;
export const MIN_SLOT_MINUTES = 5;
export const MAX_SLOT_MINUTES = 240;
const GRID = 5;

const whole = (from: number, to: number) => v.pipe(v.number(), v.integer(), v.minValue(from), v.maxValue(to));
const onGrid = (from: number, to: number) => v.pipe(whole(from, to), v.multipleOf(GRID));
/** 2026 to 2099. */
const dayNumber = whole(20_454, 47_481);

/** What is a pattern at all: shape and ranges. Whether it makes sense beside others is `patternFaults`' to say. */
export const weeklyPatternSchema = v.pipe(
  v.object({
    id: v.pipe(v.string(), v.regex(/^[0-9a-f]{8}$/)),
    offer: whole(0, MAX_OFFERS - 1),
    weekday: whole(1, 7),
    from: onGrid(0, MINUTES_PER_DAY - GRID),
    to: onGrid(GRID, MINUTES_PER_DAY),
    buffer: onGrid(0, MAX_BUFFER),
    firstDay: dayNumber,
    lastDay: v.nullish(dayNumber),
    except: v.pipe(v.array(dayNumber), v.maxLength(MAX_EXCEPTIONS)),
  }),
  v.transform(
    (read): WeeklyPattern => ({
      id: read.id as PatternId,
      offer: read.offer as OfferId,
      weekday: read.weekday,
      from: read.from as WallMinute,
      to: read.to as WallMinute,
      buffer: read.buffer,
      firstDay: read.firstDay as DayNumber,
      lastDay: (read.lastDay ?? undefined) as DayNumber | undefined,
      except: read.except as DayNumber[],
    }),
  ),
);

export type PatternField = 'minutes' | 'from' | 'to' | 'buffer' | 'firstDay' | 'lastDay';
export type PatternFault =
  | 'minutes-range'
  | 'minutes-step'
  | 'off-grid'
  | 'end-before-start'
  | 'too-short'
  | 'buffer-range'
  | 'days-reversed'
  | 'past'
  | 'never'
  | 'overlap';
export type PatternFaults = Readonly<Partial<Record<PatternField, PatternFault>>>;

const minutesFault = (minutes: number): PatternFault | undefined => {
  if (!(minutes >= MIN_SLOT_MINUTES && minutes <= MAX_SLOT_MINUTES)) return 'minutes-range';
  return minutes % GRID === 0 ? undefined : 'minutes-step';
};

const toFault = ({ from, to }: WeeklyPattern, minutes: number): PatternFault | undefined => {
  if (to % GRID !== 0) return 'off-grid';
  if (to <= from) return 'end-before-start';
  return to - from < minutes ? 'too-short' : undefined;
};

const lastDayFault = (pattern: WeeklyPattern, today: DayNumber): PatternFault | undefined => {
  const { firstDay, lastDay } = pattern;
  if (lastDay === undefined) return undefined;
  if (lastDay < firstDay) return 'days-reversed';
  if (lastDay < today) return 'past';
  return daysOf(pattern, firstDay, lastDay).length === 0 ? 'never' : undefined;
};

/** Two patterns that would claim the same minutes of a week. Pauses count. */
const clash = (a: WeeklyPattern, b: WeeklyPattern): boolean =>
  a.id !== b.id &&
  a.weekday === b.weekday &&
  a.from < b.to + b.buffer &&
  b.from < a.to + a.buffer &&
  a.firstDay <= (b.lastDay ?? Number.POSITIVE_INFINITY) &&
  b.firstDay <= (a.lastDay ?? Number.POSITIVE_INFINITY);

/** What is wrong, by the field that says so. `minutes` are the offer's, or as typed; `others` the practice's patterns. */
export const patternFaults = (
  pattern: WeeklyPattern,
  minutes: number,
  others: readonly WeeklyPattern[],
  today: DayNumber,
): PatternFaults => {
  const faults: Partial<Record<PatternField, PatternFault>> = {};
  const put = (field: PatternField, fault: PatternFault | undefined): void => {
    if (fault !== undefined) faults[field] = fault;
  };
  put('minutes', minutesFault(minutes));
  put('to', toFault(pattern, minutes));
  const overlaps = others.some((other) => clash(pattern, other));
  put('from', pattern.from % GRID !== 0 ? 'off-grid' : overlaps ? 'overlap' : undefined);
  const { buffer } = pattern;
  put('buffer', buffer >= 0 && buffer <= MAX_BUFFER && buffer % GRID === 0 ? undefined : 'buffer-range');
  put('lastDay', lastDayFault(pattern, today));
  return faults;
};

/** The days on which it holds between two days, both included. */
const daysOf = (pattern: WeeklyPattern, from: DayNumber, to: DayNumber): DayNumber[] => {
  const begin = Math.max(from, pattern.firstDay) as DayNumber;
  const end = Math.min(to, pattern.lastDay ?? to);
  const days: DayNumber[] = [];
  for (let day = addDays(begin, (pattern.weekday - weekdayOf(begin) + 7) % 7); day <= end; day = addDays(day, 7)) {
    if (!pattern.except.includes(day)) days.push(day);
  }
  return days;
};

export interface Occurrence {
  readonly pattern: WeeklyPattern;
  readonly day: DayNumber;
  readonly start: Millis;
}

/**
 * Every start between two days, both included, ascending. A time that the change of clocks skips is left out. At most 288 a
 * day, so callers bound the days.
 */
export const occurrencesOf = (
  pattern: WeeklyPattern,
  minutes: number,
  from: DayNumber,
  to: DayNumber,
): Occurrence[] => {
  if (minutesFault(minutes) !== undefined) return [];
  const found: Occurrence[] = [];
  for (const day of daysOf(pattern, from, to)) {
    for (let minute: number = pattern.from; minute + minutes <= pattern.to; minute += minutes + pattern.buffer) {
      const start = berlinInstant(day, minute as WallMinute);
      if (start !== undefined) found.push({ pattern, day, start });
    }
  }
  return found;
};
