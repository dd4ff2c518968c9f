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
