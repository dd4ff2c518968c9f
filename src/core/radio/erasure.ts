/**
 * An erasure code: k symbols of equal length become up to 256, of which any k give the first k back (maximum distance
 * separable), and those are sent as they are (systematic). Cauchy Reed-Solomon (Blömer et al., "An XOR-Based Erasure-Resilient
 * Coding Scheme", ICSI TR-95-048, 1995): repair symbol i is the sum of source symbols j, each times 1 / (i + j). Every square
 * part of such a matrix can be inverted, by a formula. docs/protocol/radio.md
 */

/** Source and repair together: a number of GF(2^8) for each. */
export const MAX_SYMBOLS = 256;

/** x^8 + x^4 + x^3 + x^2 + 1, of which x generates all that is not zero (RFC 5510, section 8.1). Addition is XOR. */
const POLYNOMIAL = 0x11d;
const ORDER = 255;
/** As if it were the logarithm of zero: with any other added it lies where `exp` is zero. */
const LOG_ZERO = 2 * ORDER;

interface Field {
  /** Powers of x, the period twice and then zeros. */
  readonly exp: Uint8Array;
  readonly log: Uint16Array;
}

const buildField = (): Field => {
  const exp = new Uint8Array(LOG_ZERO + ORDER);
  const log = new Uint16Array(ORDER + 1);
  let power = 1;
  for (let at = 0; at < ORDER; at++) {
    exp[at] = power;
    exp[at + ORDER] = power;
    log[power] = at;
    power <<= 1;
    if (power > ORDER) power ^= POLYNOMIAL;
  }
  log[0] = LOG_ZERO;
  return { exp, log };
};

/** Most pages never hear a radio. */
let built: Field | undefined;
const field = (): Field => {
  built ??= buildField();
  return built;
};

/** Adds to `target` the product of `source` and the factor with this logarithm, 0–254. Both have the same length. */
const addProduct = (target: Uint8Array, source: Uint8Array, logFactor: number): void => {
  const { exp, log } = field();
  for (let at = 0; at < target.length; at++) {
    target[at] = (target[at] ?? 0) ^ (exp[logFactor + (log[source[at] ?? 0] ?? 0)] ?? 0);
  }
};

/** Of the matrix's element in row i and column j, 1 / (i + j). */
const logElement = (i: number, j: number): number => (ORDER - (field().log[i ^ j] ?? 0)) % ORDER;

const sameLength = (symbols: readonly Uint8Array[]): number => {
  const [first] = symbols;
  if (first === undefined || symbols.some(({ length }) => length !== first.length)) {
    throw new RangeError('symbols of equal length, at least one');
  }
  return first.length;
};

/**
 * Repair symbol `index` (k–255) of `source`, which are k symbols (1–255) of equal length; as long as they are. Anything else
 * is a bug and throws.
 */
export const repairSymbol = (source: readonly Uint8Array[], index: number): Uint8Array => {
  const repair = new Uint8Array(sameLength(source));
  if (!Number.isInteger(index) || index < source.length || index >= MAX_SYMBOLS) {
    throw new RangeError(`${source.length} source symbols have no repair symbol ${index}`);
  }
  source.forEach((symbol, j) => {
    addProduct(repair, symbol, logElement(index, j));
  });
  return repair;
};

/**
 * Logarithms of the inverse of the matrix's part with these rows and columns, as many of the one as of the other: a row for
 * each column. Its elements are products of sums, and a sum is its own negative here (Schechter, "On the Inversion of Certain
 * Matrices", 1959).
 */
const logInverse = (rows: readonly number[], columns: readonly number[]): readonly (readonly number[])[] => {
  const { log } = field();
  /** Of the product of the sums of one number with all of these but itself. */
  const logProduct = (one: number, others: readonly number[]): number =>
    others.reduce((sum, other) => (other === one ? sum : sum + (log[one ^ other] ?? 0)), 0);
  const ofRows = rows.map((row) => logProduct(row, columns) - logProduct(row, rows));
  const ofColumns = columns.map((column) => logProduct(column, rows) - logProduct(column, columns));
  return columns.map((column, j) =>
    rows.map((row, i) => {
      const power = ((ofRows[i] ?? 0) + (ofColumns[j] ?? 0) - (log[row ^ column] ?? 0)) % ORDER;
      return power < 0 ? power + ORDER : power;
    }),
  );
};

/**
 * The `k` source symbols (1–255) from any k of all, by index (0–255) and of equal length; repair symbols beyond k are not used.
 * Too few, or of different lengths, is a bug and throws. Symbols that were not made of one source give some bytes or other:
 * whoever asks must know what is right. What came is handed back as it is, not copied.
 */
export const recoverSource = (k: number, symbols: ReadonlyMap<number, Uint8Array>): readonly Uint8Array[] => {
  if (symbols.size < k || k < 1) throw new RangeError(`${symbols.size} of ${k} symbols`);
  const length = sameLength([...symbols.values()]);
  const present = Array.from({ length: k }, (_, j) => symbols.get(j));
  const missing = [...present.keys()].filter((j) => present[j] === undefined);
  const repairs = [...symbols.keys()].filter((index) => index >= k).slice(0, missing.length);
  // What is left of each repair symbol without the source symbols that are there.
  const rests = repairs.map((index) => {
    const rest = Uint8Array.from(symbols.get(index) ?? []);
    present.forEach((symbol, j) => {
      if (symbol !== undefined) addProduct(rest, symbol, logElement(index, j));
    });
    return rest;
  });
  const inverse = logInverse(repairs, missing);
  missing.forEach((j, at) => {
    const symbol = new Uint8Array(length);
    rests.forEach((rest, i) => {
      addProduct(symbol, rest, inverse[at]?.[i] ?? 0);
    });
    present[j] = symbol;
  });
  return present.map((symbol) => symbol ?? new Uint8Array(length));
};
