/** Days and wall time by arithmetic, against the calendar library and its zone database. */
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import type { DayNumber, Millis, WallMinute } from '#core/brand.ts';
import { berlinInstant, berlinWall, parseWallMinute, wallText } from '#core/calendar/berlin-time.ts';
import { dayText, parseDay, toCivilDay, toDayNumber, weekdayOf } from '#core/calendar/civil-day.ts';

const day = (text: string): DayNumber => parseDay(text) ?? expect.fail(`no day: ${text}`);
const minute = (text: string): WallMinute => parseWallMinute(text) ?? expect.fail(`no time: ${text}`);
/** 2026 to 2057, all that the wire can say. */
const days = fc.integer({ min: 20_454, max: 31_700 }).map((number) => number as DayNumber);
const minutes = fc.integer({ min: 0, max: 1_439 }).map((number) => number as WallMinute);

test('days, their texts and weekdays are those of the calendar', () => {
  fc.assert(
    fc.property(fc.integer({ min: -200_000, max: 200_000 }), (number) => {
      const date = Temporal.PlainDate.from('1970-01-01').add({ days: number });
      const { year, month, day: dayOfMonth } = date;
      expect(toCivilDay(number as DayNumber)).toEqual({ year, month, day: dayOfMonth });
      expect(toDayNumber({ year, month, day: dayOfMonth })).toBe(number);
      expect(weekdayOf(number as DayNumber)).toBe(date.dayOfWeek);
    }),
  );
});

test.each(['2026-02-29', '2026-13-01', '2026-00-10', '2026-1-1', '', '26-01-01', '2026-04-31', '2026-01-01 '])(
  '"%s" is no day',
  (text) => expect(parseDay(text)).toBeUndefined(),
);
test.each(['24:00', '9:00', '09:60', '', '09:00:00'])('"%s" is no time', (text) =>
  expect(parseWallMinute(text)).toBeUndefined(),
);

test('a wall time is the instant that the zone database gives, or none where it was skipped', () => {
  fc.assert(
    fc.property(days, minutes, (number, wall) => {
      const plain = Temporal.PlainDateTime.from(`${dayText(number)}T${wallText(wall)}`);
      const zoned = plain.toZonedDateTime('Europe/Berlin', { disambiguation: 'earlier' });
      const expected = zoned.toPlainDateTime().equals(plain) ? zoned.epochMilliseconds : undefined;
      expect(berlinInstant(number, wall)).toBe(expected);
    }),
  );
});

test('an instant shows the same wall time as the zone database says', () => {
  fc.assert(
    fc.property(fc.integer({ min: 29_454_000, max: 45_000_000 }), (at) => {
      const instant = (at * 60_000) as Millis;
      const zoned = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO('Europe/Berlin');
      const { day: shownDay, minute: shown } = berlinWall(instant);
      expect(`${dayText(shownDay)}T${wallText(shown)}`).toBe(zoned.toPlainDateTime().toString().slice(0, 16));
    }),
  );
});

test('on the days of the change: skipped there is none, repeated the first one counts', () => {
  const spring = day('2027-03-28');
  expect(berlinInstant(spring, minute('01:55'))).toBe(Temporal.Instant.from('2027-03-28T00:55Z').epochMilliseconds);
  for (const text of ['02:00', '02:30', '02:59']) expect(berlinInstant(spring, minute(text))).toBeUndefined();
  expect(berlinInstant(spring, minute('03:00'))).toBe(Temporal.Instant.from('2027-03-28T01:00Z').epochMilliseconds);
  const autumn = day('2026-10-25');
  expect(berlinInstant(autumn, minute('02:30'))).toBe(Temporal.Instant.from('2026-10-25T00:30Z').epochMilliseconds);
  expect(berlinInstant(autumn, minute('03:00'))).toBe(Temporal.Instant.from('2026-10-25T02:00Z').epochMilliseconds);
});
