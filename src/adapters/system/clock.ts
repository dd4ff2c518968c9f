/** The Clock port over the platform's timers, in browsers and in Node. */
import type { Millis } from '#core/brand.ts';
import type { BoundedClock, Clock } from '#ports/clock.ts';

/**
 * The longest single sleep. Short enough that a wall clock that was set forward, or a machine that slept, delays a wake-up
 * by no more than this; also below the 2^31 ms at which timers overflow.
 */
const MAX_SLEEP_MS = 30_000;

/** Wall time: may jump. */
export const createSystemClock = (): Clock => createClock(() => Date.now());

/** Wall time, but never before what it is told, and later by as much as the steady clock went on since. */
export const createBoundedClock = (): BoundedClock => {
  let bound = Number.NEGATIVE_INFINITY;
  const least = (): number => bound + performance.now();
  return {
    ...createClock(() => Math.max(Date.now(), least())),
    notBefore: (at) => {
      bound = at - performance.now();
    },
    behind: () => Math.max(0, least() - Date.now()) as Millis,
  };
};

/** Milliseconds since the realm began, never backwards: for beats and time-outs, not for dates. */
export const createSteadyClock = (): Clock => createClock(() => performance.now());

const createClock = (read: () => number): Clock => ({
  now: () => read() as Millis,
  wakeAt: (at, callback) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let due: number = at;
    const sleep = (): void => {
      const armed = read();
      const length = Math.min(Math.max(due - armed, 0), MAX_SLEEP_MS);
      timer = setTimeout(() => {
        const now = read();
        // Somebody set the clock back: what is left to wait is not longer for it.
        if (now < armed) due = now + (due - armed - length);
        // Also early: timers may fire a fraction of a millisecond before their time.
        if (now < due) sleep();
        else callback();
      }, length);
    };
    sleep();
    return () => clearTimeout(timer);
  },
});
