/**
 * The frames that wait for one link's stream, already prefixed and laid end to end, so that whatever was sent while a
 * write was under way leaves in the next one.
 */
import { lengthSize, writeLength } from '#adapters/framing/stream-frame.ts';

/** A block never grows beyond this by more than its last frame: one write stays short enough to see progress. */
const BLOCK_BYTES = 256 * 1024;
const FIRST_CAPACITY = 1_024;

export interface Outbox {
  /** Bytes that wait. */
  readonly length: number;
  /** Copies a frame with its prefix. */
  addFrame(frame: Uint8Array): void;
  /** Copies bytes as they are. */
  addRaw(bytes: Uint8Array): void;
  /** The oldest block, which is the caller's from now on; undefined when nothing waits. */
  take(): Uint8Array | undefined;
  clear(): void;
}

export const createOutbox = (): Outbox => {
  /** Full blocks, oldest first. */
  let full: Uint8Array[] = [];
  let block = new Uint8Array(0);
  let filled = 0;
  let waiting = 0;

  const makeRoom = (bytes: number): void => {
    if (filled > 0 && filled + bytes > BLOCK_BYTES) {
      full.push(block.subarray(0, filled));
      block = new Uint8Array(0);
      filled = 0;
    }
    if (filled + bytes <= block.length) return;
    const larger = new Uint8Array(Math.max(FIRST_CAPACITY, filled + bytes, block.length * 2));
    larger.set(block.subarray(0, filled));
    block = larger;
  };
  const addRaw = (bytes: Uint8Array): void => {
    makeRoom(bytes.length);
    block.set(bytes, filled);
    filled += bytes.length;
    waiting += bytes.length;
  };
  const addFrame = (frame: Uint8Array): void => {
    const size = lengthSize(frame.length) + frame.length;
    makeRoom(size);
    block.set(frame, writeLength(block, filled, frame.length));
    filled += size;
    waiting += size;
  };
  const take = (): Uint8Array | undefined => {
    let taken = full.shift();
    if (taken === undefined) {
      if (filled === 0) return undefined;
      taken = block.subarray(0, filled);
      block = new Uint8Array(0);
      filled = 0;
    }
    waiting -= taken.length;
    return taken;
  };
  const clear = (): void => {
    full = [];
    block = new Uint8Array(0);
    filled = 0;
    waiting = 0;
  };
  return {
    get length() {
      return waiting;
    },
    addFrame,
    addRaw,
    take,
    clear,
  };
};
