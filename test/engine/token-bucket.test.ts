import { describe, expect, test } from 'vitest';
import type { Millis } from '#core/brand.ts';
import { createKeyedBuckets, createTokenBucket, refundTokens, takeTokens } from '#engine/token-bucket.ts';

const at = (millis: number): Millis => millis as Millis;
const RATE = { burst: 3, perSecond: 2 };

describe('a token bucket', () => {
  test('gives its burst at once and its rate in the long run', () => {
    const bucket = createTokenBucket(RATE, at(0));
    expect([1, 2, 3, 4].map(() => takeTokens(bucket, at(0)))).toEqual([true, true, true, false]);
    expect(takeTokens(bucket, at(499))).toBe(false);
    expect(takeTokens(bucket, at(500))).toBe(true);
    let taken = 0;
    for (let now = 501; now <= 100_500; now += 10) if (takeTokens(bucket, at(now))) taken++;
    expect(taken).toBeGreaterThanOrEqual(199);
    expect(taken).toBeLessThanOrEqual(200);
  });

  test('never holds more than its burst, and a cost that is too high takes nothing', () => {
    const bucket = createTokenBucket(RATE, at(0));
    expect(takeTokens(bucket, at(3_600_000), 4)).toBe(false);
    expect(takeTokens(bucket, at(3_600_000), 3)).toBe(true);
    refundTokens(bucket, 100);
    expect(takeTokens(bucket, at(3_600_000), 4)).toBe(false);
    expect(takeTokens(bucket, at(3_600_000), 3)).toBe(true);
  });

  test('a clock that jumps back gives nothing twice', () => {
    const bucket = createTokenBucket({ burst: 1, perSecond: 1 }, at(10_000));
    expect(takeTokens(bucket, at(10_000))).toBe(true);
    expect(takeTokens(bucket, at(0))).toBe(false);
    expect(takeTokens(bucket, at(500))).toBe(false);
    // From where the clock stands now it goes on as ever.
    expect(takeTokens(bucket, at(1_000))).toBe(true);
  });
});

describe('token buckets by key', () => {
  test('one key takes nothing from another', () => {
    const buckets = createKeyedBuckets(RATE, 10);
    for (let index = 0; index < 100; index++) buckets.take('loud', at(0));
    expect(buckets.take('loud', at(0))).toBe(false);
    expect(buckets.take('quiet', at(0))).toBe(true);
  });

  test('are bounded: who was silent longest is forgotten, who speaks is not', () => {
    const buckets = createKeyedBuckets(RATE, 3);
    for (let index = 0; index < 4; index++) buckets.take('loud', at(0));
    for (let index = 0; index < 1_000; index++) {
      buckets.take(`passing ${index}`, at(0));
      expect(buckets.take('loud', at(0))).toBe(false);
      expect(buckets.size()).toBeLessThanOrEqual(3);
    }
  });
});
