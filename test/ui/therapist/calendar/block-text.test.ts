/** What a block of the practice's week says. */
import { expect, test } from 'vitest';
import type { DayNumber, Millis, OfferId, WallMinute } from '#core/brand.ts';
import { berlinInstant } from '#core/calendar/berlin-time.ts';
import { addDays, parseDay } from '#core/calendar/civil-day.ts';
import { EMPTY_CALENDAR } from '#core/calendar/practice-calendar.ts';
import type { Span } from '#core/calendar/span.ts';
import type { Held, OfferView, OwnSlot } from '#host/rpc/api.ts';
import { OFFER } from '#test/engine/practice.ts';
import { blockLabel, blockLine, blockText } from '#ui/therapist/calendar/block-text.ts';
import { type Block, type BlockKind, blocksOf } from '#ui/therapist/calendar/week.ts';

const MONDAY = parseDay('2026-11-23') ?? (0 as DayNumber);
const at = (day: number, minute: number): Millis =>
  berlinInstant(addDays(MONDAY, day), minute as WallMinute) ?? (0 as Millis);
const busyBlocks = (busy: readonly Span[]): Block[] => {
  const days = [0, 1, 2, 3].map((day) => addDays(MONDAY, day));
  return blocksOf({ offers: [], calendar: { ...EMPTY_CALENDAR, busy }, retired: false }, days);
};
const slotBlock = (kind: BlockKind, change: Partial<OwnSlot> = {}): Block => {
  const start = at(0, 600);
  const slot: OwnSlot = { start, state: 'free', requests: 0, confirmedFor: undefined, held: undefined, ...change };
  const offer: OfferView = {
    ...OFFER,
    minutes: 50,
    id: 0 as OfferId,
    slots: [slot],
    announcedAt: undefined,
    spread: 'sent',
  };
  return { key: '', day: MONDAY, from: 600, to: 650, start, kind, entry: { offer, slot } };
};
const held = (kind: Held['kind']): Held => ({ id: 'a', kind, from: at(0, 0), at: at(0, 1) });

test('a whole day is busy all day, and begins at no time', () => {
  const [day] = busyBlocks([{ from: at(1, 0), to: at(2, 0) }]);
  if (day === undefined) expect.fail('no block');
  expect([blockText(day), blockLabel(day), blockLine(day)]).toEqual(Array(3).fill('ganztägig belegt'));
});

test('of several days the first says when it begins, those between are whole, the last says until when', () => {
  const days = busyBlocks([{ from: at(0, 840), to: at(2, 600) }]);
  expect(days.map(blockLabel)).toEqual(['14:00 belegt', 'ganztägig belegt', 'belegt bis 10:00']);
  expect(days.map(blockLine)).toEqual(['14:00–24:00: belegt', 'ganztägig belegt', '00:00–10:00: belegt']);
});

test('whole days in a row are whole each, also over the change of clocks', () => {
  const october = parseDay('2026-10-24') ?? MONDAY;
  const from = berlinInstant(october, 0 as WallMinute) ?? (0 as Millis);
  const to = berlinInstant(addDays(october, 2), 0 as WallMinute) ?? (0 as Millis);
  const calendar = { ...EMPTY_CALENDAR, busy: [{ from, to }] };
  const days = blocksOf({ offers: [], calendar, retired: false }, [october, addDays(october, 1), addDays(october, 2)]);
  expect(days.map(blockLabel)).toEqual(['ganztägig belegt', 'ganztägig belegt']);
});

test.each([
  ['free', {}, '10:00 frei'],
  ['free', { waits: true }, '10:00 frei, wartet'],
  ['unannounced', { waits: true }, '10:00 nicht mehr gemeldet'],
  ['confirmed', { state: 'confirmed', confirmedFor: 'Mondlicht' }, '10:00 vergeben: Mondlicht'],
  [
    'confirmed',
    { state: 'confirmed', confirmedFor: 'Mondlicht', confirmedHow: 'VIDEO' },
    '10:00 vergeben: Mondlicht, Video',
  ],
  ['free', { held: held('withdraw-slot') }, '10:00 wird zurückgezogen'],
  ['free', { waits: true, held: held('withdraw-slot') }, '10:00 wird zurückgezogen'],
  ['hidden', { hidden: true, held: held('withdraw-slot') }, '10:00 wird zurückgezogen'],
  ['confirmed', { confirmedFor: 'Mondlicht', held: held('call-off') }, '10:00 wird abgesagt: Mondlicht'],
  ['confirmed', { confirmedFor: 'Linde', restored: true, held: held('call-off') }, '10:00 wird gestrichen: Linde'],
] as const)('%s %j: %s', (kind, change, label) => {
  expect(blockLabel(slotBlock(kind, change))).toBe(label);
});
