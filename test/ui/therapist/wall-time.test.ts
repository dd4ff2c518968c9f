import { describe, expect, test } from 'vitest';
import { berlinInstant } from '#ui/therapist/wall-time.ts';

const iso = (date: string, time: string) => {
  const at = berlinInstant(date, time);
  return at === undefined ? undefined : new Date(at).toISOString();
};

describe('wall time in Berlin', () => {
  test('in winter and in summer', () => {
    expect(iso('2026-11-23', '09:00')).toBe('2026-11-23T08:00:00.000Z');
    expect(iso('2026-07-20', '09:00')).toBe('2026-07-20T07:00:00.000Z');
  });

  test('the hour that the last Sunday of March skips does not exist', () => {
    expect(iso('2027-03-28', '02:00')).toBeUndefined();
    expect(iso('2027-03-28', '02:30')).toBeUndefined();
    expect(iso('2027-03-28', '03:00')).toBe('2027-03-28T01:00:00.000Z');
  });

  test('the hour that the last Sunday of October repeats means its first', () => {
    expect(iso('2026-10-25', '02:30')).toBe('2026-10-25T00:30:00.000Z');
  });

  test.each([
    ['2026-02-30', '09:00'],
    ['2026-11-23', '24:30'],
    ['23.11.2026', '09:00'],
    ['', '09:00'],
    ['2026-11-23', ''],
    ['2026-11-23', '09:00Z'],
  ])('%s %s is none', (date, time) => {
    expect(berlinInstant(date, time)).toBeUndefined();
  });
});
