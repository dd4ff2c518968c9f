/** Which of a practice's times stand in an announcement, and which wait. */
import { expect, test } from 'vitest';
import type { Millis } from '#core/brand.ts';
import { MAX_SLOTS_PER_ANNOUNCEMENT, MINUTE } from '#core/domain/limits.ts';
import { type OwnOfferSlot, startsToAnnounce } from '#engine/fapp/own-offer.ts';

const at = (index: number): Millis => (index * 60 * MINUTE) as Millis;
const slots = (count: number): OwnOfferSlot[] =>
  Array.from({ length: count }, (_, index) => ({ start: at(count - index), state: 'free' }));
const never = (): boolean => false;
const range = (from: number, to: number): Millis[] =>
  Array.from({ length: to - from + 1 }, (_, index) => at(from + index));

test('an announcement carries the nearest times, however many there are', () => {
  const offer = { minutes: 50, slots: slots(40) };
  expect(startsToAnnounce(offer, 0 as Millis, never)).toEqual(range(1, MAX_SLOTS_PER_ANNOUNCEMENT));
});

test('what is past, given away or hidden makes room for the next', () => {
  const given = slots(40).map((slot): OwnOfferSlot => (slot.start === at(3) ? { ...slot, state: 'confirmed' } : slot));
  const starts = startsToAnnounce({ minutes: 50, slots: given }, at(1), ({ from }) => from === at(2));
  expect(starts).toEqual(range(4, MAX_SLOTS_PER_ANNOUNCEMENT + 3));
});
