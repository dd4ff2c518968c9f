import type { SaltedId } from '#core/sets/salted-ids.ts';

/**
 * A rateless invertible Bloom lookup table (Yang, Gilad & Alizadeh, "Practical Rateless Set Reconciliation", SIGCOMM 2024): an
 * endless row of symbols, each the XOR of the ids that are mapped to it. The difference of two rows, symbol by symbol, is
 * the row of the sets' difference, and about 1.4 symbols for each id in it are enough to read the ids back.
 *
 * Deviations: no count travels with a symbol, as whoever reads it knows its own set and so which side an id is of; the
 * mapping draws 32 random bits for each step, not 64.
 */
export interface CodedSymbols {
  readonly length: number;
  /** Of each symbol: the low 32 bits of the ids' XOR, the 16 above, and the XOR of their 24-bit checksums. */
  readonly low: Uint32Array;
  readonly high: Uint16Array;
  readonly check: Uint32Array;
}

/** On the wire: 6 bytes of the ids' XOR and 3 of their checksums', big-endian. */
export const SYMBOL_BYTES = 9;
/** More symbols than this are never made or read: the sets differ too much for this way. */
export const MAX_SYMBOLS = 4_096;

const TWO_32 = 0x1_0000_0000;
const lowOf = (id: SaltedId): number => (id % TWO_32) >>> 0;
const highOf = (id: SaltedId): number => Math.floor(id / TWO_32);

/** MurmurHash3's finaliser (Appleby, public domain) over both halves, 24 bits: tells a single id from a sum of several. */
const checksum = (low: number, high: number): number => {
  let x = low ^ Math.imul(high + 1, 0x9e3779b1);
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) & 0xffffff;
};

/** Calls `visit` with every number below `end` that the id is mapped to, rising, beginning with 0. */
const eachIndex = (low: number, high: number, end: number, visit: (index: number) => void): void => {
  let state = (low ^ Math.imul(high + 0x51ed, 0x85ebca6b)) | 0;
  for (let index = 0; index < end; ) {
    visit(index);
    // mulberry32 (Ettinger, public domain).
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    const random = (t ^ (t >>> 14)) >>> 0;
    index += Math.ceil((index + 1.5) * (65_536 / Math.sqrt(random + 1) - 1));
  }
};

export const emptySymbols = (length: number): CodedSymbols => ({
  length,
  low: new Uint32Array(length),
  high: new Uint16Array(length),
  check: new Uint32Array(length),
});

const toggle = (symbols: CodedSymbols, low: number, high: number, visit: (index: number) => void): void => {
  const sum = checksum(low, high);
  eachIndex(low, high, symbols.length, (index) => {
    symbols.low[index] = ((symbols.low[index] ?? 0) ^ low) >>> 0;
    symbols.high[index] = (symbols.high[index] ?? 0) ^ high;
    symbols.check[index] = (symbols.check[index] ?? 0) ^ sum;
    visit(index);
  });
};

const ignore = (): void => undefined;

/** The first `length` symbols of a set. */
export const encodeSet = (ids: Iterable<SaltedId>, length: number): CodedSymbols => {
  const symbols = emptySymbols(length);
  for (const id of ids) toggle(symbols, lowOf(id), highOf(id), ignore);
  return symbols;
};

/** The symbols from a number on, as bytes. */
export const packSymbols = (symbols: CodedSymbols, from: number): Uint8Array => {
  const bytes = new Uint8Array(Math.max(symbols.length - from, 0) * SYMBOL_BYTES);
  const view = new DataView(bytes.buffer);
  for (let index = from; index < symbols.length; index++) {
    const at = (index - from) * SYMBOL_BYTES;
    const check = symbols.check[index] ?? 0;
    view.setUint16(at, symbols.high[index] ?? 0);
    view.setUint32(at + 2, symbols.low[index] ?? 0);
    view.setUint16(at + 6, check >>> 8);
    view.setUint8(at + 8, check & 0xff);
  }
  return bytes;
};

/** `bytes`: a whole number of symbols. */
export const unpackSymbols = (bytes: Uint8Array): CodedSymbols => {
  const symbols = emptySymbols(Math.floor(bytes.length / SYMBOL_BYTES));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let index = 0; index < symbols.length; index++) {
    const at = index * SYMBOL_BYTES;
    symbols.high[index] = view.getUint16(at);
    symbols.low[index] = view.getUint32(at + 2);
    symbols.check[index] = view.getUint16(at + 6) * 256 + view.getUint8(at + 8);
  }
  return symbols;
};

/** Both rows have the same length. */
const differenceOf = (mine: CodedSymbols, theirs: CodedSymbols): CodedSymbols => ({
  length: theirs.length,
  low: theirs.low.map((word, at) => word ^ (mine.low[at] ?? 0)),
  high: theirs.high.map((word, at) => word ^ (mine.high[at] ?? 0)),
  check: theirs.check.map((word, at) => word ^ (mine.check[at] ?? 0)),
});

/**
 * The ids that are in one of the two sets only, whichever; undefined when the symbols are too few for that, or not of two
 * sets. Never more work than the symbols allow, whatever they are.
 */
export const decodeDifference = (mine: CodedSymbols, theirs: CodedSymbols): SaltedId[] | undefined => {
  const left = differenceOf(mine, theirs);
  const found = new Set<SaltedId>();
  const queue = Array.from({ length: left.length }, (_, index) => index);
  for (let index = queue.pop(); index !== undefined; index = queue.pop()) {
    const [low = 0, high = 0, check = 0] = [left.low[index], left.high[index], left.check[index]];
    if ((low === 0 && high === 0) || checksum(low, high) !== check) continue;
    const id = (high * TWO_32 + low) as SaltedId;
    // Found before: what looks like an id is none, or the symbols are no difference of sets.
    if (found.has(id) || found.size >= left.length) return undefined;
    found.add(id);
    toggle(left, low, high, (touched) => queue.push(touched));
  }
  const isEmpty = [left.low, left.high, left.check].every((words) => words.every((word) => word === 0));
  return isEmpty ? [...found] : undefined;
};

/**
 * How many symbols to send for about so many differences: enough to be read in one go nineteen times in twenty, with an
 * estimate from `differingBins` (docs/benchmarks.md).
 */
export const symbolsFor = (differences: number): number => Math.ceil(1.75 * differences + 14);

/**
 * About how many ids differ, from the number of bins, among so many, that do: balls thrown into bins leave a share of
 * e^(−differences/bins) empty. Infinity when all differ.
 */
export const estimateDifferences = (differingBins: number, bins: number): number =>
  differingBins >= bins ? Number.POSITIVE_INFINITY : -bins * Math.log(1 - differingBins / bins);
