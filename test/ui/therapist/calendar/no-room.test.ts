/** Why a key or a click in the practice's week does nothing. */
import { expect, test } from 'vitest';
import type { DayNumber, Millis, OfferId, WallMinute } from '#core/brand.ts';
import { berlinInstant } from '#core/calendar/berlin-time.ts';
import { parseDay } from '#core/calendar/civil-day.ts';
import { EMPTY_CALENDAR } from '#core/calendar/practice-calendar.ts';
import type { Held, OfferView, OwnSlot, PracticeView } from '#host/rpc/api.ts';
import { OFFER } from '#test/engine/practice.ts';
import { noRoom, whyKept } from '#ui/therapist/calendar/no-room.ts';
import { blocksIn, blocksOf } from '#ui/therapist/calendar/week.ts';

const MONDAY = parseDay('2026-11-23') ?? (0 as DayNumber);
const at = (minute: number, day = MONDAY): Millis => berlinInstant(day, minute as WallMinute) ?? (0 as Millis);
const NOW = at(480);
const HELD: Held = { kind: 'withdraw-slot', from: NOW, at: NOW, id: 'a' };
const slot = (start: Millis, change: Partial<OwnSlot> = {}): OwnSlot => ({
  start,
  state: 'free',
  requests: 0,
  confirmedFor: undefined,
  held: undefined,
  ...change,
});
const practiceWith = (slots: readonly OwnSlot[], busy: PracticeView['calendar']['busy'] = []): PracticeView => {
  const offer: OfferView = { ...OFFER, minutes: 50, id: 0 as OfferId, slots, announcedAt: undefined, spread: 'queued' };
  return {
    address: '00'.repeat(16) as PracticeView['address'],
    publicKey: new Uint8Array(32),
    epoch: 0 as PracticeView['epoch'],
    profile: undefined,
    trust: { level: 0, reason: undefined, registrar: undefined, validUntil: undefined, revocationListFrom: undefined },
    offers: [offer],
    calendar: { ...EMPTY_CALENDAR, busy },
    restoring: false,
    retired: false,
  };
};
const why = (practice: PracticeView, minute: number, day = MONDAY) =>
  noRoom(practice, { day, minute: minute as WallMinute }, 50, NOW);

test('where nothing lies there is room, and beside an appointment that ends there', () => {
  expect(why(practiceWith([]), 540)).toBeUndefined();
  expect(why(practiceWith([slot(at(490)), slot(at(590))]), 540)).toBeUndefined();
});

test('what has begun is past, also under an appointment', () => {
  expect(why(practiceWith([slot(at(480))]), 480)).toEqual({ kind: 'past' });
});

test('the earliest appointment that reaches in is named, before busy times', () => {
  const slots = [slot(at(585)), slot(at(500), { state: 'confirmed' })];
  const busy = [{ from: at(540), to: at(600) }];
  expect(why(practiceWith(slots, busy), 540)).toEqual({ kind: 'slot', slot: slots[1] });
  expect(why(practiceWith([], busy), 510)).toEqual({ kind: 'busy' });
});

test('what was withdrawn or is over leaves room', () => {
  expect(
    why(practiceWith([slot(at(540), { state: 'withdrawn' }), slot(at(545), { state: 'past' })]), 540),
  ).toBeUndefined();
});

test('the hour that the clocks skip is no time', () => {
  expect(why(practiceWith([]), 150, parseDay('2027-03-28') ?? MONDAY)).toEqual({ kind: 'no-such-time' });
});

test.each([
  ['free', {}, undefined],
  ['asked for', { state: 'requested' }, undefined],
  ['hidden', { hidden: true }, undefined],
  ['held', { held: HELD }, 'held'],
  ['confirmed', { state: 'confirmed' }, 'confirmed'],
  ['withdrawn', { state: 'withdrawn' }, 'nothing'],
] as const)('withdrawing what is %s', (_, change, kept) => {
  const blocks = blocksOf(practiceWith([slot(at(540), change)]), [MONDAY]);
  expect(whyKept(blocksIn(blocks, MONDAY, 540))).toBe(kept);
  expect(whyKept(blocksIn(blocks, MONDAY, 660))).toBe('nothing');
});
