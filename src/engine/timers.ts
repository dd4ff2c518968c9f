import type { Millis } from '#core/brand.ts';

/** Named timers in whole milliseconds. A name has at most one due time; setting it again moves it. The engine fires what is due in each step. */
export interface Timers {
  set(name: string, at: Millis, fire: () => void): void;
  /** Like `set`, but never later than the timer already is. */
  atLatest(name: string, at: Millis, fire: () => void): void;
  cancel(name: string): void;
  /** The clock was set back by so much: what waits does not wait longer for it. Whoever is woken looks at the time itself. */
  bringForward(by: number): void;
  /** The earliest due time, or undefined when nothing waits. */
  next(): Millis | undefined;
  /** Fires everything due at `now`, earliest first, then by name, so that a replay has the same order. */
  fireDue(now: Millis): void;
  readonly size: number;
}

interface Timer {
  readonly at: Millis;
  readonly fire: () => void;
}

export const createTimers = (): Timers => {
  const timers = new Map<string, Timer>();
  /** Nothing is due before this; it may be too early, never too late. Most steps look no further. */
  let quietUntil = Number.POSITIVE_INFINITY;
  const set = (name: string, at: Millis, fire: () => void): void => {
    const due = Math.ceil(at) as Millis;
    timers.set(name, { at: due, fire });
    quietUntil = Math.min(quietUntil, due);
  };
  return {
    set,
    atLatest: (name, at, fire) => {
      const present = timers.get(name);
      if (present === undefined || present.at > at) set(name, at, fire);
    },
    cancel: (name) => {
      timers.delete(name);
    },
    bringForward: (by) => {
      for (const [name, { at, fire }] of timers) timers.set(name, { at: (at - by) as Millis, fire });
      quietUntil -= by;
    },
    next: () => {
      let earliest: Millis | undefined;
      for (const { at } of timers.values()) if (earliest === undefined || at < earliest) earliest = at;
      quietUntil = earliest ?? Number.POSITIVE_INFINITY;
      return earliest;
    },
    fireDue: (now) => {
      if (now < quietUntil) return;
      const due = [...timers]
        .filter(([, timer]) => timer.at <= now)
        .sort(([nameA, a], [nameB, b]) => a.at - b.at || (nameA < nameB ? -1 : 1));
      for (const [name, timer] of due) {
        if (timers.get(name) !== timer) continue;
        timers.delete(name);
        timer.fire();
      }
    },
    get size() {
      return timers.size;
    },
  };
};
