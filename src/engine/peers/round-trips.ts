import type { Millis } from '#core/brand.ts';

/**
 * How long the way to a peer and back takes, and how often nothing comes back. Smoothed as RFC 6298 section 2 does (alpha
 * 1/8, beta 1/4); the 99th percentile is exact over the last samples.
 */
export interface RoundTrips {
  /** Takes one measured round trip. What no clock can have measured (negative, not finite) is no sample. */
  sample(trip: Millis): void;
  /** One attempt: was it lost? */
  loss(lost: boolean): void;
  /** SRTT; undefined before the first sample. */
  readonly smoothed: Millis | undefined;
  /** RTTVAR; undefined before the first sample. */
  readonly variation: Millis | undefined;
  /** The smallest of the last samples that 99 in 100 of them do not exceed; undefined when there is none since the start. */
  p99(): Millis | undefined;
  /** The share of attempts that were lost, 0 to 1, the recent ones weighing most. */
  readonly lossRate: number;
  save(): SavedRoundTrips;
}

/** What outlives a restart: the averages; the window begins anew. */
export interface SavedRoundTrips {
  readonly smoothed: Millis | undefined;
  readonly variation: Millis | undefined;
  readonly lossRate: number;
}

/** Samples over which the percentile is taken. */
export const TRIP_WINDOW = 128;
const ALPHA = 1 / 8;
const BETA = 1 / 4;
const LOSS_GAIN = 1 / 8;

export const createRoundTrips = (saved?: SavedRoundTrips): RoundTrips => {
  let smoothed: number | undefined = saved?.smoothed;
  let variation: number | undefined = saved?.variation;
  let lossRate = saved?.lossRate ?? 0;
  /** A ring: `next` is the oldest once it is full. */
  const window: number[] = [];
  let next = 0;
  return {
    sample: (trip) => {
      if (!Number.isFinite(trip) || trip < 0) return;
      window[next] = trip;
      next = (next + 1) % TRIP_WINDOW;
      if (smoothed === undefined || variation === undefined) {
        smoothed = trip;
        variation = trip / 2;
        return;
      }
      variation += BETA * (Math.abs(smoothed - trip) - variation);
      smoothed += ALPHA * (trip - smoothed);
    },
    loss: (lost) => {
      lossRate += LOSS_GAIN * ((lost ? 1 : 0) - lossRate);
    },
    get smoothed() {
      return smoothed as Millis | undefined;
    },
    get variation() {
      return variation as Millis | undefined;
    },
    p99: () => {
      const sorted = [...window].sort((a, b) => a - b);
      return sorted[Math.ceil(sorted.length * 0.99) - 1] as Millis | undefined;
    },
    get lossRate() {
      return lossRate;
    },
    save: () => ({ smoothed: smoothed as Millis | undefined, variation: variation as Millis | undefined, lossRate }),
  };
};
