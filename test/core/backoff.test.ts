/** The wait between attempts. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoff } from '#core/backoff.ts';

test('the wait between attempts grows to a minute and never ends at once', () => {
  expect([1, 2, 3, 8, 100].map((attempt) => backoff(attempt, 1))).toEqual([500, 1_000, 2_000, 60_000, 60_000]);
  expect(backoff(1, 0)).toBe(125);
  expect(backoff(0, 1)).toBe(500);
});

test('it is a quarter of the step at least, never more than the step, and longer only with more jitter', () => {
  const fraction = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.nat(100_000), fraction, fraction, (attempt, one, other) => {
      const [least, wait, most] = [backoff(attempt, 0), backoff(attempt, one), backoff(attempt, 1)];
      expect(Number.isInteger(wait)).toBe(true);
      expect(wait).toBeGreaterThanOrEqual(least);
      expect(wait).toBeLessThanOrEqual(most);
      expect(least).toBe(most / 4);
      expect(most).toBeLessThanOrEqual(60_000);
      expect(backoff(attempt + 1, one)).toBeGreaterThanOrEqual(wait);
      if (one < other) expect(backoff(attempt, other)).toBeGreaterThanOrEqual(wait);
    }),
  );
});
