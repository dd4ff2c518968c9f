import type { DayNumber, Millis, OfferId, WallMinute } from '#core/brand.ts';
import { berlinInstant, berlinWall, MINUTES_PER_DAY } from '#core/calendar/berlin-time.ts';
import { addDays, weekdayOf } from '#core/calendar/civil-day.ts';
import { meetsAny, overlaps, type Span } from '#core/calendar/span.ts';
import { DAY, HOUR, MINUTE } from '#core/domain/limits.ts';
import type { OfferView, OwnSlot, PracticeView } from '#host/rpc/api.ts';
import { takenSpans } from '#ui/therapist/slot-times.ts';

/** A practice's week as a grid of half hours: what lies where. Wall time in Berlin. Pure. */
export const ROW_MINUTES = 30;
/** A working day: the rows that are always there. */
const EARLIEST = 7 * 60;
const LATEST = 20 * 60;

/** A half hour of a day. */
export interface Cell {
  readonly day: DayNumber;
  readonly minute: WallMinute;
}

/** `unannounced`: was free here, and another device has the practice. */
export type BlockKind = OwnSlot['state'] | 'hidden' | 'busy' | 'unannounced';

export interface Block {
  readonly key: string;
  readonly day: DayNumber;
  /** Minutes of the day; `to` is after `from`, and at most the end of the day. */
  readonly from: number;
  readonly to: number;
  readonly start: Millis;
  readonly kind: BlockKind;
  /** Undefined for busy times. */
  readonly entry: { readonly offer: OfferView; readonly slot: OwnSlot } | undefined;
}

export const mondayOf = (day: DayNumber): DayNumber => addDays(day, 1 - weekdayOf(day));

/** Whether a half hour has begun: nothing can be offered in it any more. `now` is wall time. */
export const isPast = (cell: Cell, now: Cell): boolean =>
  cell.day < now.day || (cell.day === now.day && cell.minute <= now.minute);

const SUNDAY = 7;
const FRIDAY = 5;
/**
 * The day with which the calendar opens: today, or the coming Monday when it is Sunday or nothing is left of this week, neither
 * working hours nor a slot.
 */
export const openingDay = (offers: readonly OfferView[], now: Millis): DayNumber => {
  const { day, minute } = berlinWall(now);
  const [weekday, next] = [weekdayOf(day), addDays(mondayOf(day), 7)];
  if (weekday === SUNDAY) return next;
  if (weekday < FRIDAY || (weekday === FRIDAY && minute < LATEST)) return day;
  const isLeft = ({ start, state }: OwnSlot): boolean =>
    state !== 'withdrawn' && start > now && berlinWall(start).day < next;
  return offers.some(({ slots }) => slots.some(isLeft)) ? day : next;
};

const kindOf = ({ state, hidden }: OwnSlot, retired: boolean): BlockKind => {
  if (state !== 'free') return state;
  if (retired) return 'unannounced';
  return hidden ? 'hidden' : 'free';
};

/** One slot among all of a practice. */
export const slotKey = (offer: OfferId, start: Millis): string => `${offer}/${start}`;

const slotBlocks = (offer: OfferView, retired: boolean): Block[] =>
  offer.slots.map((slot): Block => {
    const { day, minute } = berlinWall(slot.start);
    const to = Math.min(MINUTES_PER_DAY, minute + offer.minutes);
    const key = slotKey(offer.id, slot.start);
    return { key, day, from: minute, to, start: slot.start, kind: kindOf(slot, retired), entry: { offer, slot } };
  });

const busyBlocks = (span: Span, days: readonly DayNumber[]): Block[] => {
  const from = berlinWall(span.from);
  const to = berlinWall(span.to);
  return days.flatMap((day): Block[] => {
    if (day < from.day || day > to.day) return [];
    const begin = day === from.day ? from.minute : 0;
    const end = day === to.day ? to.minute : MINUTES_PER_DAY;
    const key = `busy/${day}/${span.from}`;
    return end > begin ? [{ key, day, from: begin, to: end, start: span.from, kind: 'busy', entry: undefined }] : [];
  });
};

/** What somebody did last counts: a withdrawn slot is shown only where nothing else is. */
export const blocksOf = (
  { offers, calendar, retired }: Pick<PracticeView, 'offers' | 'calendar' | 'retired'>,
  days: readonly DayNumber[],
): Block[] => {
  const slots = offers.flatMap((offer) => slotBlocks(offer, retired)).filter(({ day }) => days.includes(day));
  const live = slots.filter(({ kind }) => kind !== 'withdrawn');
  const gone = slots.filter(
    (one) =>
      one.kind === 'withdrawn' && !live.some((other) => other.day === one.day && meets(one, other.from, other.to)),
  );
  return [...calendar.busy.flatMap((span) => busyBlocks(span, days)), ...live, ...gone];
};

const meets = (block: Block, from: number, to: number): boolean => block.from < to && from < block.to;

/** What lies in a cell, slots before busy times. */
export const blocksIn = (blocks: readonly Block[], day: DayNumber, minute: number): Block[] =>
  blocks
    .filter((block) => block.day === day && meets(block, minute, minute + ROW_MINUTES))
    .sort((a, b) => Number(a.kind === 'busy') - Number(b.kind === 'busy') || a.from - b.from);

/** The rows that are shown: a working day, and more where slots lie outside it. */
export const rowsOf = (blocks: readonly Block[]): WallMinute[] => {
  const slots = blocks.filter(({ kind }) => kind !== 'busy');
  const first = Math.min(EARLIEST, ...slots.map(({ from }) => from - (from % 60)));
  const last = Math.max(LATEST, ...slots.map(({ to }) => Math.ceil(to / 60) * 60));
  return Array.from({ length: (last - first) / ROW_MINUTES }, (_, row) => (first + row * ROW_MINUTES) as WallMinute);
};

/** Starts that fill the cells of one day from `from` up to and including `to`: one every so many whole rows. */
export const startsBetween = (day: DayNumber, from: number, to: number, minutes: number): Millis[] => {
  const step = Math.ceil(minutes / ROW_MINUTES) * ROW_MINUTES;
  const starts: Millis[] = [];
  for (let minute = from; minute === from || minute + minutes <= to + ROW_MINUTES; minute += step) {
    const start = berlinInstant(day, minute as WallMinute);
    if (start !== undefined) starts.push(start);
  }
  return starts;
};

/** Of these starts, those at which the practice has nothing yet and is not busy. */
export const openStarts = (
  practice: PracticeView,
  starts: readonly Millis[],
  minutes: number,
  now: Millis,
): Millis[] => {
  const taken = takenSpans(practice.offers, now);
  return starts.filter((start) => {
    const span = { from: start, to: (start + minutes * MINUTE) as Millis };
    return start > now && !meetsAny(practice.calendar.busy, span) && !taken.some((other) => overlaps(other, span));
  });
};

/** Some moment of a day, to name it by. */
export const noonOf = (day: DayNumber): Millis => (day * DAY + 12 * HOUR) as Millis;
