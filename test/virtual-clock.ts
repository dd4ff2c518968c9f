import type { Millis } from '#core/brand.ts';
import type { Clock } from '#ports/clock.ts';

/**
 * Time that stands still until a test moves it. `run` fires timers in order and, between them, lets real promises (crypto,
 * store) finish, so that a test never waits on the machine's clock.
 */
export interface VirtualClock extends Clock {
  /** Moves on by `duration`, firing what falls due. */
  run(duration: number): Promise<void>;
  /** Moves on until `condition` holds, at most `limit` milliseconds of virtual time; throws when it never does. */
  until(condition: () => boolean, limit?: number): Promise<void>;
  /** Time stands still while `pending` answers more than zero: crypto that a thread pool still works on. */
  watch(pending: () => number): void;
  /**
   * Jumps without firing anything in between: on, as a machine that slept; back, as a clock that somebody set, while what
   * waits goes on waiting as long as it would have.
   */
  jump(duration: number): void;
}

interface Timer {
  at: number;
  readonly order: number;
  readonly callback: () => void;
}

const task = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const createVirtualClock = (start = Date.UTC(2026, 10, 23, 9, 0)): VirtualClock => {
  let now = start;
  let order = 0;
  const timers = new Set<Timer>();
  const watched: (() => number)[] = [];
  /** Lets every promise that is ready, all crypto that is under way, and what follows from both, run to its end. */
  const drain = async (): Promise<void> => {
    do {
      for (let i = 0; i < 3; i++) await task();
    } while (watched.some((pending) => pending() > 0));
  };
  const earliest = (): Timer | undefined =>
    [...timers].reduce<Timer | undefined>(
      (best, timer) =>
        best === undefined || timer.at < best.at || (timer.at === best.at && timer.order < best.order) ? timer : best,
      undefined,
    );

  const until = async (condition: () => boolean, limit = 60_000): Promise<void> => {
    const end = now + limit;
    let idle = 0;
    while (!condition()) {
      await drain();
      const next = earliest();
      if (next !== undefined && next.at <= end) {
        idle = 0;
        timers.delete(next);
        now = Math.max(now, next.at);
        next.callback();
      } else if (++idle > 200) {
        throw new Error(`not within ${limit} ms of virtual time`);
      }
    }
    await drain();
  };

  return {
    now: () => now as Millis,
    wakeAt: (at, callback) => {
      const timer: Timer = { at, order: order++, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    run: async (duration) => {
      const end = now + duration;
      for (;;) {
        await drain();
        const next = earliest();
        if (next === undefined || next.at > end) break;
        timers.delete(next);
        now = Math.max(now, next.at);
        next.callback();
      }
      now = Math.max(now, end);
      await drain();
    },
    until,
    watch: (pending) => {
      watched.push(pending);
    },
    jump: (duration) => {
      now += duration;
      if (duration < 0) for (const timer of timers) timer.at += duration;
    },
  };
};
