/** Slots from patterns as the weeks go by, without a node around them. */
import { expect, test } from 'vitest';
import type { Millis, OfferId, PatternId, WallMinute } from '#core/brand.ts';
import { berlinWall } from '#core/calendar/berlin-time.ts';
import { addDays } from '#core/calendar/civil-day.ts';
import { EMPTY_CALENDAR } from '#core/calendar/practice-calendar.ts';
import type { WeeklyPattern } from '#core/calendar/weekly-pattern.ts';
import { DAY, HOUR } from '#core/domain/limits.ts';
import type { OwnOffer } from '#engine/fapp/own-offer.ts';
import { PLAN_DAYS, type PlanState, plannedSlots } from '#engine/fapp/planned-slots.ts';
import { OFFER } from '#test/engine/practice.ts';

const NOW = 1_790_000_000_000 as Millis;
const TODAY = berlinWall(NOW).day;
const A = 0 as OfferId;
const own = (slots: OwnOffer['slots'] = []): OwnOffer => ({
  ...OFFER,
  id: A,
  slots,
  announced: undefined,
  dirty: false,
  withdrawn: false,
});
const daily = (weekday: number): WeeklyPattern => ({
  id: `0000000${weekday}` as PatternId,
  offer: A,
  weekday,
  from: 480 as WallMinute,
  to: 1_080 as WallMinute,
  buffer: 5,
  firstDay: TODAY,
  lastDay: undefined,
  except: [],
});
const WEEK = { ...EMPTY_CALENDAR, patterns: [1, 2, 3, 4, 5].map(daily) };
const state = (change: Partial<PlanState> = {}): PlanState => ({
  offers: [own()],
  calendar: WEEK,
  now: NOW,
  isAsked: () => false,
  ...change,
});
const slotsOf = (given: PlanState): OwnOffer['slots'] => plannedSlots(given).get(A) ?? [];

test('a full week fills an offer up to its bound with the nearest slots; a second time changes nothing', () => {
  const slots = slotsOf(state());
  expect(slots).toHaveLength(400);
  expect(slots[0]?.start).toBeGreaterThan(NOW);
  expect(slots.at(-1)?.start).toBeLessThan(NOW + PLAN_DAYS * DAY);
  expect(slotsOf(state({ offers: [own(slots)] }))).toEqual(slots);
});

test('what was announced stays known as announced when a change plans the week anew', () => {
  const [first, ...rest] = slotsOf(state());
  if (first === undefined) expect.fail();
  const announced = { ...first, announced: true } as const;
  expect(slotsOf(state({ offers: [own([announced, ...rest])] }))).toEqual([announced, ...rest]);
});

test('as days go by slots follow, and those that nobody had are forgotten', () => {
  let slots = slotsOf(state());
  for (let day = 1; day <= 60; day++) {
    const now = (NOW + day * DAY) as Millis;
    slots = slotsOf(state({ now, offers: [own(slots)] }));
    expect(slots.length).toBeLessThanOrEqual(400);
    expect(slots.every(({ start }) => start >= now - DAY)).toBe(true);
  }
  expect(slots.at(-1)?.start).toBeGreaterThan(NOW + 80 * DAY);
});

test('what was confirmed, asked for, withdrawn or entered by hand stays when the pattern goes', () => {
  const [first, second, third, fourth] = slotsOf(state());
  if (first === undefined || second === undefined || third === undefined || fourth === undefined) expect.fail();
  const byHand = { start: (NOW + 40 * HOUR) as Millis, state: 'free' } as const;
  const slots = [{ ...first, state: 'confirmed' as const }, { ...second, state: 'withdrawn' as const }, third, fourth];
  const isAsked = (_: OfferId, start: Millis): boolean => start === third.start;
  const left = slotsOf(state({ calendar: EMPTY_CALENDAR, offers: [own([...slots, byHand])], isAsked }));
  expect(left).toEqual([...slots.slice(0, 3), byHand].sort((a, b) => a.start - b.start));
});

test('patterns of an offer that was withdrawn give nothing', () => {
  expect(slotsOf(state({ offers: [{ ...own(), withdrawn: true }] }))).toEqual([]);
});

test('a holiday of the Land is left out, and comes back when it is none', () => {
  const now = Date.UTC(2026, 10, 1) as Millis;
  const busstag = addDays(berlinWall(now).day, 17);
  const onThatDay = (land: 'SN' | 'BY') =>
    slotsOf(state({ now, calendar: { ...WEEK, land } })).filter(({ start }) => berlinWall(start).day === busstag);
  expect(onThatDay('SN')).toEqual([]);
  expect(onThatDay('BY').length).toBeGreaterThan(0);
});
