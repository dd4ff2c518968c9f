import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Millis } from '#core/brand.ts';
import { p99Of, type RoundTrips, TRIP_WINDOW, UNMEASURED, withLoss, withTrip } from '#engine/peers/round-trips.ts';

const of = (...trips: readonly number[]): RoundTrips =>
  trips.reduce((roundTrips, trip) => withTrip(roundTrips, trip as Millis), UNMEASURED);
/** Sample `count` of them is the smallest that `share` of the sorted ones do not exceed, by counting. */
const percentile = (values: readonly number[], share: number): number | undefined =>
  [...values]
    .sort((a, b) => a - b)
    .find((value) => values.filter((other) => other <= value).length >= share * values.length);

describe('smoothed round trips (RFC 6298, section 2)', () => {
  test('nothing is known before the first sample', () => {
    expect(of()).toMatchObject({ smoothed: undefined, variation: undefined, lossRate: 0 });
    expect(p99Of(of())).toBeUndefined();
  });

  test('the first sample is the average, and half of it the variation', () => {
    expect(of(80)).toMatchObject({ smoothed: 80, variation: 40 });
  });

  test('the next ones weigh an eighth, and a quarter in the variation, which uses the average before', () => {
    // RTTVAR = 3/4 · 40 + 1/4 · |80 - 160| = 50; SRTT = 7/8 · 80 + 1/8 · 160 = 90.
    expect(of(80, 160)).toMatchObject({ smoothed: 90, variation: 50 });
    // RTTVAR = 3/4 · 50 + 1/4 · |90 - 10| = 57.5; SRTT = 7/8 · 90 + 1/8 · 10 = 80.
    expect(of(80, 160, 10)).toMatchObject({ smoothed: 80, variation: 57.5 });
  });

  test('a round trip of nothing counts; what no clock can have measured does not', () => {
    expect(of(0)).toMatchObject({ smoothed: 0, variation: 0 });
    const roundTrips = of(50, -1, Number.NaN, Number.POSITIVE_INFINITY);
    expect(roundTrips).toMatchObject({ smoothed: 50, variation: 25 });
    expect(p99Of(roundTrips)).toBe(50);
  });

  test('the average stays between the smallest and the largest sample', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100_000), { minLength: 1 }), (trips) => {
        const { smoothed = -1 } = of(...trips);
        expect(smoothed).toBeGreaterThanOrEqual(Math.min(...trips) - 1e-6);
        expect(smoothed).toBeLessThanOrEqual(Math.max(...trips) + 1e-6);
      }),
    );
  });
});

describe('99th percentile', () => {
  test('is exact over the last samples, whatever came before', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000), { minLength: 1, maxLength: 3 * TRIP_WINDOW }), (trips) => {
        expect(p99Of(of(...trips))).toBe(percentile(trips.slice(-TRIP_WINDOW), 0.99));
      }),
    );
  });

  test('one slow trip in a full window is seen no more than one in a hundred should be', () => {
    const rest = Array.from({ length: TRIP_WINDOW - 1 }, () => 10);
    expect(p99Of(of(5_000, ...rest))).toBe(10);
    expect(p99Of(of(5_000, 5_000, ...rest.slice(1)))).toBe(5_000);
  });
});

describe('loss', () => {
  test('is an average in which the recent attempts weigh most, between 0 and 1', () => {
    let roundTrips = withLoss(UNMEASURED, true);
    expect(roundTrips.lossRate).toBe(1 / 8);
    roundTrips = withLoss(roundTrips, false);
    expect(roundTrips.lossRate).toBe(7 / 64);
    for (let i = 0; i < 200; i++) roundTrips = withLoss(roundTrips, true);
    expect(roundTrips.lossRate).toBeGreaterThan(0.99);
    expect(roundTrips.lossRate).toBeLessThanOrEqual(1);
  });
});
