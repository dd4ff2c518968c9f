/** The first `capacity` of many slots in the order of a search: a bounded binary max-heap over typed arrays. */
export interface TopSlots {
  /**
   * Whether a slot would be among the first. Of equal slots the one that was offered first stays: rows are offered in
   * ascending order, so pages never overlap.
   */
  admits(major: number, minor: number): boolean;
  /** Takes a slot that was just admitted. */
  add(major: number, minor: number, row: number): void;
  sorted(): TopSlot[];
}

export interface TopSlot {
  readonly major: number;
  readonly minor: number;
  readonly row: number;
}

export const createTopSlots = (capacity: number): TopSlots => {
  const majors = new Float64Array(capacity);
  const minors = new Float64Array(capacity);
  const rows = new Int32Array(capacity);
  let size = 0;

  const isAfter = (major: number, minor: number, row: number, at: number): boolean => {
    const otherMajor = majors[at] ?? 0;
    if (major !== otherMajor) return major > otherMajor;
    const otherMinor = minors[at] ?? 0;
    return minor !== otherMinor ? minor > otherMinor : row > (rows[at] ?? 0);
  };
  const put = (at: number, major: number, minor: number, row: number): void => {
    majors[at] = major;
    minors[at] = minor;
    rows[at] = row;
  };
  const move = (from: number, to: number): void => put(to, majors[from] ?? 0, minors[from] ?? 0, rows[from] ?? 0);

  const append = (major: number, minor: number, row: number): void => {
    let at = size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isAfter(major, minor, row, parent)) break;
      move(parent, at);
      at = parent;
    }
    put(at, major, minor, row);
  };
  const replaceLast = (major: number, minor: number, row: number): void => {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      const right = child + 1;
      if (right < size && isAfter(majors[right] ?? 0, minors[right] ?? 0, rows[right] ?? 0, child)) child = right;
      if (isAfter(major, minor, row, child)) break;
      move(child, at);
      at = child;
    }
    put(at, major, minor, row);
  };
  return {
    admits: (major, minor) => {
      if (size < capacity) return true;
      if (capacity === 0) return false;
      const last = majors[0] ?? 0;
      return major < last || (major === last && minor < (minors[0] ?? 0));
    },
    add: (major, minor, row) => (size < capacity ? append(major, minor, row) : replaceLast(major, minor, row)),
    sorted: () =>
      Array.from({ length: size }, (_, at) => ({
        major: majors[at] ?? 0,
        minor: minors[at] ?? 0,
        row: rows[at] ?? 0,
      })).sort((a, b) => a.major - b.major || a.minor - b.minor || a.row - b.row),
  };
};
