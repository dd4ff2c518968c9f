/**
 * The first `capacity` of many slots in the order of a search: a bounded binary max-heap over typed arrays, its root the
 * last of them. Plain functions over plain state: closures made anew for each search would not be compiled into its loop.
 */
export interface TopSlots {
  readonly capacity: number;
  readonly majors: Float64Array;
  readonly minors: Float64Array;
  readonly rows: Int32Array;
  size: number;
}

export interface TopSlot {
  readonly major: number;
  readonly minor: number;
  readonly row: number;
}

export const createTopSlots = (capacity: number): TopSlots => ({
  capacity,
  majors: new Float64Array(capacity),
  minors: new Float64Array(capacity),
  rows: new Int32Array(capacity),
  size: 0,
});

/** No slot whose major value is above this one is admitted. */
export const worstMajor = ({ size, capacity, majors }: TopSlots): number =>
  size < capacity ? Number.POSITIVE_INFINITY : (majors[0] ?? Number.NEGATIVE_INFINITY);

/**
 * Whether a slot would be among the first. Of equal slots the one that was offered first stays: rows are offered in
 * ascending order, so pages never overlap.
 */
export const admits = (top: TopSlots, major: number, minor: number): boolean => {
  if (top.size < top.capacity) return true;
  if (top.capacity === 0) return false;
  const last = top.majors[0] ?? 0;
  return major < last || (major === last && minor < (top.minors[0] ?? 0));
};

const isAfter = (top: TopSlots, major: number, minor: number, row: number, at: number): boolean => {
  const otherMajor = top.majors[at] ?? 0;
  if (major !== otherMajor) return major > otherMajor;
  const otherMinor = top.minors[at] ?? 0;
  return minor !== otherMinor ? minor > otherMinor : row > (top.rows[at] ?? 0);
};

const put = (top: TopSlots, at: number, major: number, minor: number, row: number): void => {
  top.majors[at] = major;
  top.minors[at] = minor;
  top.rows[at] = row;
};

const move = (top: TopSlots, from: number, to: number): void =>
  put(top, to, top.majors[from] ?? 0, top.minors[from] ?? 0, top.rows[from] ?? 0);

const append = (top: TopSlots, major: number, minor: number, row: number): void => {
  let at = top.size++;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!isAfter(top, major, minor, row, parent)) break;
    move(top, parent, at);
    at = parent;
  }
  put(top, at, major, minor, row);
};

const replaceLast = (top: TopSlots, major: number, minor: number, row: number): void => {
  const { majors, minors, rows, size } = top;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= size) break;
    const right = child + 1;
    if (right < size && isAfter(top, majors[right] ?? 0, minors[right] ?? 0, rows[right] ?? 0, child)) child = right;
    if (isAfter(top, major, minor, row, child)) break;
    move(top, child, at);
    at = child;
  }
  put(top, at, major, minor, row);
};

/** Takes a slot that was just admitted. */
export const addSlot = (top: TopSlots, major: number, minor: number, row: number): void => {
  if (top.size < top.capacity) append(top, major, minor, row);
  else replaceLast(top, major, minor, row);
};

export const sortedSlots = ({ majors, minors, rows, size }: TopSlots): TopSlot[] =>
  Array.from({ length: size }, (_, at) => ({
    major: majors[at] ?? 0,
    minor: minors[at] ?? 0,
    row: rows[at] ?? 0,
  })).sort((a, b) => a.major - b.major || a.minor - b.minor || a.row - b.row);
