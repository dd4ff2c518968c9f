/** 16-byte ids and addresses as four 32-bit words in a column: what is compared, hashed and stored. */
export const WORDS = 4;

/** Writes the words of 32 hex digits, most significant first, to entry `entry` of a column. */
export const putWords = (column: Uint32Array, entry: number, hex: string): void => {
  for (let i = 0; i < WORDS; i++) column[entry * WORDS + i] = Number.parseInt(hex.slice(i * 8, i * 8 + 8), 16);
};

export const wordAt = (column: Uint32Array, entry: number, word: number): number => column[entry * WORDS + word] ?? 0;

export const hexOf = (column: Uint32Array, entry: number): string => {
  let hex = '';
  for (let i = 0; i < WORDS; i++) hex += wordAt(column, entry, i).toString(16).padStart(8, '0');
  return hex;
};

/** Byte order of two entries: negative when the first is lower. */
export const compareWords = (a: Uint32Array, entryA: number, b: Uint32Array, entryB: number): number => {
  for (let i = 0; i < WORDS; i++) {
    const difference = wordAt(a, entryA, i) - wordAt(b, entryB, i);
    if (difference !== 0) return difference;
  }
  return 0;
};
