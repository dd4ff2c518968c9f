/**
 * The same erasure code written down plainly, to be measured beside the real one and to check it: products bit by bit without a
 * table, inverses by trying, the source by elimination.
 */
const multiply = (one: number, other: number): number => {
  let product = 0;
  let shifted = one;
  for (let left = other; left > 0; left >>= 1) {
    if (left & 1) product ^= shifted;
    shifted <<= 1;
    if (shifted > 0xff) shifted ^= 0x11d;
  }
  return product;
};

const inverse = (value: number): number => {
  let found = 1;
  while (multiply(found, value) !== 1) found++;
  return found;
};

const addProduct = (target: Uint8Array, source: Uint8Array, factor: number): void => {
  for (let at = 0; at < target.length; at++) target[at] = (target[at] ?? 0) ^ multiply(source[at] ?? 0, factor);
};

export const plainRepair = (source: readonly Uint8Array[], index: number): Uint8Array => {
  const repair = new Uint8Array(source[0]?.length ?? 0);
  source.forEach((symbol, j) => {
    addProduct(repair, symbol, inverse(index ^ j));
  });
  return repair;
};

/** Of an equation for the source symbols the factors, and behind them their sum. */
const equation = (k: number, index: number, symbol: Uint8Array): Uint8Array =>
  Uint8Array.from([...Array.from({ length: k }, (_, j) => inverse(index ^ j)), ...symbol]);

/** From `k` repair symbols by index. */
export const plainRecover = (k: number, symbols: ReadonlyMap<number, Uint8Array>): readonly Uint8Array[] => {
  const rows = [...symbols].map(([index, symbol]) => equation(k, index, symbol));
  rows.forEach((row, at) => {
    // No factor on the diagonal ever becomes zero: every part of the matrix that begins at its corner can be inverted.
    const scaled = new Uint8Array(row.length);
    addProduct(scaled, row, inverse(row[at] ?? 0));
    row.set(scaled);
    for (const other of rows) if (other !== row) addProduct(other, row, other[at] ?? 0);
  });
  return rows.map((row) => row.subarray(k));
};
