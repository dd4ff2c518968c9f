import { fromHex, toHex } from '#core/bytes/hex.ts';
import { sha256 } from '#core/crypto/sha256.ts';

/**
 * A set of 64-bit ids as a radix Merkle tree of two levels: 256 bins by the first byte, each digested over its sorted ids,
 * and a root over the bins (docs/protocol/sync.md). A digest cannot be forged to match another set, unlike an XOR.
 */
export interface SetIndex {
  /** `id`: 16 lower-case hex digits. */
  add(id: string): void;
  remove(id: string): void;
  has(id: string): boolean;
  readonly size: number;
  /** 16 bytes. */
  root(): Uint8Array;
  /** 256 digests of 8 bytes. */
  bins(): Uint8Array;
  idsIn(bin: number): string[];
}

export const BINS = 256;
export const BIN_DIGEST_BYTES = 8;

const ID_BYTES = 8;
const NO_ID = new Uint8Array(ID_BYTES);
const NO_DIGEST = new Uint8Array(BIN_DIGEST_BYTES);
const binOf = (id: string): number => Number.parseInt(id.slice(0, 2), 16);

const packIds = (ids: readonly string[]): Uint8Array => {
  const bytes = new Uint8Array(ids.length * ID_BYTES);
  ids.forEach((id, index) => {
    bytes.set(fromHex(id) ?? NO_ID, index * ID_BYTES);
  });
  return bytes;
};

/** Most nodes have no bundles and no revocations, and compare both sets all the time. */
const EMPTY_ROOT = sha256(new Uint8Array(BINS * BIN_DIGEST_BYTES)).slice(0, 16);

/** Where an id is, or belongs, among sorted ones. */
const placeOf = (ids: readonly string[], id: string): number => {
  let [from, to] = [0, ids.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((ids[middle] ?? '') < id) from = middle + 1;
    else to = middle;
  }
  return from;
};

export const createSetIndex = (ids: Iterable<string> = []): SetIndex => {
  /** Sorted ids. A bin is made when something comes into it: most nodes hold little, and a simulation many nodes. */
  const bins = new Map<number, string[]>();
  /** Made when it is asked for: most sets are empty. */
  let digests: Uint8Array | undefined;
  const dirty = new Set<number>();
  let root: Uint8Array | undefined;
  let size = 0;

  const touch = (number: number): void => {
    dirty.add(number);
    root = undefined;
  };
  const add = (id: string): void => {
    const number = binOf(id);
    const bin = bins.get(number);
    if (bin === undefined) bins.set(number, [id]);
    else {
      const at = placeOf(bin, id);
      if (bin[at] === id) return;
      bin.splice(at, 0, id);
    }
    size++;
    touch(number);
  };
  const refresh = (): Uint8Array => {
    digests ??= new Uint8Array(BINS * BIN_DIGEST_BYTES);
    for (const number of dirty) {
      const sorted = bins.get(number);
      const digest = sorted === undefined ? NO_DIGEST : sha256(packIds(sorted)).subarray(0, BIN_DIGEST_BYTES);
      digests.set(digest, number * BIN_DIGEST_BYTES);
    }
    dirty.clear();
    return digests;
  };
  for (const id of ids) add(id);
  return {
    add,
    remove: (id) => {
      const number = binOf(id);
      const bin = bins.get(number) ?? [];
      const at = placeOf(bin, id);
      if (bin[at] !== id) return;
      bin.splice(at, 1);
      if (bin.length === 0) bins.delete(number);
      size--;
      touch(number);
    },
    has: (id) => {
      const bin = bins.get(binOf(id));
      return bin !== undefined && bin[placeOf(bin, id)] === id;
    },
    get size() {
      return size;
    },
    root: () => {
      if (size === 0) return EMPTY_ROOT;
      root ??= sha256(refresh()).slice(0, 16);
      return root;
    },
    bins: () => refresh().slice(),
    idsIn: (number) => bins.get(number)?.slice() ?? [],
  };
};

/**
 * Asks for its ids when it is first used: a node that starts without a network does not pay for what it compares with nobody.
 * Until then `ids` has to name what the set holds at that moment.
 */
export const createLazySetIndex = (ids: () => Iterable<string>): SetIndex => {
  let made: SetIndex | undefined;
  const set = (): SetIndex => {
    made ??= createSetIndex(ids());
    return made;
  };
  return {
    // Before it was made there is nothing to change: what makes it finds what is held by then.
    add: (id) => made?.add(id),
    remove: (id) => made?.remove(id),
    has: (id) => set().has(id),
    get size() {
      return set().size;
    },
    root: () => set().root(),
    bins: () => set().bins(),
    idsIn: (bin) => set().idsIn(bin),
  };
};

/** The numbers of the bins whose digests differ. Both sides must be 256 digests long. */
export const differingBins = (mine: Uint8Array, theirs: Uint8Array): number[] => {
  const different: number[] = [];
  for (let number = 0; number < BINS; number++) {
    const at = number * BIN_DIGEST_BYTES;
    const a = toHex(mine.subarray(at, at + BIN_DIGEST_BYTES));
    if (a !== toHex(theirs.subarray(at, at + BIN_DIGEST_BYTES))) different.push(number);
  }
  return different;
};

/** One bit for each bin: those that are described. */
export const createBinMap = (bins: readonly number[]): Uint8Array => {
  const map = new Uint8Array(BINS / 8);
  for (const bin of bins) map[bin >> 3] = (map[bin >> 3] ?? 0) | (1 << (bin & 7));
  return map;
};
