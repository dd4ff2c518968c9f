import type { WallMinute } from '#core/brand.ts';
import { MINUTES_PER_DAY, wallText } from '#core/calendar/berlin-time.ts';
import { m } from '#ui/paraglide/messages.js';
import { modalityLabel } from '#ui/text/labels.ts';
import type { Block, BlockKind } from '#ui/therapist/calendar/week.ts';

const WORD = {
  free: m.week_free,
  requested: m.week_requested,
  confirmed: m.week_confirmed,
  withdrawn: m.week_withdrawn,
  past: m.week_past,
  hidden: m.week_hidden,
  busy: m.week_busy,
  unannounced: m.week_unannounced,
} as const satisfies Record<BlockKind, () => string>;

/** A whole day, also one of several: it begins at no time. */
const isAllDay = ({ kind, from, to }: Block): boolean => kind === 'busy' && from === 0 && to === MINUTES_PER_DAY;

const wordOf = (block: Block): string => {
  const slot = block.entry?.slot;
  if (slot?.held?.kind === 'call-off') return slot.restored ? m.week_striking() : m.week_calling_off();
  if (slot?.held !== undefined) return m.week_withdrawing();
  if (block.kind === 'free' && slot?.waits) return m.week_waits();
  return isAllDay(block) ? m.week_busy_all_day() : WORD[block.kind]();
};

/** What a block of the week is, in words, for whom, and how it is held. */
export const blockText = (block: Block): string => {
  const { confirmedFor: whom, confirmedHow: how } = block.entry?.slot ?? {};
  if (whom === undefined) return wordOf(block);
  return `${wordOf(block)}: ${whom}${how === undefined ? '' : `, ${modalityLabel[how]()}`}`;
};

const clockOf = (minute: number): string => wallText(minute as WallMinute);

/** What stands on a block: when it begins, what it is. What goes on from the day before says when it ends. */
export const blockLabel = (block: Block): string => {
  if (isAllDay(block)) return blockText(block);
  if (block.kind === 'busy' && block.from === 0) return m.week_busy_until({ time: clockOf(block.to) });
  return `${clockOf(block.from)} ${blockText(block)}`;
};

/** The same for one that is looked at by itself: from when to when. */
export const blockLine = (block: Block): string =>
  isAllDay(block) ? blockText(block) : `${clockOf(block.from)}–${clockOf(block.to)}: ${blockText(block)}`;
