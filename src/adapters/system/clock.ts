/** The Clock port over the platform's timers, in browsers and in Node. */
import type { Millis } from '#core/brand.ts';
import type { Clock } from '#ports/clock.ts';

/**
 * The longest single sleep. Short enough that a wall clock that was set forward, or a machine that slept, delays a wake-up
 * by no more than this; also below the 2^31 ms at which timers overflow.
 */
const MAX_SLEEP_MS = 30_000;

/** Wall time: may jump. */
export const createSystemClock = (): Clock => createClock(() => Date.now());

/** Milliseconds since the realm began, never backwards: for beats and time-outs, not for dates. */
export const createSteadyClock = (): Clock => createClock(() => performance.now());

const createClock = (read: () => number): Clock => ({
  now: () => read() as Millis,
  wakeAt: (at, callback) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const sleep = (): void => {
      const left = at - read();
      timer = setTimeout(left > MAX_SLEEP_MS ? sleep : wake, Math.min(Math.max(left, 0), MAX_SLEEP_MS));
    };
    // Timers may fire a fraction of a millisecond early.
    const wake = (): void => (read() < at ? sleep() : callback());
    sleep();
    return () => clearTimeout(timer);
  },
});
