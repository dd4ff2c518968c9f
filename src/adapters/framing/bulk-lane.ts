/**
 * The frames of one link that may wait for all others (`Lane` in src/ports/transport.ts), already prefixed. They are handed to the
 * stream in blocks that it takes in a few milliseconds, so that a frame that somebody waits for never stands behind
 * more than that: the limit follows the line, as dynamic queue limits do (BQL/DQL in Linux's network stack).
 */
import { lengthSize, writeLength } from '#adapters/framing/stream-frame.ts';

/** A block that took less than this may be larger the next time, one that took more than the other must be smaller. */
const QUICK_MS = 5;
const SLOW_MS = 20;
const MIN_BLOCK_BYTES = 2 * 1024;
const MAX_BLOCK_BYTES = 256 * 1024;
const FIRST_BLOCK_BYTES = 16 * 1024;

export interface BulkLane {
  /** Bytes that wait. */
  readonly length: number;
  /** Copies a frame with its prefix. */
  add(frame: Uint8Array): void;
  /** The oldest frames, at least one and no more than the line is known to take at once; undefined when none waits. */
  take(): Uint8Array | undefined;
  /** The block of the last `take` has left, after so many milliseconds. */
  left(milliseconds: number): void;
  /** All that waits, laid end to end. */
  takeAll(): Uint8Array;
  clear(): void;
}

export const createBulkLane = (): BulkLane => {
  let frames: Uint8Array[] = [];
  /** Those before it have left. */
  let next = 0;
  let waiting = 0;
  let limit = FIRST_BLOCK_BYTES;
  let last = 0;

  const takeUpTo = (most: number): Uint8Array => {
    const first = next;
    let bytes = 0;
    for (; next < frames.length; next++) {
      const size = frames[next]?.length ?? 0;
      if (next > first && bytes + size > most) break;
      bytes += size;
    }
    const block = new Uint8Array(bytes);
    let at = 0;
    for (const frame of frames.slice(first, next)) {
      block.set(frame, at);
      at += frame.length;
    }
    waiting -= bytes;
    // Those that have left go, but not one by one: that would move all the others each time.
    if (next > frames.length / 2) {
      frames = frames.slice(next);
      next = 0;
    }
    return block;
  };
  return {
    get length() {
      return waiting;
    },
    add: (frame) => {
      const prefix = lengthSize(frame.length);
      const framed = new Uint8Array(prefix + frame.length);
      framed.set(frame, writeLength(framed, 0, frame.length));
      frames.push(framed);
      waiting += framed.length;
    },
    take: () => {
      if (waiting === 0) return undefined;
      const block = takeUpTo(limit);
      last = block.length;
      return block;
    },
    left: (milliseconds) => {
      // A block that was not full says nothing about a larger one.
      if (milliseconds < QUICK_MS && last >= limit / 2) limit = Math.min(MAX_BLOCK_BYTES, limit * 2);
      else if (milliseconds > SLOW_MS) limit = Math.max(MIN_BLOCK_BYTES, limit / 2);
    },
    takeAll: () => takeUpTo(Number.POSITIVE_INFINITY),
    clear: () => {
      frames = [];
      next = 0;
      waiting = 0;
    },
  };
};
