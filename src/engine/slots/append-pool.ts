/**
 * Runs of bytes or numbers of different lengths in one growing array. Freed runs stay as gaps until half of the array is
 * gaps; then the owner moves what is left into a new one (docs/decisions/0007-columnar-slot-store.md).
 */
export type PoolArray = Uint8Array | Uint32Array;

export interface AppendPool<A extends PoolArray> {
  /** Every run, with gaps between; only the first `used` elements mean something. Replaced when it grows. */
  readonly items: A;
  readonly used: number;
  /** Copies the run in and returns where it begins. */
  append(run: ArrayLike<number>): number;
  /** Counts a run as a gap. */
  release(length: number): void;
  /** True when more than half is gaps and moving is worth it. */
  isSparse(): boolean;
  /** Moves the runs that `move` names into a fresh array: it is called once with a function from old place to new. */
  compact(move: (relocate: (start: number, length: number) => number) => void): void;
}

const FIRST = 256;

export const createAppendPool = <A extends PoolArray>(allocate: (length: number) => A, from?: A): AppendPool<A> => {
  let items = from ?? allocate(FIRST);
  let used = from?.length ?? 0;
  let gaps = 0;

  const reserve = (length: number): void => {
    if (used + length <= items.length) return;
    const larger = allocate(Math.max(used + length, Math.ceil(items.length * 1.5), FIRST));
    larger.set(items.subarray(0, used));
    items = larger;
  };
  const append = (run: ArrayLike<number>): number => {
    reserve(run.length);
    const start = used;
    items.set(run, start);
    used += run.length;
    return start;
  };
  return {
    get items() {
      return items;
    },
    get used() {
      return used;
    },
    append,
    release: (length) => {
      gaps += length;
    },
    isSparse: () => gaps > FIRST && gaps * 2 > used,
    compact: (move) => {
      const old = items;
      items = allocate(Math.max(FIRST, used - gaps));
      used = 0;
      gaps = 0;
      move((start, length) => append(old.subarray(start, start + length)));
    },
  };
};
