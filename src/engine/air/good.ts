/** One thing that may be put on the air, and when it was there last, from here or from others. */
import type { Millis } from '#core/brand.ts';

export interface Good {
  /** From then on it is owed to somebody who lacks it; undefined where nobody does. */
  dueAt: Millis | undefined;
  /** Of what never was on the air, some time ago: what came together is not repeated together. */
  airedAt: Millis;
  /** How often since somebody lacked it. */
  rounds: number;
}

/** Of which it is remembered that they sent it. */
export const MAX_SENDERS = 8;

/** `chance`: 0 to 1. */
export const freshGood = (now: Millis, chance: number): Good => ({
  dueAt: undefined,
  airedAt: (now - chance * FIRST_PAUSE) as Millis,
  rounds: 0,
});

export const wasAired = (good: Good, now: Millis): void => {
  good.dueAt = undefined;
  good.airedAt = now;
  good.rounds++;
};

/** Somebody lacks it; asked for twice, the earlier time counts. */
export const isLacked = (good: Good, at: Millis): void => {
  good.dueAt = Math.min(at, good.dueAt ?? at) as Millis;
  good.rounds = 0;
};

/** What nobody asks for is repeated after this, and then ever more seldom: for those who listen and cannot say what they lack. */
const FIRST_PAUSE = 3_600_000;
const MAX_DOUBLINGS = 4;

/** Until then it rests, where nobody lacks it. `weight`: 2 rests half as long. */
export const restsUntil = (good: Good, weight: number): Millis => {
  const pause = FIRST_PAUSE * 2 ** Math.min(good.rounds, MAX_DOUBLINGS);
  return (good.airedAt + pause / weight) as Millis;
};
