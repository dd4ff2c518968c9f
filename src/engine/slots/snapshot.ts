/**
 * The slot store as one run of bytes: a header, then every column and pool as it lies in memory, each on a multiple of
 * eight. Loading copies them back and rebuilds chains and indexes; nothing is decoded
 * (docs/decisions/0007-columnar-slot-store.md). The checksum finds torn and damaged files, not forgers: a snapshot is read
 * only by the node that wrote it.
 */
import { ok, type Result, refuse } from '#core/result.ts';
import { createAppendPool } from '#engine/slots/append-pool.ts';
import {
  allocateKeyColumns,
  allocateSlotColumns,
  type Column,
  columnList,
  type KeyColumns,
  ROW,
  type SlotColumns,
} from '#engine/slots/columns.ts';
import { createKeyTable } from '#engine/slots/key-table.ts';
import { MAX_ROWS } from '#engine/slots/shed-order.ts';
import { MAX_RECORD_BYTES } from '#engine/slots/slot-record.ts';
import { createSlotState, type SlotState } from '#engine/slots/slot-state.ts';
import { type SlotStore, slotStoreOver } from '#engine/slots/slot-store.ts';
import { createSlotTable, isCapacity, keyLimit, type SlotTable } from '#engine/slots/slot-table.ts';

/** "FAPS" read as a number of this machine: a snapshot of the other byte order is another format. */
const MAGIC = 0x53504146;
const VERSION = 1;
const HEADER_WORDS = 16;
const HEADER_BYTES = HEADER_WORDS * 4;
/** Where the words of the header are. Words 9 to 12 are the shed marks of the trust levels. */
const WORD = {
  magic: 0,
  version: 1,
  sumA: 2,
  sumB: 3,
  capacity: 4,
  rows: 5,
  keys: 6,
  raws: 7,
  starts: 8,
  shed: 9,
} as const;
const TRUST_LEVELS = 4;
const MAX_OFFER = 15;
const MAX_STARTS = 31;

const aligned = (bytes: number): number => (bytes + 7) & ~7;

/** The first `count` entries of each column, as bytes. A column may hold several elements an entry (ids, addresses). */
const sections = (columns: readonly Column[], count: number): Uint8Array[] => {
  const entries = columns.at(-1)?.length ?? 0;
  return columns.map((column) => {
    const bytes = entries === 0 ? 0 : (column.byteLength / entries) * count;
    return new Uint8Array(column.buffer, column.byteOffset, bytes);
  });
};

/** FNV-1a over the words after the sums, every other word into one of two sums. Each step can be undone: no word is lost. */
const checksum = (words: Uint32Array): readonly [number, number] => {
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (let at = WORD.sumB + 1; at < words.length; at += 2) {
    a = Math.imul(a ^ (words[at] ?? 0), 0x01000193);
    b = Math.imul(b ^ (words[at + 1] ?? 0), 0x01000193);
  }
  return [a >>> 0, b >>> 0];
};

const partsOf = ({ table }: SlotState): Uint8Array[] => [
  ...sections(columnList(table.columns), table.high),
  ...sections(columnList(table.keys.columns), table.keys.high),
  table.raws.items.subarray(0, table.raws.used),
  new Uint8Array(table.starts.items.buffer, table.starts.items.byteOffset, table.starts.used * 4),
];

const headerOf = ({ table, shedUpTo }: SlotState): Uint32Array => {
  const header = new Uint32Array(HEADER_WORDS);
  header[WORD.magic] = MAGIC;
  header[WORD.version] = VERSION;
  header[WORD.capacity] = table.capacity;
  header[WORD.rows] = table.high;
  header[WORD.keys] = table.keys.high;
  header[WORD.raws] = table.raws.used;
  header[WORD.starts] = table.starts.used;
  header.set(shedUpTo, WORD.shed);
  return header;
};

/** Everything that the store holds, floors and epochs included. */
export const packSnapshot = ({ state }: SlotStore): Uint8Array => {
  const parts = partsOf(state);
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + aligned(part.length), HEADER_BYTES));
  const words = new Uint32Array(bytes.buffer);
  words.set(headerOf(state));
  let at = HEADER_BYTES;
  for (const part of parts) {
    bytes.set(part, at);
    at += aligned(part.length);
  }
  words.set(checksum(words), WORD.sumA);
  return bytes;
};

interface Counts {
  readonly rows: number;
  readonly keys: number;
  readonly raws: number;
  readonly starts: number;
}

const readCounts = (words: Uint32Array): Counts | undefined => {
  const counts = {
    rows: words[WORD.rows] ?? 0,
    keys: words[WORD.keys] ?? 0,
    raws: words[WORD.raws] ?? 0,
    starts: words[WORD.starts] ?? 0,
  };
  const fits =
    counts.rows <= MAX_ROWS &&
    counts.keys <= keyLimit(MAX_ROWS) &&
    counts.raws <= 2 * MAX_ROWS * MAX_RECORD_BYTES &&
    counts.starts <= 2 * MAX_ROWS * MAX_STARTS;
  return fits ? counts : undefined;
};

/** The arrays of a table, before anything is built over them. */
interface Arrays {
  readonly columns: SlotColumns;
  readonly keys: KeyColumns;
  readonly raws: Uint8Array;
  readonly starts: Uint32Array;
}

/** Copies the sections back; undefined when there are more or fewer bytes than the counts say. */
const readArrays = (bytes: Uint8Array, counts: Counts): Arrays | undefined => {
  const arrays: Arrays = {
    columns: allocateSlotColumns(counts.rows),
    keys: allocateKeyColumns(counts.keys),
    raws: new Uint8Array(counts.raws),
    starts: new Uint32Array(counts.starts),
  };
  let at = HEADER_BYTES;
  for (const array of [...columnList(arrays.columns), ...columnList(arrays.keys), arrays.raws, arrays.starts]) {
    const end = at + array.byteLength;
    if (end > bytes.length) return undefined;
    new Uint8Array(array.buffer).set(bytes.subarray(at, end));
    at += aligned(array.byteLength);
  }
  return at === bytes.length ? arrays : undefined;
};

/** What every other part takes for granted of a row. */
const rowsHold = ({ columns, keys }: Arrays, counts: Counts): boolean => {
  const { state, offer, key, rawAt, rawLength, startsAt, startsCount } = columns;
  for (let row = 0; row < counts.rows; row++) {
    if ((state[row] ?? 0) > ROW.floor) return false;
    if (state[row] === ROW.free) continue;
    if (keys.used[key[row] ?? 0] !== 1 || (offer[row] ?? 0) > MAX_OFFER) return false;
    const bytes = rawLength[row] ?? 0;
    const starts = startsCount[row] ?? 0;
    if (bytes > 0 && (rawAt[row] ?? 0) + bytes > counts.raws) return false;
    if (starts > MAX_STARTS || (starts > 0 && (startsAt[row] ?? 0) + starts > counts.starts)) return false;
  }
  return true;
};

const total = (lengths: Uint16Array | Uint8Array): number => {
  let sum = 0;
  for (let row = 0; row < lengths.length; row++) sum += lengths[row] ?? 0;
  return sum;
};

const buildTable = ({ columns, keys, raws, starts }: Arrays, counts: Counts, capacity: number): SlotTable => {
  keys.first.fill(0);
  const pools = {
    raws: createAppendPool((length) => new Uint8Array(length), raws),
    starts: createAppendPool((length) => new Uint32Array(length), starts),
  };
  pools.raws.release(counts.raws - total(columns.rawLength));
  pools.starts.release(counts.starts - total(columns.startsCount));
  const limit = Math.max(keyLimit(capacity), counts.keys);
  return createSlotTable(capacity, {
    columns,
    keys: createKeyTable(limit, { columns: keys, high: counts.keys }),
    ...pools,
    high: counts.rows,
  });
};

/** The words of a snapshot, copied only where they do not lie on a multiple of four. */
const wordsOf = (bytes: Uint8Array): Uint32Array => {
  const whole = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Uint32Array(whole.buffer, whole.byteOffset, whole.length / 4);
};

/**
 * A store as it was packed. `malformed` for anything that is not a whole snapshot of this version and machine. `capacity`
 * replaces the packed one; when less fits, the least trusted and oldest is shed.
 */
export const loadSnapshot = (bytes: Uint8Array, options: { readonly capacity?: number } = {}): Result<SlotStore> => {
  if (bytes.length < HEADER_BYTES || bytes.length % 8 !== 0) return refuse('malformed');
  const words = wordsOf(bytes);
  if (words[WORD.magic] !== MAGIC || words[WORD.version] !== VERSION) return refuse('malformed');
  const [a, b] = checksum(words);
  if (words[WORD.sumA] !== a || words[WORD.sumB] !== b) return refuse('malformed');
  const counts = readCounts(words);
  const arrays = counts === undefined ? undefined : readArrays(bytes, counts);
  const capacity = options.capacity ?? words[WORD.capacity] ?? 0;
  if (counts === undefined || arrays === undefined || !rowsHold(arrays, counts)) return refuse('malformed');
  if (!isCapacity(capacity)) return refuse('malformed');
  const table = buildTable(arrays, counts, capacity);
  return ok(slotStoreOver(createSlotState(table, words.slice(WORD.shed, WORD.shed + TRUST_LEVELS))));
};
