import type { Millis } from '#core/brand.ts';

/**
 * A token bucket (RFC 2697's idea): `burst` at once, `perSecond` in the long run. Time never runs backwards in it. A plain
 * value: every link has five of them, and every key that sends anything a few.
 */
export interface TokenBucket {
  readonly rate: Rate;
  tokens: number;
  last: number;
}

export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

export const createTokenBucket = (rate: Rate, start: Millis): TokenBucket => ({
  rate,
  tokens: rate.burst,
  last: start,
});

/** Takes `cost` tokens, or takes none and answers false. */
export const takeTokens = (bucket: TokenBucket, now: Millis, cost = 1): boolean => {
  const { burst, perSecond } = bucket.rate;
  if (now > bucket.last) bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.last) / 1000) * perSecond);
  bucket.last = now;
  if (bucket.tokens < cost) return false;
  bucket.tokens -= cost;
  return true;
};

/** Gives tokens back, for what turned out to be asked for. Never beyond the burst. */
export const refundTokens = (bucket: TokenBucket, cost: number): void => {
  bucket.tokens = Math.min(bucket.rate.burst, bucket.tokens + cost);
};

/** Token buckets by key, for at most `capacity` keys: the one untouched longest makes room, and starts afresh if it returns. */
export const createKeyedBuckets = (rate: Rate, capacity: number) => {
  const buckets = new Map<string, TokenBucket>();
  return {
    take: (key: string, now: Millis, cost = 1): boolean => {
      const bucket = buckets.get(key) ?? createTokenBucket(rate, now);
      buckets.delete(key);
      buckets.set(key, bucket);
      if (buckets.size > capacity) {
        const oldest = buckets.keys().next();
        if (!oldest.done) buckets.delete(oldest.value);
      }
      return takeTokens(bucket, now, cost);
    },
    size: () => buckets.size,
  };
};
