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
  /** Nothing is due before this. Where `isExact` does not hold it may be too early, never too late. */
  let earliest = Number.POSITIVE_INFINITY;
  let isExact = true;
  const set = (name: string, at: Millis, fire: () => void): void => {
    const due = Math.ceil(at) as Millis;
    // What was the earliest moves: to a later time, and perhaps another one is the earliest now.
    if (timers.get(name)?.at === earliest) isExact = false;
    timers.set(name, { at: due, fire });
    if (due > earliest) return;
    earliest = due;
    isExact = true;
  };
  /** Every step asks for it, and few change it. */
  const find = (): number => {
    if (isExact) return earliest;
    earliest = Number.POSITIVE_INFINITY;
    for (const { at } of timers.values()) if (at < earliest) earliest = at;
    isExact = true;
    return earliest;
  };
  return {
    set,
    atLatest: (name, at, fire) => {
      const present = timers.get(name);
      if (present === undefined || present.at > at) set(name, at, fire);
    },
    cancel: (name) => {
      if (timers.get(name)?.at === earliest) isExact = false;
      timers.delete(name);
    },
    bringForward: (by) => {
      for (const [name, { at, fire }] of timers) timers.set(name, { at: (at - by) as Millis, fire });
      earliest -= by;
    },
    next: () => {
      const at = find();
      return at === Number.POSITIVE_INFINITY ? undefined : (at as Millis);
    },
    fireDue: (now) => {
      if (now < earliest) return;
      const due: [string, Timer][] = [];
      for (const entry of timers) if (entry[1].at <= now) due.push(entry);
      isExact = false;
      if (due.length > 1) due.sort(([nameA, a], [nameB, b]) => a.at - b.at || (nameA < nameB ? -1 : 1));
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
