import type { Millis } from '#core/brand.ts';

/**
 * How long the way to a peer and back takes, and how often nothing comes back. Smoothed as RFC 6298 section 2 does (alpha
 * 1/8, beta 1/4); the 99th percentile is exact over the last samples. Values that are never changed: a sample makes a new one,
 * and the many peers that were never measured share one.
 */
export interface RoundTrips extends SavedRoundTrips {
  /** The last samples, the newest at the end; none since the start of the program when it is empty. */
  readonly window: readonly number[];
}

/** What outlives a restart: the averages; the window begins anew. */
export interface SavedRoundTrips {
  /** SRTT; undefined before the first sample. */
  readonly smoothed: Millis | undefined;
  /** RTTVAR; undefined before the first sample. */
  readonly variation: Millis | undefined;
  /** The share of attempts that were lost, 0 to 1, the recent ones weighing most. */
  readonly lossRate: number;
}

/** Samples over which the percentile is taken. */
export const TRIP_WINDOW = 128;
const ALPHA = 1 / 8;
const BETA = 1 / 4;
const LOSS_GAIN = 1 / 8;

export const UNMEASURED: RoundTrips = { smoothed: undefined, variation: undefined, lossRate: 0, window: [] };

/** With one measured round trip more. What no clock can have measured (negative, not finite) is no sample. */
export const withTrip = (roundTrips: RoundTrips, trip: Millis): RoundTrips => {
  if (!Number.isFinite(trip) || trip < 0) return roundTrips;
  const { smoothed, variation } = roundTrips;
  const window = [...roundTrips.window.slice(1 - TRIP_WINDOW), trip];
  if (smoothed === undefined || variation === undefined)
    return { ...roundTrips, smoothed: trip, variation: (trip / 2) as Millis, window };
  return {
    ...roundTrips,
    variation: (variation + BETA * (Math.abs(smoothed - trip) - variation)) as Millis,
    smoothed: (smoothed + ALPHA * (trip - smoothed)) as Millis,
    window,
  };
};

/** After one attempt: was it lost? */
export const withLoss = (roundTrips: RoundTrips, lost: boolean): RoundTrips => {
  const lossRate = roundTrips.lossRate + LOSS_GAIN * ((lost ? 1 : 0) - roundTrips.lossRate);
  return lossRate === roundTrips.lossRate ? roundTrips : { ...roundTrips, lossRate };
};

/** The smallest of the last samples that 99 in 100 of them do not exceed; undefined when there is none since the start. */
export const p99Of = ({ window }: RoundTrips): Millis | undefined => {
  const sorted = [...window].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.99) - 1] as Millis | undefined;
};
