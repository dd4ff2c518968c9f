import { m } from '#ui/paraglide/messages.js';
import type { Block, BlockKind } from '#ui/therapist/calendar/week.ts';

const WORD = {
  free: m.week_free,
  requested: m.week_requested,
  confirmed: m.week_confirmed,
  withdrawn: m.week_withdrawn,
  past: m.week_past,
  hidden: m.week_hidden,
  busy: m.week_busy,
} as const satisfies Record<BlockKind, () => string>;

/** What a block of the week is, in a word, and for whom. */
export const blockText = ({ kind, entry }: Block): string => {
  if (kind === 'free' && entry?.slot.waits) return m.week_waits();
  const whom = entry?.slot.confirmedFor;
  return whom === undefined ? WORD[kind]() : `${WORD[kind]()}: ${whom}`;
};
