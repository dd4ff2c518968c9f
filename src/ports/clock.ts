import type { Millis } from '#core/brand.ts';

export interface Clock {
  /** Wall time. May jump either way; the engine copes. */
  now(): Millis;
  /** Calls back once, not before `at`; returns a function that cancels. */
  wakeAt(at: Millis, callback: () => void): () => void;
}
