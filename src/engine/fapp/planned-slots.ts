import type { Millis, OfferId } from '#core/brand.ts';
import { berlinWall } from '#core/calendar/berlin-time.ts';
import { addDays } from '#core/calendar/civil-day.ts';
import type { PracticeCalendar } from '#core/calendar/practice-calendar.ts';
import type { Span } from '#core/calendar/span.ts';
import { planSlots } from '#core/calendar/week-plan.ts';
import { DAY, MINUTE } from '#core/domain/limits.ts';
import type { OwnOffer, OwnOfferSlot } from '#engine/fapp/own-offer.ts';
import { spanOf } from '#engine/fapp/own-offer.ts';
import { isTaken, MAX_SLOTS_PER_OFFER } from '#engine/fapp/practice-offers.ts';

/** How far ahead patterns become slots. What is announced of them is less: the nearest 31 of each offer. */
export const PLAN_DAYS = 84;
/** Slots that nobody has are forgotten so long after they were over. */
const KEPT = DAY;

export interface PlanState {
  readonly offers: readonly OwnOffer[];
  readonly calendar: PracticeCalendar;
  readonly now: Millis;
  readonly isAsked: (offer: OfferId, start: Millis) => boolean;
}

/**
 * The slots that each offer has once its patterns were followed. What a person did stays: slots entered by hand, confirmed,
 * asked for, and withdrawn, so that a withdrawn occurrence does not come back. A second time changes nothing.
 */
export const plannedSlots = (state: PlanState): ReadonlyMap<OfferId, readonly OwnOfferSlot[]> => {
  const { offers, calendar, now, isAsked } = state;
  const isReplaceable = (offer: OwnOffer, slot: OwnOfferSlot): boolean =>
    slot.pattern !== undefined && slot.state === 'free' && slot.start > now && !isAsked(offer.id, slot.start);
  const isOver = ({ state: is, start }: OwnOfferSlot): boolean => is !== 'confirmed' && start < now - KEPT;
  const kept = new Map(
    offers.map((offer) => [offer.id, offer.slots.filter((slot) => !isReplaceable(offer, slot) && !isOver(slot))]),
  );
  const pauseOf = (slot: OwnOfferSlot): number =>
    (calendar.patterns.find(({ id }) => id === slot.pattern)?.buffer ?? 0) * MINUTE;
  const taken = offers.flatMap((offer) =>
    (kept.get(offer.id) ?? [])
      .filter((slot) => isTaken(offer, slot) && slot.start > now - DAY)
      .map((slot): Span => {
        const { from, to } = spanOf(offer, slot.start);
        return { from, to: (to + pauseOf(slot)) as Millis };
      }),
  );
  const today = berlinWall(now).day;
  const planned = planSlots({
    patterns: calendar.patterns,
    minutesOf: (id) => offers.find((offer) => offer.id === id && !offer.withdrawn)?.minutes,
    land: calendar.land,
    busy: calendar.busy,
    taken,
    from: today,
    to: addDays(today, PLAN_DAYS),
    after: now,
  });
  const result = new Map<OfferId, readonly OwnOfferSlot[]>();
  for (const offer of offers) {
    const stay = kept.get(offer.id) ?? [];
    const there = new Set(stay.map(({ start }) => start));
    const known = new Set(offer.slots.filter(({ announced }) => announced).map(({ start }) => start));
    const added = planned
      .filter(({ outcome, pattern, start }) => outcome === 'free' && pattern.offer === offer.id && !there.has(start))
      .slice(0, Math.max(0, MAX_SLOTS_PER_OFFER - stay.length))
      .map(({ start, pattern }): OwnOfferSlot => {
        const slot = { start, state: 'free', pattern: pattern.id } as const;
        return known.has(start) ? { ...slot, announced: true } : slot;
      });
    result.set(
      offer.id,
      [...stay, ...added].sort((a, b) => a.start - b.start),
    );
  }
  return result;
};
