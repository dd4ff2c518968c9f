import { describe, expect, test } from 'vitest';
import type { DayNumber, Millis } from '#core/brand.ts';
import { parseDay } from '#core/calendar/civil-day.ts';
import { HOUR, MINUTE } from '#core/domain/limits.ts';
import { ANSWERED_WITHIN, TALLIED, type Tallied, type TallyDay } from '#core/domain/practice-tally.ts';
import { daysSince, totalOf, weeksUntil } from '#ui/therapist/statistics.ts';

const on = (text: string): DayNumber => parseDay(text) ?? expect.fail();
const day = (
  text: string,
  counts: Partial<Record<Tallied, number>>,
  answers: readonly (readonly [number, number])[] = [],
): TallyDay => ({
  day: on(text),
  counts: TALLIED.map((what) => counts[what] ?? 0),
  answers: ANSWERED_WITHIN.map((within) => answers.find(([step]) => step === within)?.[1] ?? 0),
});

describe('weeks', () => {
  test('twelve of them, from Monday to Sunday, the present one last', () => {
    const days = [
      day('2026-08-30', { received: 9 }),
      day('2026-09-07', { received: 1 }),
      day('2026-11-22', { received: 2 }),
      day('2026-11-23', { received: 3 }),
      day('2026-11-29', { received: 4 }),
    ];
    const weeks = weeksUntil(days, on('2026-11-25'));
    expect(weeks).toHaveLength(12);
    expect(weeks.at(-1)?.monday).toBe(on('2026-11-23'));
    expect(weeks[0]?.monday).toBe(on('2026-09-07'));
    expect(weeks.map(({ total }) => total.counts.received)).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 7]);
    expect(daysSince(days, weeks)).toEqual(days.slice(1));
  });

  test('on a Sunday it is still the week that began six days before', () => {
    expect(weeksUntil([], on('2026-11-29')).at(-1)?.monday).toBe(on('2026-11-23'));
  });
});

describe('sums', () => {
  test('the share is that of what was decided: who took their request back is not in it', () => {
    const counts = { received: 20, confirmed: 6, declined: 3, passedOver: 2, expired: 1, withdrawn: 5 };
    expect(totalOf([day('2026-11-23', counts)])).toMatchObject({ decided: 12, share: 0.5, counts });
  });

  test('nothing has no share and no median', () => {
    expect(totalOf([])).toMatchObject({ decided: 0, share: undefined, median: undefined });
    expect(totalOf([day('2026-11-23', { announced: 3 })])).toMatchObject({ share: undefined, median: undefined });
  });

  test.each<[readonly (readonly [number, number])[], number]>([
    [[[5 * MINUTE, 1]], 5 * MINUTE],
    [
      [
        [10 * MINUTE, 1],
        [3 * HOUR, 2],
      ],
      3 * HOUR,
    ],
    [
      [
        [10 * MINUTE, 2],
        [3 * HOUR, 2],
      ],
      10 * MINUTE,
    ],
    [[[24 * HOUR, 7]], 24 * HOUR],
  ])('half of the answers %j came within %d ms', (answers, within) => {
    expect(totalOf([day('2026-11-23', {}, answers)]).median).toBe(within as Millis);
  });

  test('the median is of all days together', () => {
    const days = [
      day('2026-11-23', {}, [[5 * MINUTE, 1]]),
      day('2026-11-24', {}, [[2 * HOUR, 1]]),
      day('2026-11-25', {}, [[8 * HOUR, 1]]),
    ];
    expect(totalOf(days).median).toBe(2 * HOUR);
  });
});
