/** The first `capacity` of many slots in the order of a search, as a bounded binary max-heap over typed arrays. */
export interface TopSlots {
  offer(distance: number, start: number, row: number): void;
  sorted(): { readonly distance: number; readonly start: number; readonly row: number }[];
}

export const createTopSlots = (capacity: number, order: 'distance' | 'time'): TopSlots => {
  const distances = new Float64Array(capacity);
  const starts = new Float64Array(capacity);
  const rows = new Int32Array(capacity);
  const byTime = order === 'time';
  let size = 0;

  /** Does the slot come after the one at `at`? */
  const isAfter = (distance: number, start: number, row: number, at: number): boolean => {
    const firstA = byTime ? start : distance;
    const firstB = (byTime ? starts[at] : distances[at]) ?? 0;
    if (firstA !== firstB) return firstA > firstB;
    const secondA = byTime ? distance : start;
    const secondB = (byTime ? distances[at] : starts[at]) ?? 0;
    return secondA !== secondB ? secondA > secondB : row > (rows[at] ?? 0);
  };
  const put = (at: number, distance: number, start: number, row: number): void => {
    distances[at] = distance;
    starts[at] = start;
    rows[at] = row;
  };
  const move = (from: number, to: number): void => put(to, distances[from] ?? 0, starts[from] ?? 0, rows[from] ?? 0);

  const siftUp = (distance: number, start: number, row: number): void => {
    let at = size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isAfter(distance, start, row, parent)) break;
      move(parent, at);
      at = parent;
    }
    put(at, distance, start, row);
  };
  const replaceLast = (distance: number, start: number, row: number): void => {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      const right = child + 1;
      if (right < size && isAfter(distances[right] ?? 0, starts[right] ?? 0, rows[right] ?? 0, child)) child = right;
      if (isAfter(distance, start, row, child)) break;
      move(child, at);
      at = child;
    }
    put(at, distance, start, row);
  };

  return {
    offer: (distance, start, row) => {
      if (size < capacity) siftUp(distance, start, row);
      else if (capacity > 0 && !isAfter(distance, start, row, 0)) replaceLast(distance, start, row);
    },
    sorted: () => {
      const all = Array.from({ length: size }, (_, at) => ({
        distance: distances[at] ?? 0,
        start: starts[at] ?? 0,
        row: rows[at] ?? 0,
      }));
      const [major, minor] = byTime ? (['start', 'distance'] as const) : (['distance', 'start'] as const);
      return all.sort((a, b) => a[major] - b[major] || a[minor] - b[minor] || a.row - b.row);
    },
  };
};
