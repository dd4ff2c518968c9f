import type { Millis } from '#core/brand.ts';

const FIRST = 500;
const LONGEST = 60_000;

/**
 * How long to wait before the attempt after `attempt` failed ones: exponential with full jitter between a quarter and the
 * whole of the step, so that a relay that comes back is not met by everybody at once. The one place that knows backoff.
 */
export const backoff = (attempt: number, fraction: number): Millis => {
  const step = Math.min(LONGEST, FIRST * 2 ** Math.min(Math.max(attempt - 1, 0), 16));
  return Math.round(step * (0.25 + 0.75 * fraction)) as Millis;
};

/**
 * How long those that still wait do so at most when another relay is reached again: that the network is back is news for all of
 * them, and a relay is not met by everybody at once either.
 */
export const backoffWhenReached = (fraction: number): Millis => Math.round(FIRST + 4 * FIRST * fraction) as Millis;
