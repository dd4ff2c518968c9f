import type { Reception } from '#sim/ether/ether.ts';

/**
 * What runs on something that is plugged in: bytes in at a time, bytes out. It has no clock: `now` is milliseconds, never less
 * than the call before; when `next` is due somebody calls `advance`.
 */
export interface Firmware {
  write(bytes: Uint8Array, now: number): void;
  /** Its radio received a frame. */
  hear(reception: Reception, now: number): void;
  advance(now: number): void;
  /** What it wrote since it was asked last. */
  take(): Uint8Array;
  /** Starts from the beginning, as after a reset. */
  restart(now: number): void;
  /** Loses its power, or is held in reset. */
  stop(now: number): void;
  readonly next: number;
}
