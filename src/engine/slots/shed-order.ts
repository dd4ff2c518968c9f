/**
 * In which order rows give way when the store is full: lowest trust first, then the oldest issue. A binary heap of
 * numbers, each rank and row in one; entries whose row has changed since are skipped, not searched for.
 */
export interface ShedOrder {
  /** Notes a row's current rank. */
  note(row: number): void;
  /** The row with the lowest rank, or -1. It stays the lowest until the caller frees it or its rank changes. */
  lowest(): number;
}

const ROWS = 2 ** 20;
export const MAX_ROWS = ROWS - 1;

/** Trust in the high bits, issue minute (24 bits) below: the higher stays. */
export const shedRank = (trust: number, issued: number): number => trust * 2 ** 24 + issued;

/** `rankOf` answers -1 for a free row; `high` is how many rows there are. */
export const createShedOrder = (rankOf: (row: number) => number, high: () => number): ShedOrder => {
  let heap: number[] = [];
  let rows = 0;

  const siftUp = (from: number): void => {
    let at = from;
    const value = heap[at] ?? 0;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] ?? 0;
      if (above <= value) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = value;
  };
  const siftDown = (from: number): void => {
    let at = from;
    const value = heap[at] ?? 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && (heap[child + 1] ?? 0) < (heap[child] ?? 0)) child++;
      const below = heap[child] ?? 0;
      if (below >= value) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = value;
  };
  const rebuild = (): void => {
    heap = [];
    for (let row = 0; row < high(); row++) {
      const rank = rankOf(row);
      if (rank >= 0) heap.push(rank * ROWS + row);
    }
    rows = heap.length;
    for (let at = (heap.length >> 1) - 1; at >= 0; at--) siftDown(at);
  };
  const pop = (): void => {
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    heap[0] = last;
    siftDown(0);
  };
  rebuild();
  return {
    note: (row) => {
      if (heap.length > 2 * rows + ROWS / 1024) rebuild();
      heap.push(rankOf(row) * ROWS + row);
      siftUp(heap.length - 1);
    },
    lowest: () => {
      for (;;) {
        const top = heap[0];
        if (top === undefined) return -1;
        const row = top % ROWS;
        if (rankOf(row) === (top - row) / ROWS) return row;
        pop();
      }
    },
  };
};
