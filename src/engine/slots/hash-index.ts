/**
 * An open-addressing hash index from a 32-bit hash to the number of an entry, on one typed array: linear probing, at most
 * half full, deletion by shifting back, so that no markers pile up. The entries themselves live in columns elsewhere.
 */
export interface HashIndex {
  /** The entry with this hash for which `matches` holds, or -1. */
  find(hash: number, matches: (entry: number) => boolean): number;
  /** Adds an entry; the caller has made sure that it is not there yet. */
  add(entry: number): void;
  /** Removes an entry that is there; its hash must still be what it was when it was added. */
  remove(entry: number): void;
}

const FIRST = 128;

const tableFor = (entries: number): Int32Array => {
  let size = FIRST;
  while (size < entries * 2) size *= 2;
  return new Int32Array(size);
};

/** Ids and addresses are hashes already, but their author chooses them: spread what is left of them. */
const spread = (hash: number): number => {
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return (mixed ^ (mixed >>> 15)) >>> 0;
};

/** `hashOf` gives the 32-bit hash of an entry; `expected` sizes the first table. */
export const createHashIndex = (hashOf: (entry: number) => number, expected = 0): HashIndex => {
  let table = tableFor(expected);
  let mask = table.length - 1;
  let count = 0;

  const place = (entry: number): void => {
    let at = spread(hashOf(entry)) & mask;
    while (table[at] !== 0) at = (at + 1) & mask;
    table[at] = entry + 1;
  };
  const grow = (): void => {
    const old = table;
    table = new Int32Array(old.length * 2);
    mask = table.length - 1;
    for (const stored of old) if (stored !== 0) place(stored - 1);
  };
  const find = (hash: number, matches: (entry: number) => boolean): number => {
    let at = spread(hash) & mask;
    for (;;) {
      const stored = table[at] ?? 0;
      if (stored === 0) return -1;
      if (matches(stored - 1)) return stored - 1;
      at = (at + 1) & mask;
    }
  };
  /** Moves later entries of the same run into the hole, where probing would otherwise stop too early. */
  const closeHole = (start: number): void => {
    let hole = start;
    let at = (hole + 1) & mask;
    while (table[at] !== 0) {
      const home = spread(hashOf((table[at] ?? 0) - 1)) & mask;
      if (((at - home) & mask) >= ((at - hole) & mask)) {
        table[hole] = table[at] ?? 0;
        hole = at;
      }
      at = (at + 1) & mask;
    }
    table[hole] = 0;
  };
  return {
    find,
    add: (entry) => {
      if ((count + 1) * 2 > table.length) grow();
      place(entry);
      count++;
    },
    remove: (entry) => {
      let at = spread(hashOf(entry)) & mask;
      while (table[at] !== entry + 1) {
        if (table[at] === 0) throw new Error('hash index: no such entry');
        at = (at + 1) & mask;
      }
      closeHole(at);
      count--;
    },
  };
};
