/** Weekly patterns: what is refused, and what slots come of them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DayNumber, Millis, OfferId, PatternId, WallMinute } from '#core/brand.ts';
import { berlinInstant, berlinWall, parseWallMinute, wallText } from '#core/calendar/berlin-time.ts';
import { addDays, dayText, parseDay, weekdayOf } from '#core/calendar/civil-day.ts';
import { meetsAny, mergeSpans, overlaps, type Span } from '#core/calendar/span.ts';
import { type PlanInput, planSlots } from '#core/calendar/week-plan.ts';
import { occurrencesOf, patternFaults, type WeeklyPattern } from '#core/calendar/weekly-pattern.ts';

const day = (text: string): DayNumber => parseDay(text) ?? expect.fail(`no day: ${text}`);
const minute = (text: string): WallMinute => parseWallMinute(text) ?? expect.fail(`no time: ${text}`);
const TODAY = day('2026-10-01');

const MONDAYS: WeeklyPattern = {
  id: '00000001' as PatternId,
  offer: 0 as OfferId,
  weekday: 1,
  from: minute('09:00'),
  to: minute('09:50'),
  buffer: 10,
  firstDay: TODAY,
  lastDay: day('2026-12-31'),
  except: [],
};
const plan = (input: Partial<PlanInput>) =>
  planSlots({
    patterns: [MONDAYS],
    minutesOf: () => 50,
    land: undefined,
    busy: [],
    taken: [],
    from: TODAY,
    to: day('2027-06-30'),
    after: 0 as Millis,
    ...input,
  });
const shown = (start: Millis): string => {
  const wall = berlinWall(start);
  return `${dayText(wall.day)} ${wallText(wall.minute)}`;
};

test('Monday 09:00 stays 09:00 across the change of clocks, until the last day and not beyond', () => {
  const starts = occurrencesOf(MONDAYS, 50, TODAY, day('2027-06-30')).map(({ start }) => shown(start));
  expect(starts).toHaveLength(13);
  expect(starts[0]).toBe('2026-10-05 09:00');
  expect(starts[2]).toBe('2026-10-19 09:00');
  expect(starts[3]).toBe('2026-10-26 09:00');
  expect(starts.at(-1)).toBe('2026-12-28 09:00');
});

test('a window gives as many slots as fit with their pauses', () => {
  const morning = { ...MONDAYS, to: minute('12:00'), lastDay: day('2026-10-05') };
  expect(occurrencesOf(morning, 50, TODAY, day('2026-10-31')).map(({ start }) => shown(start).slice(11))).toEqual([
    '09:00',
    '10:00',
    '11:00',
  ]);
});

test('a day can be left out', () => {
  const except = [day('2026-10-12')];
  const starts = occurrencesOf({ ...MONDAYS, except }, 50, TODAY, day('2026-12-31')).map(({ start }) => shown(start));
  expect(starts).toHaveLength(12);
  expect(starts).not.toContain('2026-10-12 09:00');
});

test('a time that the clocks skip is left out that day; a repeated one comes once', () => {
  const nights = { ...MONDAYS, weekday: 7, from: minute('02:00'), to: minute('03:00'), lastDay: undefined };
  const spring = occurrencesOf(nights, 50, day('2027-03-21'), day('2027-04-04')).map(({ start }) => shown(start));
  expect(spring).toEqual(['2027-03-21 02:00', '2027-04-04 02:00']);
  const autumn = occurrencesOf(nights, 50, day('2026-10-25'), day('2026-10-25'));
  expect(autumn.map(({ start }) => start)).toEqual([berlinInstant(day('2026-10-25'), minute('02:00'))]);
});

test.each([
  [{ to: minute('08:00') }, 50, { to: 'end-before-start' }],
  [{ to: minute('09:00') }, 50, { to: 'end-before-start' }],
  [{ to: minute('09:45') }, 50, { to: 'too-short' }],
  [{ from: 541 as WallMinute }, 45, { from: 'off-grid' }],
  [{}, 0, { minutes: 'minutes-range' }],
  [{ to: minute('23:00') }, 245, { minutes: 'minutes-range' }],
  [{ to: minute('23:00') }, 52, { minutes: 'minutes-step' }],
  [{ to: minute('23:00') }, Number.NaN, { minutes: 'minutes-range' }],
  [{ buffer: -5 }, 50, { buffer: 'buffer-range' }],
  [{ buffer: 125 }, 50, { buffer: 'buffer-range' }],
  [{ buffer: 7 }, 50, { buffer: 'buffer-range' }],
  [{ lastDay: day('2026-09-30') }, 50, { lastDay: 'days-reversed' }],
  [{ firstDay: day('2026-01-01'), lastDay: day('2026-09-30') }, 50, { lastDay: 'past' }],
  [{ lastDay: day('2026-10-03') }, 50, { lastDay: 'never' }],
  [{}, 50, {}],
  [{ to: minute('23:00') }, 240, {}],
] as const)('%j with %d minutes: %j', (change, minutes, faults) => {
  expect(patternFaults({ ...MONDAYS, ...change }, minutes, [], TODAY)).toEqual(faults);
});

test.each([
  [{}, 'overlap'],
  [{ from: minute('09:55'), to: minute('10:45') }, 'overlap'],
  [{ from: minute('08:05'), to: minute('08:55') }, 'overlap'],
  [{ from: minute('10:00'), to: minute('10:50') }, undefined],
  [{ from: minute('08:00'), to: minute('08:50') }, undefined],
  [{ weekday: 2 }, undefined],
  [{ firstDay: day('2027-01-01'), lastDay: undefined }, undefined],
  [{ id: MONDAYS.id }, undefined],
] as const)('beside another pattern, %j: %s', (change, fault) => {
  const other = { ...MONDAYS, id: '00000002' as PatternId, ...change };
  expect(patternFaults(other, 50, [MONDAYS], TODAY).from).toBe(fault);
});

test('holidays, busy times and taken times give no slot, and say why', () => {
  const at = (text: string): Millis => berlinInstant(day(text), minute('09:30')) ?? expect.fail();
  const around = (text: string): Span => ({ from: at(text), to: (at(text) + 60_000) as Millis });
  const planned = plan({
    patterns: [{ ...MONDAYS, weekday: 5, firstDay: day('2026-12-01'), lastDay: day('2027-01-15') }],
    busy: [around('2026-12-04')],
    taken: [around('2026-12-11')],
  });
  expect(planned.map(({ day: on, outcome, holiday }) => [dayText(on), outcome, holiday])).toEqual([
    ['2026-12-04', 'busy', undefined],
    ['2026-12-11', 'taken', undefined],
    ['2026-12-18', 'free', undefined],
    ['2026-12-25', 'holiday', 'weihnachten-1'],
    ['2027-01-01', 'holiday', 'neujahr'],
    ['2027-01-08', 'free', undefined],
    ['2027-01-15', 'free', undefined],
  ]);
});

test('a pause meets what is taken after it', () => {
  const start = berlinInstant(day('2026-10-05'), minute('09:55')) ?? expect.fail();
  const taken = [{ from: start, to: (start + 60_000) as Millis }];
  expect(plan({ taken })[0]?.outcome).toBe('taken');
});

const patterns = fc
  .array(
    fc.record({
      weekday: fc.integer({ min: 1, max: 7 }),
      from: fc.integer({ min: 0, max: 280 }),
      length: fc.integer({ min: 1, max: 100 }),
      buffer: fc.integer({ min: 0, max: 24 }),
      offer: fc.integer({ min: 0, max: 2 }),
      firstDay: fc.integer({ min: 0, max: 200 }),
    }),
    { maxLength: 6 },
  )
  .map((list) =>
    list.map(({ weekday, from, length, buffer, offer, firstDay }, index) => ({
      ...MONDAYS,
      id: String(index).padStart(8, '0') as PatternId,
      weekday,
      offer: offer as OfferId,
      from: (from * 5) as WallMinute,
      to: Math.min(1_440, (from + length) * 5) as WallMinute,
      buffer: buffer * 5,
      firstDay: addDays(TODAY, firstDay),
      lastDay: undefined,
    })),
  );
const spans = fc.array(
  fc.tuple(fc.integer({ min: 0, max: 60_000 }), fc.integer({ min: 0, max: 300 })).map(([from, length]): Span => {
    const begin = TODAY * 86_400_000 + from * 300_000;
    return { from: begin as Millis, to: (begin + length * 300_000) as Millis };
  }),
  { maxLength: 20 },
);
const MINUTES = [25, 50, 100] as const;

test('whatever the patterns are, no two slots overlap, nothing busy or taken is touched, and wall time is kept', () => {
  fc.assert(
    fc.property(patterns, spans, spans, (given, busy, taken) => {
      const input = { patterns: given, minutesOf: (offer: OfferId) => MINUTES[offer], busy: mergeSpans(busy), taken };
      const free = plan(input).filter(({ outcome }) => outcome === 'free');
      const planned = free.map(
        ({ start, minutes }): Span => ({ from: start, to: (start + minutes * 60_000) as Millis }),
      );
      for (const [index, span] of planned.entries()) {
        expect(planned.slice(index + 1).some((other) => overlaps(span, other))).toBe(false);
        expect([...busy, ...taken].some((other) => other.from < other.to && overlaps(span, other))).toBe(false);
      }
      for (const { start, pattern, minutes } of free) {
        const wall = berlinWall(start);
        expect(weekdayOf(wall.day)).toBe(pattern.weekday);
        expect((wall.minute - pattern.from) % (minutes + pattern.buffer)).toBe(0);
      }
      expect(plan(input)).toEqual(plan({ ...input, patterns: [...given].reverse() }));
    }),
    { numRuns: 60 },
  );
});

test('merged spans are apart, ascending, and cover the same', () => {
  fc.assert(
    fc.property(spans, spans, (given, probes) => {
      const merged = mergeSpans(given);
      expect(merged.every((span, index) => index === 0 || (merged[index - 1]?.to ?? 0) < span.from)).toBe(true);
      for (const probe of probes.filter(({ from, to }) => from < to)) {
        const expected = given.some((span) => span.from < span.to && overlaps(span, probe));
        expect(meetsAny(merged, probe)).toBe(expected);
      }
      expect(mergeSpans(merged)).toEqual(merged);
    }),
  );
});
