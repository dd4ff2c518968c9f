import type { Millis } from '#core/brand.ts';
import { overlaps, type Span } from '#core/calendar/span.ts';
import { DAY, MINUTE } from '#core/domain/limits.ts';
import type { OfferView } from '#host/rpc/api.ts';
import type { PracticeError } from '#ui/therapist/practice-error.ts';

/** Adding free slots: what a practice typed, judged row by row. Wall time becomes instants in wall-time.ts. Pure. */
export const MAX_AHEAD_DAYS = 180;

export interface TypedTime {
  /** `09:00`, as typed. */
  readonly text: string;
  /** Its instant in Berlin; undefined when there is none: nothing typed, or skipped by the change of clocks. */
  readonly at: Millis | undefined;
}

/** When the practice is taken: every slot of every offer that is neither withdrawn nor over. */
export const takenSpans = (offers: readonly OfferView[], now: Millis): Span[] =>
  offers.flatMap((offer) =>
    offer.slots
      .filter((slot) => slot.state !== 'withdrawn' && slot.state !== 'past')
      .map((slot) => ({ from: slot.start, to: (slot.start + offer.minutes * MINUTE) as Millis }))
      .filter((span) => span.to > now),
  );

const checkOne = (
  time: TypedTime,
  earlier: readonly Span[],
  taken: readonly Span[],
  span: Span | undefined,
  now: Millis,
) => {
  if (time.text === '') return { key: 'time-empty' } as const;
  if (time.at === undefined || span === undefined) return { key: 'slot-no-such-time' } as const;
  if (time.at % (5 * MINUTE) !== 0) return { key: 'slot-grid' } as const;
  if (time.at <= now) return { key: 'slot-past' } as const;
  if (time.at > now + MAX_AHEAD_DAYS * DAY) return { key: 'slot-far' } as const;
  if (earlier.some((other) => other.from === span.from)) return { key: 'slot-twice' } as const;
  if ([...earlier, ...taken].some((other) => overlaps(other, span))) return { key: 'slot-overlap' } as const;
  return undefined;
};

/** One error or undefined for each time; a time is judged against those above it and against what is there already. */
export const checkTimes = (
  times: readonly TypedTime[],
  minutes: number,
  taken: readonly Span[],
  now: Millis,
): (PracticeError | undefined)[] => {
  const earlier: Span[] = [];
  return times.map((time) => {
    const span = time.at === undefined ? undefined : { from: time.at, to: (time.at + minutes * MINUTE) as Millis };
    const error = checkOne(time, earlier, taken, span, now);
    if (span !== undefined) earlier.push(span);
    return error;
  });
};
