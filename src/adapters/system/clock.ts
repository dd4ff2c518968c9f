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
      timer = setTimeout(look, Math.min(Math.max(at - read(), 0), MAX_SLEEP_MS));
    };
    // Also early: timers may fire a fraction of a millisecond before their time.
    const look = (): void => (read() < at ? sleep() : callback());
    sleep();
    return () => clearTimeout(timer);
  },
});
