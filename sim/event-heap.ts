/**
 * The simulator's queue of what will happen: a 4-ary heap by time, and by the order of adding where times are equal, so that
 * the same seed plays the same way. (A heap of four children touches fewer cache lines than one of two: LaMarca & Ladner,
 * "The influence of caches on the performance of heaps", 1996.)
 */
export interface EventHeap {
  /** `at`: milliseconds of virtual time. */
  push(at: number, run: HeapAction): void;
  /** Takes the earliest out; undefined when nothing waits. */
  pop(): HeapEntry | undefined;
  /** When the earliest is due; infinity when nothing waits. */
  readonly next: number;
  readonly size: number;
}

/** A promise is awaited before time goes on: crypto that a thread pool works on. */
export type HeapAction = () => undefined | Promise<void>;

export interface HeapEntry {
  readonly at: number;
  readonly order: number;
  readonly run: HeapAction;
}

const CHILDREN = 4;

const isBefore = (a: HeapEntry, b: HeapEntry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

export const createEventHeap = (): EventHeap => {
  const entries: HeapEntry[] = [];
  let order = 0;

  const rise = (from: number, entry: HeapEntry): void => {
    let index = from;
    while (index > 0) {
      const above = Math.floor((index - 1) / CHILDREN);
      const parent = entries[above];
      if (parent === undefined || !isBefore(entry, parent)) break;
      entries[index] = parent;
      index = above;
    }
    entries[index] = entry;
  };

  const earliestChild = (index: number): number => {
    const first = index * CHILDREN + 1;
    let best = first;
    for (let child = first + 1; child < Math.min(first + CHILDREN, entries.length); child++) {
      const [one, other] = [entries[child], entries[best]];
      if (one !== undefined && other !== undefined && isBefore(one, other)) best = child;
    }
    return best;
  };

  const sink = (entry: HeapEntry): void => {
    let index = 0;
    for (;;) {
      const below = earliestChild(index);
      const child = entries[below];
      if (child === undefined || !isBefore(child, entry)) break;
      entries[index] = child;
      index = below;
    }
    entries[index] = entry;
  };

  return {
    push: (at, run) => {
      const entry: HeapEntry = { at, order: order++, run };
      entries.push(entry);
      rise(entries.length - 1, entry);
    },
    pop: () => {
      const [top] = entries;
      const last = entries.pop();
      if (last !== undefined && entries.length > 0) sink(last);
      return top;
    },
    get next() {
      return entries[0]?.at ?? Number.POSITIVE_INFINITY;
    },
    get size() {
      return entries.length;
    },
  };
};
