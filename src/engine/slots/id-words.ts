/** 16-byte ids and addresses as four 32-bit words in a column: what is compared, hashed and stored. */
export const WORDS = 4;

/** Writes the words of 32 hex digits, most significant first, to entry `entry` of a column. */
export const putWords = (column: Uint32Array, entry: number, hex: string): void => {
  for (let i = 0; i < WORDS; i++) column[entry * WORDS + i] = Number.parseInt(hex.slice(i * 8, i * 8 + 8), 16);
};

export const wordAt = (column: Uint32Array, entry: number, word: number): number => column[entry * WORDS + word] ?? 0;

const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

const hexOfWord = (word: number): string =>
  `${DIGITS[word >>> 24]}${DIGITS[(word >>> 16) & 0xff]}${DIGITS[(word >>> 8) & 0xff]}${DIGITS[word & 0xff]}`;

export const hexOf = (column: Uint32Array, entry: number): string => {
  let hex = '';
  for (let i = 0; i < WORDS; i++) hex += hexOfWord(wordAt(column, entry, i));
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
