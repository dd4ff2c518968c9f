import type { Millis } from '#core/brand.ts';
import { berlinInstant } from '#core/calendar/berlin-time.ts';
import { meetsAny, overlaps, type Span } from '#core/calendar/span.ts';
import { MINUTE } from '#core/domain/limits.ts';
import type { OwnSlot, PracticeView } from '#host/rpc/api.ts';
import type { Block, Cell } from '#ui/therapist/calendar/week.ts';

/** Why a key or a click in the week does nothing. Pure. */
export type NoRoom =
  | { readonly kind: 'past' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'no-such-time' }
  /** Another appointment lies there, or a part of it. */
  | { readonly kind: 'slot'; readonly slot: OwnSlot };

/** Why so many minutes cannot be offered from here on; undefined where they can. */
export const noRoom = (practice: PracticeView, cell: Cell, minutes: number, now: Millis): NoRoom | undefined => {
  const from = berlinInstant(cell.day, cell.minute);
  if (from === undefined) return { kind: 'no-such-time' };
  if (from <= now) return { kind: 'past' };
  const span: Span = { from, to: (from + minutes * MINUTE) as Millis };
  const [slot] = practice.offers
    .flatMap((offer) =>
      offer.slots
        .filter(({ state }) => state !== 'withdrawn' && state !== 'past')
        .filter(({ start }) => overlaps(span, { from: start, to: (start + offer.minutes * MINUTE) as Millis })),
    )
    .sort((a, b) => a.start - b.start);
  if (slot !== undefined) return { kind: 'slot', slot };
  return meetsAny(practice.calendar.busy, span) ? { kind: 'busy' } : undefined;
};

export const isRemovable = ({ kind, entry }: Block): boolean =>
  entry?.slot.held === undefined && (kind === 'free' || kind === 'requested' || kind === 'hidden');

export type Kept = 'confirmed' | 'held' | 'nothing';

/** Why nothing of a cell can be withdrawn; undefined where something can. */
export const whyKept = (inside: readonly Block[]): Kept | undefined => {
  if (inside.some(isRemovable)) return undefined;
  if (inside.some(({ entry }) => entry?.slot.held !== undefined)) return 'held';
  return inside.some(({ kind }) => kind === 'confirmed') ? 'confirmed' : 'nothing';
};
