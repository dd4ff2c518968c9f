import { describe, expect, test } from 'vitest';
import type { Millis } from '#core/brand.ts';
import {
  ageOf,
  clockTime,
  dayKey,
  daysAgo,
  doorText,
  kilometres,
  languageNames,
  longDay,
  moment,
} from '#ui/text/time.ts';

const utc = (text: string): Millis => Date.parse(text) as Millis;
const NOW = utc('2026-11-21T09:42:00Z');

describe('times are Berlin’s, whatever the device’s zone', () => {
  test('in winter an hour ahead of UTC, in summer two', () => {
    expect(clockTime(utc('2026-11-24T13:30:00Z'), 'de')).toBe('14:30');
    expect(clockTime(utc('2026-07-24T12:30:00Z'), 'en')).toBe('14:30');
  });

  test('around the change of clocks', () => {
    expect(clockTime(utc('2026-03-29T00:59:00Z'), 'de')).toBe('01:59');
    expect(clockTime(utc('2026-03-29T01:00:00Z'), 'de')).toBe('03:00');
    expect(clockTime(utc('2026-10-25T00:30:00Z'), 'de')).toBe('02:30');
    expect(clockTime(utc('2026-10-25T01:30:00Z'), 'de')).toBe('02:30');
  });

  test('midnight is 00:00 of the next day', () => {
    expect(clockTime(utc('2026-11-23T23:00:00Z'), 'de')).toBe('00:00');
    expect(dayKey(utc('2026-11-23T23:00:00Z'))).toBe('2026-11-24');
    expect(dayKey(utc('2026-11-23T22:59:00Z'))).toBe('2026-11-23');
  });
});

test('a door carries weekday, day and month', () => {
  const at = utc('2026-11-24T13:30:00Z');
  expect(doorText(at, 'de')).toEqual({ weekday: 'Di', day: '24', month: 'Nov.' });
  expect(doorText(at, 'en')).toEqual({ weekday: 'Tue', day: '24', month: 'Nov' });
});

test('a day names its year only when it is another', () => {
  expect(longDay(utc('2026-11-24T13:30:00Z'), NOW, 'de')).toBe('Dienstag, 24. November');
  expect(longDay(utc('2027-01-05T13:30:00Z'), NOW, 'de')).toBe('Dienstag, 5. Januar 2027');
});

describe('moments', () => {
  test('near ones are named by what people call them', () => {
    expect(moment(utc('2026-11-21T22:30:00Z'), NOW, 'de')).toEqual({ day: 'today', time: '23:30' });
    expect(moment(utc('2026-11-21T23:30:00Z'), NOW, 'de')).toEqual({ day: 'tomorrow', time: '00:30' });
    expect(moment(utc('2026-11-20T15:20:00Z'), NOW, 'de')).toEqual({ day: 'yesterday', time: '16:20' });
    expect(moment(utc('2026-11-23T17:00:00Z'), NOW, 'de')).toEqual({ day: 'other', date: 'Montag', time: '18:00' });
  });

  test('a weekday that has passed, or lies a week ahead, gets its date', () => {
    expect(moment(utc('2026-11-18T17:00:00Z'), NOW, 'de')).toMatchObject({ date: 'Mi., 18. Nov.' });
    expect(moment(utc('2026-11-28T17:00:00Z'), NOW, 'de')).toMatchObject({ date: 'Sa., 28. Nov.' });
  });

  test('a day of 23 or 25 hours is still one day', () => {
    expect(daysAgo(utc('2026-03-28T12:00:00Z'), utc('2026-03-29T11:00:00Z'))).toBe(1);
    expect(daysAgo(utc('2026-10-24T11:00:00Z'), utc('2026-10-25T12:00:00Z'))).toBe(1);
  });
});

describe('the age of a listing', () => {
  test.each([
    [30_000, { kind: 'now', old: false }],
    [12 * 60_000, { kind: 'ago', text: 'vor 12 Minuten', old: false }],
    [3_600_000, { kind: 'ago', text: 'vor 1 Stunde', old: false }],
    [23.9 * 3_600_000, { kind: 'ago', text: 'vor 23 Stunden', old: false }],
  ])('after %d ms', (passed, age) => {
    expect(ageOf((NOW - passed) as Millis, NOW, 'de')).toEqual(age);
  });

  test('from a day on it is old and names the moment', () => {
    expect(ageOf(utc('2026-11-20T09:42:00Z'), NOW, 'de')).toEqual({
      kind: 'since',
      at: { day: 'yesterday', time: '10:42' },
      old: true,
    });
  });

  test('a clock that is a little ahead makes no age below zero', () => {
    expect(ageOf((NOW + 90_000) as Millis, NOW, 'en')).toEqual({ kind: 'now', old: false });
  });
});

test('distances have a decimal only when they are short', () => {
  expect(kilometres(2.14, 'de')).toBe('2,1');
  expect(kilometres(2.14, 'en')).toBe('2.1');
  expect(kilometres(17.4, 'de')).toBe('17');
});

test('languages have names; what is no tag stays as it is', () => {
  expect(languageNames(['de', 'tr'], 'de')).toBe('Deutsch, Türkisch');
  expect(languageNames(['!!'], 'en')).toBe('!!');
});
