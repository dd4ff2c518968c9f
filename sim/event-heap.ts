/**
 * The simulator's queue of what will happen: a 4-ary heap by time, and by the order of adding where times are equal, so that
 * the same seed plays the same way. (A heap of four children touches fewer cache lines than one of two: LaMarca & Ladner,
 * "The influence of caches on the performance of heaps", 1996.)
 */
export interface EventHeap {
  /** `at`: milliseconds of virtual time. */
  push(at: number, run: HeapAction): void;
  /** Takes the earliest out; undefined when nothing waits. Its time is what `next` was. */
  pop(): HeapAction | undefined;
  /** When the earliest is due; infinity when nothing waits. */
  readonly next: number;
  readonly size: number;
}

/** A promise is awaited before time goes on: crypto that a thread pool works on. */
export type HeapAction = () => undefined | Promise<void>;

const CHILDREN = 4;

/** Three columns instead of entries: the times of thousands of events are compared without one object for each. */
export const createEventHeap = (): EventHeap => {
  let times = new Float64Array(1_024);
  let orders = new Float64Array(1_024);
  const actions: (HeapAction | undefined)[] = [];
  let size = 0;
  let order = 0;

  const grow = (): void => {
    const [before, ranks] = [times, orders];
    times = new Float64Array(2 * before.length);
    orders = new Float64Array(2 * before.length);
    times.set(before);
    orders.set(ranks);
  };
  const put = (index: number, at: number, rank: number, run: HeapAction | undefined): void => {
    times[index] = at;
    orders[index] = rank;
    actions[index] = run;
  };
  const move = (from: number, to: number): void => {
    times[to] = times[from] ?? 0;
    orders[to] = orders[from] ?? 0;
    actions[to] = actions[from];
  };
  const isBefore = (at: number, rank: number, other: number): boolean => {
    const time = times[other] ?? 0;
    return at < time || (at === time && rank < (orders[other] ?? 0));
  };

  const rise = (from: number, at: number, rank: number, run: HeapAction): void => {
    let index = from;
    while (index > 0) {
      const above = (index - 1) >> 2;
      if (!isBefore(at, rank, above)) break;
      move(above, index);
      index = above;
    }
    put(index, at, rank, run);
  };

  const earliestChild = (first: number): number => {
    const end = first + CHILDREN < size ? first + CHILDREN : size;
    let best = first;
    for (let child = first + 1; child < end; child++) {
      if (isBefore(times[child] ?? 0, orders[child] ?? 0, best)) best = child;
    }
    return best;
  };

  const sink = (at: number, rank: number, run: HeapAction | undefined): void => {
    let index = 0;
    for (let first = 1; first < size; first = index * CHILDREN + 1) {
      const below = earliestChild(first);
      if (isBefore(at, rank, below)) break;
      move(below, index);
      index = below;
    }
    put(index, at, rank, run);
  };

  return {
    push: (at, run) => {
      if (size === times.length) grow();
      rise(size++, at, order++, run);
    },
    pop: () => {
      if (size === 0) return undefined;
      const top = actions[0];
      size--;
      const [at = 0, rank = 0, last] = [times[size], orders[size], actions[size]];
      actions[size] = undefined;
      if (size > 0) sink(at, rank, last);
      return top;
    },
    get next() {
      return size > 0 ? (times[0] ?? 0) : Number.POSITIVE_INFINITY;
    },
    get size() {
      return size;
    },
  };
};
