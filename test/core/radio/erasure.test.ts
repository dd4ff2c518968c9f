/** Any k symbols give the k source symbols back (docs/protocol/radio.md, "Objects in pieces"). */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { equalBytes } from '#core/bytes/compare.ts';
import { toHex } from '#core/bytes/hex.ts';
import { MAX_SYMBOLS, recoverSource, repairSymbol } from '#core/radio/erasure.ts';
import { bytesOf } from '#test/core/wire/vector-files.ts';
import { codes } from '#test/vectors/radio/erasure.json' with { type: 'json' };

const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);
const symbolAt = (source: readonly Uint8Array[], index: number): Uint8Array =>
  source[index] ?? repairSymbol(source, index);
const pick = (source: readonly Uint8Array[], indices: readonly number[]) =>
  new Map(indices.map((index) => [index, symbolAt(source, index)] as const));

describe.each(codes)('$name', ({ source: hex, repair, recoverableFrom }) => {
  const source = hex.map(bytesOf);
  test('repair symbols', () => {
    expect(repair.map(({ index }) => toHex(repairSymbol(source, index)))).toEqual(repair.map(({ symbol }) => symbol));
  });
  test.each(recoverableFrom.map((indices) => [indices]))('back from %j', (indices) => {
    const known = new Map(repair.map(({ index, symbol }) => [index, bytesOf(symbol)]));
    const symbols = new Map(indices.map((index) => [index, source[index] ?? known.get(index) ?? bytes()]));
    expect(recoverSource(source.length, symbols).map(toHex)).toEqual(hex);
  });
});

/** x^8 + x^4 + x^3 + x^2 + 1, bit by bit. */
const multiply = (one: number, other: number): number => {
  let product = 0;
  for (let bit = 7; bit >= 0; bit--) {
    product = (product << 1) ^ (product & 0x80 ? 0x11d : 0);
    if ((other >> bit) & 1) product ^= one;
  }
  return product;
};

test('every byte times every element of the matrix is what the field says', () => {
  const all = Uint8Array.from({ length: 256 }, (_, value) => value);
  for (let index = 1; index < MAX_SYMBOLS; index++) {
    // The element is 1 / index, as source symbol 0 is the only one.
    expect(repairSymbol([all], index).map((quotient) => multiply(quotient, index))).toEqual(all);
  }
});

/** Calls `visit` with each choice of `count` of the numbers below `end`, as one array that changes. */
const eachChoice = (count: number, end: number, visit: (chosen: readonly number[]) => void): void => {
  const chosen: number[] = [];
  const choose = (least: number): void => {
    if (chosen.length === count) {
      visit(chosen);
      return;
    }
    for (let next = least; next <= end - (count - chosen.length); next++) {
      chosen.push(next);
      choose(next + 1);
      chosen.pop();
    }
  };
  choose(0);
};

test.each([
  [1, 20],
  [2, 190],
  [3, 1_140],
  [4, 4_845],
  [5, 15_504],
  [10, 184_756],
  [16, 4_845],
  [17, 1_140],
  [18, 190],
  [19, 20],
])('with k = %i, each of the %i ways to keep k of 20 symbols gives the source back', (k, ways) => {
  const source = Array.from({ length: k }, (_, j) => bytes(j + 1, 0xff - j, 17 * j));
  const all = Array.from({ length: 20 }, (_, index) => symbolAt(source, index));
  const failed: string[] = [];
  let tried = 0;
  eachChoice(k, 20, (chosen) => {
    tried++;
    const symbols = new Map(chosen.map((index) => [index, all[index] ?? bytes()]));
    const isBack = recoverSource(k, symbols).every((symbol, j) => equalBytes(symbol, source[j] ?? bytes()));
    if (!isBack) failed.push(chosen.join());
  });
  expect(failed).toEqual([]);
  expect(tried).toBe(ways);
});

/** Some source and the indices of any k symbols of all 256, in any order. */
const anyK = fc
  .tuple(fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 200, max: 255 })), fc.integer({ min: 1, max: 9 }))
  .chain(([k, length]) =>
    fc.record({
      source: fc.array(fc.uint8Array({ minLength: length, maxLength: length }), { minLength: k, maxLength: k }),
      indices: fc
        .shuffledSubarray(
          Array.from({ length: MAX_SYMBOLS }, (_, index) => index),
          { minLength: k, maxLength: k },
        )
        .map((indices) => [...indices]),
    }),
  );

test('any k of 256, in any order', () => {
  fc.assert(
    fc.property(anyK, ({ source, indices }) => {
      expect(recoverSource(source.length, pick(source, indices))).toEqual(source);
    }),
    { numRuns: 200 },
  );
});

test('more than k symbols do no harm, and none of them changes', () => {
  const source = [bytes(1, 2), bytes(3, 4), bytes(5, 6)];
  const symbols = pick(source, [7, 1, 255, 9, 0]);
  const before = [...symbols].map(([index, symbol]) => [index, toHex(symbol)]);
  expect(recoverSource(3, symbols)).toEqual(source);
  expect([...symbols].map(([index, symbol]) => [index, toHex(symbol)])).toEqual(before);
});

test('a symbol that is false makes another source, and no exception', () => {
  const source = [bytes(1, 2), bytes(3, 4), bytes(5, 6)];
  const symbols = pick(source, [1, 3, 4]).set(4, bytes(0, 0));
  const recovered = recoverSource(3, symbols);
  expect(recovered).not.toEqual(source);
  expect(recovered[1]).toEqual(source[1]);
});

test.each([-1, 0, 2, 2.5, 256, Number.NaN])('three source symbols have no repair symbol %d', (index) => {
  expect(() => repairSymbol([bytes(1), bytes(2), bytes(3)], index)).toThrow(RangeError);
});

test('symbols of no source, too few, or of different lengths are a bug', () => {
  expect(() => repairSymbol([], 0)).toThrow(RangeError);
  expect(() => repairSymbol([bytes(1), bytes(2, 3)], 2)).toThrow(RangeError);
  expect(() => recoverSource(0, new Map())).toThrow(RangeError);
  expect(() => recoverSource(2, new Map([[0, bytes(1)]]))).toThrow(RangeError);
  expect(() =>
    recoverSource(
      2,
      new Map([
        [0, bytes(1)],
        [2, bytes(2, 3)],
      ]),
    ),
  ).toThrow(RangeError);
});
