import type { DayNumber, Millis, OfferId, PatternId, WallMinute } from '#core/brand.ts';
import { berlinWall, parseWallMinute, wallText } from '#core/calendar/berlin-time.ts';
import { addDays, dayText, parseDay, weekdayOf } from '#core/calendar/civil-day.ts';
import { type PlannedSlot, planSlots } from '#core/calendar/week-plan.ts';
import {
  type PatternFault,
  type PatternField,
  patternFaults,
  type WeeklyPattern,
} from '#core/calendar/weekly-pattern.ts';
import { MINUTE } from '#core/domain/limits.ts';
import type { PracticeView } from '#host/rpc/api.ts';
import type { FieldErrors } from '#ui/text/field-error.ts';
import type { PracticeError } from '#ui/therapist/practice-error.ts';

/** A weekly pattern as a form: fields as typed, errors at each, and what would come of it. Pure. */
export interface PatternFields {
  readonly id: PatternId;
  readonly offer: OfferId;
  readonly weekday: number;
  readonly from: string;
  /** Empty: one slot. */
  readonly to: string;
  readonly buffer: string;
  readonly firstDay: string;
  /** Empty: without an end. */
  readonly lastDay: string;
  readonly except: readonly DayNumber[];
}

export const emptyPattern = (id: PatternId, offer: OfferId, today: DayNumber): PatternFields => {
  const firstDay = dayText(addDays(today, 1));
  return { id, offer, weekday: 1, from: '09:00', to: '', buffer: '10', firstDay, lastDay: '', except: [] };
};

export const toFields = (pattern: WeeklyPattern, minutes: number): PatternFields => ({
  id: pattern.id,
  offer: pattern.offer,
  weekday: pattern.weekday,
  from: wallText(pattern.from),
  to: pattern.to === pattern.from + minutes ? '' : wallText(pattern.to),
  buffer: String(pattern.buffer),
  firstDay: dayText(pattern.firstDay),
  lastDay: pattern.lastDay === undefined ? '' : dayText(pattern.lastDay),
  except: pattern.except,
});

const ERRORS = {
  'minutes-range': { key: 'minutes-range' },
  'minutes-step': { key: 'minutes-step' },
  'off-grid': { key: 'slot-grid' },
  'end-before-start': { key: 'pattern-reversed' },
  'too-short': { key: 'pattern-short' },
  'buffer-range': { key: 'pattern-buffer' },
  'days-reversed': { key: 'pattern-days' },
  past: { key: 'pattern-past' },
  never: { key: 'pattern-never' },
  overlap: { key: 'pattern-overlap' },
} as const satisfies Record<PatternFault, PracticeError>;

export interface ReadPattern {
  /** Undefined while a field is empty or is none. */
  readonly pattern: WeeklyPattern | undefined;
  readonly errors: FieldErrors<PatternField, PracticeError>;
}

/** `minutes` are the offer's. `others` may hold the pattern itself as it was saved. */
export const readPattern = (
  fields: PatternFields,
  minutes: number,
  others: readonly WeeklyPattern[],
  today: DayNumber,
): ReadPattern => {
  const from = parseWallMinute(fields.from);
  const oneLong = from === undefined ? undefined : ((from + minutes) as WallMinute);
  const to = fields.to === '' ? oneLong : parseWallMinute(fields.to);
  const firstDay = parseDay(fields.firstDay);
  const lastDay = fields.lastDay === '' ? undefined : parseDay(fields.lastDay);
  const buffer = /^\d{1,3}$/.test(fields.buffer.trim()) ? Number(fields.buffer) : -1;
  if (from === undefined || to === undefined || firstDay === undefined) {
    const errors: Partial<Record<PatternField, PracticeError>> = {};
    if (from === undefined) errors.from = { key: 'time-empty' };
    if (firstDay === undefined) errors.firstDay = { key: 'date-empty' };
    if (from !== undefined && to === undefined) errors.to = { key: 'time-empty' };
    return { pattern: undefined, errors };
  }
  const { id, offer, weekday, except } = fields;
  const pattern = { id, offer, weekday, from, to, buffer, firstDay, lastDay, except };
  const faults = patternFaults(pattern, minutes, others, today);
  const errors: Partial<Record<PatternField, PracticeError>> = {};
  for (const field of ['minutes', 'from', 'to', 'buffer', 'firstDay', 'lastDay'] as const) {
    const fault = faults[field];
    if (fault !== undefined) errors[field] = ERRORS[fault];
  }
  return { pattern, errors };
};

/** How far a pattern without an end is previewed. */
const PREVIEW_DAYS = 365;

/** What this pattern would give beside everything else that the practice has, its own slots of before left aside. */
export const previewPattern = (practice: PracticeView, pattern: WeeklyPattern, now: Millis): PlannedSlot[] => {
  const today = berlinWall(now).day;
  const minutesOf = (id: OfferId): number | undefined => practice.offers.find((one) => one.id === id)?.minutes;
  const taken = practice.offers.flatMap((offer) =>
    offer.slots
      .filter((slot) => slot.state !== 'withdrawn' && slot.state !== 'past')
      .filter((slot) => slot.pattern === undefined || slot.state !== 'free')
      .filter((slot) => slot.pattern !== pattern.id)
      .map(({ start }) => ({ from: start, to: (start + offer.minutes * MINUTE) as Millis })),
  );
  const { land, busy } = practice.calendar;
  const to = Math.min(pattern.lastDay ?? Number.POSITIVE_INFINITY, today + PREVIEW_DAYS) as DayNumber;
  return planSlots({ patterns: [pattern], minutesOf, land, busy, taken, from: today, to, after: now });
};

/** The Monday of some week that has this weekday: what `Intl` names it after. */
export const nameDay = (weekday: number): DayNumber => {
  const epoch = 0 as DayNumber;
  return addDays(epoch, ((weekday - weekdayOf(epoch) + 7) % 7) + 7);
};
