import type { Millis } from '#core/brand.ts';

export interface Clock {
  /** Wall time. May jump either way; the engine copes. */
  now(): Millis;
  /**
   * Calls back once, not before `at`, or when as much time has passed as was left until then, should the clock have been set
   * back meanwhile; returns a function that cancels.
   */
  wakeAt(at: Millis, callback: () => void): () => void;
}

/** Wall time that can be told what time it is at least. */
export interface BoundedClock extends Clock {
  /** It is not before this now, and later as time passes; 0: nobody knows. What was said before no longer holds. */
  notBefore(at: Millis): void;
  /** How far the device's clock is behind that at least; 0 where it is not. */
  behind(): Millis;
}
