import type { Millis } from '#core/brand.ts';

/** A token bucket (RFC 2697's idea): `burst` at once, `perSecond` in the long run. Time never runs backwards in it. */
export interface TokenBucket {
  /** Takes `cost` tokens, or takes none and answers false. */
  take(now: Millis, cost?: number): boolean;
  /** Gives tokens back, for what turned out to be asked for. Never beyond the burst. */
  refund(cost: number): void;
}

export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

export const createTokenBucket = (rate: Rate, start: Millis): TokenBucket => {
  let tokens = rate.burst;
  let last: number = start;
  return {
    take: (now, cost = 1) => {
      if (now > last) tokens = Math.min(rate.burst, tokens + ((now - last) / 1000) * rate.perSecond);
      last = now;
      if (tokens < cost) return false;
      tokens -= cost;
      return true;
    },
    refund: (cost) => {
      tokens = Math.min(rate.burst, tokens + cost);
    },
  };
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
      return bucket.take(now, cost);
    },
    size: () => buckets.size,
  };
};
