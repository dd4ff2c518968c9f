/**
 * How fast frames follow each other on this channel, as it is heard: nobody else says here how long one takes. From it follows how
 * long a silence must be before whoever sends in turn is done.
 */
import type { Millis } from '#core/brand.ts';

export interface Pace {
  /** A frame of a series came. */
  heard(now: Millis): void;
  /** So many milliseconds after the last one no other follows. */
  quiet(): number;
  /** When the last one came; minus infinity: never. */
  heardAt(): number;
  clear(): void;
}

/** Before two frames were heard. */
const UNKNOWN = 5_000;
/** Two of a series may be lost. */
const FRAMES_OF_SILENCE = 3;
const LEAST_QUIET = 3_000;
const MOST_QUIET = 30_000;
/** A gap so long is none between two frames of a series. */
const LONGEST_GAP = 20_000;
/** How fast a short gap is forgotten. */
const DRIFT = 1.1;

export const createPace = (): Pace => {
  let gap: number | undefined;
  let at = Number.NEGATIVE_INFINITY;
  return {
    heard: (now) => {
      const passed = now - at;
      at = now;
      if (passed > 0 && passed < LONGEST_GAP) gap = Math.min(passed, (gap ?? passed) * DRIFT);
    },
    quiet: () => Math.min(Math.max((gap ?? UNKNOWN) * FRAMES_OF_SILENCE, LEAST_QUIET), MOST_QUIET),
    heardAt: () => at,
    clear: () => {
      gap = undefined;
      at = Number.NEGATIVE_INFINITY;
    },
  };
};
