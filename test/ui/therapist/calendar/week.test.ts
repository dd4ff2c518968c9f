/** A practice's week as half hours, and a weekly pattern as a form. */
import { expect, test } from 'vitest';
import type { DayNumber, Millis, OfferId, PatternId, WallMinute } from '#core/brand.ts';
import { berlinInstant } from '#core/calendar/berlin-time.ts';
import { addDays, dayText, parseDay } from '#core/calendar/civil-day.ts';
import { EMPTY_CALENDAR, type PracticeCalendar } from '#core/calendar/practice-calendar.ts';
import type { Span } from '#core/calendar/span.ts';
import type { OfferView, OwnSlot, PracticeView } from '#host/rpc/api.ts';
import { OFFER } from '#test/engine/practice.ts';
import { emptyPattern, previewPattern, readPattern, toFields } from '#ui/therapist/calendar/pattern-form.ts';
import {
  blocksIn,
  blocksOf,
  isPast,
  mondayOf,
  openingDay,
  openStarts,
  rowsOf,
  startsBetween,
} from '#ui/therapist/calendar/week.ts';

const MONDAY = parseDay('2026-11-23') ?? (0 as DayNumber);
const NOW = berlinInstant(MONDAY, 480 as WallMinute) ?? (0 as Millis);
const at = (day: DayNumber, minute: number): Millis => berlinInstant(day, minute as WallMinute) ?? (0 as Millis);
const slot = (start: Millis, change: Partial<OwnSlot> = {}): OwnSlot => ({
  start,
  state: 'free',
  requests: 0,
  confirmedFor: undefined,
  held: undefined,
  ...change,
});
const practiceWith = (slots: readonly OwnSlot[], calendar: Partial<PracticeCalendar> = {}): PracticeView => {
  const offer: OfferView = { ...OFFER, minutes: 50, id: 0 as OfferId, slots, announcedAt: undefined, spread: 'queued' };
  const trust = { level: 0, reason: undefined, registrar: undefined, validUntil: undefined } as const;
  return {
    address: '00'.repeat(16) as PracticeView['address'],
    publicKey: new Uint8Array(32),
    epoch: 0 as PracticeView['epoch'],
    profile: undefined,
    trust: { ...trust, revocationListFrom: undefined },
    offers: [offer],
    calendar: { ...EMPTY_CALENDAR, ...calendar },
    restoring: false,
    retired: false,
  };
};
const span = (from: Millis, to: Millis): Span => ({ from, to });
const week = [0, 1, 2, 3, 4, 5, 6].map((index) => addDays(MONDAY, index));

test('a half hour is past once it has begun', () => {
  const now = { day: addDays(MONDAY, 1), minute: 600 as WallMinute };
  const past = (day: DayNumber, minute: number) => isPast({ day, minute: minute as WallMinute }, now);
  expect([past(MONDAY, 1_200), past(now.day, 570), past(now.day, 600)]).toEqual([true, true, true]);
  expect([past(now.day, 630), past(addDays(MONDAY, 2), 0)]).toEqual([false, false]);
});

test('the calendar opens with today, or with the coming week where this one has nothing left', () => {
  const next = addDays(MONDAY, 7);
  const opens = (day: number, minute: number, slots: readonly OwnSlot[] = []) =>
    openingDay(practiceWith(slots).offers, at(addDays(MONDAY, day), minute));
  expect(opens(0, 480)).toBe(MONDAY);
  expect(opens(4, 1_199)).toBe(addDays(MONDAY, 4));
  expect(opens(4, 1_200)).toBe(next);
  const saturday = slot(at(addDays(MONDAY, 5), 900));
  expect(opens(5, 840, [saturday])).toBe(addDays(MONDAY, 5));
  expect(opens(5, 910, [saturday])).toBe(next);
  expect(opens(5, 840, [{ ...saturday, state: 'withdrawn' }, slot(at(next, 540))])).toBe(next);
  expect(opens(6, 0, [slot(at(addDays(MONDAY, 6), 900))])).toBe(next);
});

test('a week begins on Monday', () => {
  for (const day of week) expect(dayText(mondayOf(day))).toBe('2026-11-23');
});

test('slots and busy times lie where their wall time is, busy times over several days on each', () => {
  const practice = practiceWith([slot(at(MONDAY, 545))], {
    busy: [span(at(MONDAY, 1_380), at(addDays(MONDAY, 1), 60))],
  });
  expect(blocksOf(practice, week).map(({ day, from, to, kind }) => [dayText(day), from, to, kind])).toEqual([
    ['2026-11-23', 1_380, 1_440, 'busy'],
    ['2026-11-24', 0, 60, 'busy'],
    ['2026-11-23', 545, 595, 'free'],
  ]);
});

test('a withdrawn slot is shown only where nothing else is, a free one behind busy times as hidden', () => {
  const start = at(MONDAY, 600);
  const slots = [slot(start, { state: 'withdrawn' }), slot(at(MONDAY, 610), { hidden: true })];
  const blocks = blocksOf(practiceWith(slots), week);
  expect(blocks.map(({ kind }) => kind)).toEqual(['hidden']);
  expect(blocksIn(blocks, MONDAY, 600)).toHaveLength(1);
  expect(blocksIn(blocks, MONDAY, 660)).toHaveLength(0);
});

test('where another device has the practice nothing is free any more, and what was agreed stays', () => {
  const slots = [
    slot(at(MONDAY, 540)),
    slot(at(MONDAY, 600), { hidden: true }),
    slot(at(MONDAY, 660), { state: 'confirmed' }),
  ];
  const blocks = blocksOf({ ...practiceWith(slots), retired: true }, week);
  expect(blocks.map(({ kind }) => kind)).toEqual(['unannounced', 'unannounced', 'confirmed']);
});

test('a working day is shown, and more where slots lie outside it', () => {
  const rows = (slots: OwnSlot[]) => rowsOf(blocksOf(practiceWith(slots), week));
  expect([rows([])[0], rows([]).at(-1)]).toEqual([420, 1_170]);
  const early = rows([slot(at(MONDAY, 375)), slot(at(MONDAY, 1_265))]);
  expect([early[0], early.at(-1)]).toEqual([360, 1_290]);
});

test('a drag gives as many slots as fit its cells, one a whole number of rows after the other', () => {
  const starts = startsBetween(MONDAY, 540, 690, 50);
  expect(starts).toEqual([at(MONDAY, 540), at(MONDAY, 600), at(MONDAY, 660)]);
  expect(startsBetween(MONDAY, 540, 540, 50)).toEqual([at(MONDAY, 540)]);
});

test('nothing is offered in the past, twice, or while busy', () => {
  const practice = practiceWith([slot(at(MONDAY, 560))], { busy: [span(at(MONDAY, 700), at(MONDAY, 705))] });
  const starts = [420, 540, 610, 660, 710].map((minute) => at(MONDAY, minute));
  expect(openStarts(practice, starts, 50, NOW)).toEqual([at(MONDAY, 610), at(MONDAY, 710)]);
});

const ID = '0000000a' as PatternId;
const fields = { ...emptyPattern(ID, 0 as OfferId, MONDAY), lastDay: '2026-12-31' };
const errorsOf = (change: Partial<typeof fields>, minutes = 50) =>
  Object.fromEntries(
    Object.entries(readPattern({ ...fields, ...change }, minutes, [], MONDAY).errors).map(([at, error]) => [
      at,
      error?.key,
    ]),
  );

test.each([
  [{}, {}],
  [{ from: '' }, { from: 'time-empty' }],
  [{ firstDay: '' }, { firstDay: 'date-empty' }],
  [{ from: '09:03' }, { from: 'slot-grid', to: 'slot-grid' }],
  [{ to: '08:00' }, { to: 'pattern-reversed' }],
  [{ to: '09:30' }, { to: 'pattern-short' }],
  [{ buffer: '' }, { buffer: 'pattern-buffer' }],
  [{ buffer: '-5' }, { buffer: 'pattern-buffer' }],
  [{ buffer: '7' }, { buffer: 'pattern-buffer' }],
  [{ lastDay: '2026-11-23' }, { lastDay: 'pattern-days' }],
  [{ firstDay: '2026-01-01', lastDay: '2026-11-01' }, { lastDay: 'pattern-past' }],
  [{ lastDay: '2026-11-25' }, { lastDay: 'pattern-never' }],
  [{ from: '23:30' }, {}],
] as const)('%j: %j', (change, errors) => {
  expect(errorsOf(change, 'from' in change && change.from === '23:30' ? 30 : 50)).toEqual(errors);
});
test.each([0, 245])('an offer of %d minutes is refused', (minutes) => {
  expect(errorsOf({ to: '20:00' }, minutes)).toEqual({ minutes: 'minutes-range' });
});

test('what was saved is typed again, and does not overlap with itself', () => {
  const { pattern } = readPattern({ ...fields, to: '12:00' }, 50, [], MONDAY);
  if (pattern === undefined) expect.fail('no pattern');
  expect(toFields(pattern, 50)).toEqual({ ...fields, to: '12:00' });
  expect(readPattern(fields, 50, [pattern], MONDAY).errors).toEqual({});
  expect(readPattern({ ...fields, id: '0000000b' as PatternId }, 50, [pattern], MONDAY).errors.from?.key).toBe(
    'pattern-overlap',
  );
});

test('the preview counts what comes, and says what holidays, busy times and other slots take', () => {
  const { pattern } = readPattern(
    { ...fields, weekday: 5, firstDay: '2026-12-01', lastDay: '2027-01-08' },
    50,
    [],
    MONDAY,
  );
  if (pattern === undefined) expect.fail('no pattern');
  const friday = parseDay('2026-12-04') ?? MONDAY;
  const slots = [slot(at(addDays(friday, 7), 560)), slot(at(addDays(friday, 14), 540), { pattern: ID })];
  const practice = practiceWith(slots, { busy: [span(at(friday, 0), at(friday, 1_440))] });
  const outcomes = previewPattern(practice, pattern, NOW).map(({ day, outcome }) => `${dayText(day)} ${outcome}`);
  expect(outcomes).toEqual([
    '2026-12-04 busy',
    '2026-12-11 taken',
    '2026-12-18 free',
    '2026-12-25 holiday',
    '2027-01-01 holiday',
    '2027-01-08 free',
  ]);
});
