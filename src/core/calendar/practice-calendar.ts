import * as v from 'valibot';
import type { Millis, PatternId } from '#core/brand.ts';
import { type Bundesland, LAENDER } from '#core/calendar/holidays.ts';
import { MAX_BUSY, mergeSpans, type Span } from '#core/calendar/span.ts';
import { type WeeklyPattern, weeklyPatternSchema } from '#core/calendar/weekly-pattern.ts';
import { decodeLocal, encodeLocal } from '#core/local-record.ts';
import { ok, type Result, refuse } from '#core/result.ts';

/** What a practice's slots come from beside those that it enters by hand: kept on its device, never sent. */
export interface PracticeCalendar {
  /** Whose holidays count; undefined: those that hold everywhere. */
  readonly land: Bundesland | undefined;
  readonly patterns: readonly WeeklyPattern[];
  /** When the practice has other things to do, merged. Nothing but times: no titles, no names. */
  readonly busy: readonly Span[];
}

export const EMPTY_CALENDAR: PracticeCalendar = { land: undefined, patterns: [], busy: [] };
export const MAX_PATTERNS = 60;

/** One change by the practice. May be repeated without a second effect: each names what it leads to. */
export type CalendarChange =
  | { readonly kind: 'save-pattern'; readonly pattern: WeeklyPattern }
  | { readonly kind: 'remove-pattern'; readonly id: PatternId }
  /** Replaces all of them. */
  | { readonly kind: 'set-busy'; readonly busy: readonly Span[] }
  | { readonly kind: 'set-land'; readonly land: Bundesland | undefined };

const instant = v.pipe(v.number(), v.integer(), v.minValue(0));
const span = v.pipe(
  v.object({ from: instant, to: instant }),
  v.transform((read): Span => ({ from: read.from as Millis, to: read.to as Millis })),
);
const spans = v.pipe(
  v.array(span),
  v.maxLength(MAX_BUSY),
  v.transform((read): readonly Span[] => mergeSpans(read)),
);
const land = v.pipe(
  v.nullish(v.picklist(LAENDER)),
  v.transform((read): Bundesland | undefined => read ?? undefined),
);

export const calendarSchema = v.object({
  land,
  patterns: v.pipe(v.array(weeklyPatternSchema), v.maxLength(MAX_PATTERNS)),
  busy: spans,
});
const change = v.variant('kind', [
  v.object({ kind: v.literal('save-pattern'), pattern: weeklyPatternSchema }),
  v.object({
    kind: v.literal('remove-pattern'),
    id: v.pipe(
      v.string(),
      v.transform((id) => id as PatternId),
    ),
  }),
  v.object({ kind: v.literal('set-busy'), busy: spans }),
  v.object({ kind: v.literal('set-land'), land }),
]);

/** What came from another realm. `malformed` when it is no change or beyond a bound. */
export const parseCalendarChange = (value: unknown): Result<CalendarChange> => {
  const parsed = v.safeParse(change, value);
  return parsed.success ? ok({ land: undefined, ...parsed.output }) : refuse('malformed');
};

export const encodePracticeCalendar = (value: PracticeCalendar): Uint8Array => encodeLocal(value);

export const decodePracticeCalendar = (bytes: Uint8Array): Result<PracticeCalendar> => {
  const read = decodeLocal(calendarSchema, bytes);
  return read.ok ? ok({ land: undefined, ...read.value }) : read;
};
