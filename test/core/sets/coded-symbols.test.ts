/** Differences of sets read back from coded symbols: whatever the sets, never a wrong id, in about 1.4 symbols each. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeDifference,
  emptySymbols,
  encodeSet,
  estimateDifferences,
  MAX_SYMBOLS,
  packSymbols,
  symbolsFor,
  unpackSymbols,
} from '#core/sets/coded-symbols.ts';
import { type SaltedId, saltAll, saltId, saltKey } from '#core/sets/salted-ids.ts';

const id48 = fc.integer({ min: 1, max: 2 ** 48 - 1 }).map((value) => value as SaltedId);
const sorted = (ids: Iterable<number>): number[] => [...ids].sort((a, b) => a - b);
/** Spread like hashes, the same in every run. */
const spread = (count: number, from = 0): SaltedId[] =>
  Array.from({ length: count }, (_, n) => saltId(saltKey(new Uint8Array(8), new Uint8Array(8)), id64(from + n)));
const id64 = (n: number): string => BigInt(n).toString(16).padStart(16, '0');

describe('two sets', () => {
  test('give their difference, from enough symbols, in either direction', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(id48, { maxLength: 60 }),
        fc.array(fc.nat({ max: 2 }), { minLength: 60, maxLength: 60 }),
        (ids, sides) => {
          const mine = ids.filter((_, n) => sides[n] !== 1);
          const theirs = ids.filter((_, n) => sides[n] !== 0);
          const length = 400;
          const found = decodeDifference(encodeSet(mine, length), encodeSet(theirs, length));
          expect(sorted(found ?? [-1])).toEqual(sorted(ids.filter((_, n) => sides[n] !== 2)));
        },
      ),
    );
  });
  test('that are equal differ in nothing, whatever they are', () => {
    const ids = spread(1_000);
    expect(decodeDifference(encodeSet(ids, 3), encodeSet([...ids].reverse(), 3))).toEqual([]);
  });
  test('a longer row begins with the shorter one', () => {
    const ids = spread(200);
    const [short, long] = [encodeSet(ids, 50), encodeSet(ids, 300)];
    expect(long.low.slice(0, 50)).toEqual(short.low);
    expect(long.check.slice(0, 50)).toEqual(short.check);
  });
  test('of which a hundred ids differ need 1.35 to 1.55 symbols for each on average', () => {
    let total = 0;
    for (let play = 0; play < 100; play++) {
      const ids = spread(100, play * 1_000);
      let length = 90;
      while (decodeDifference(emptySymbols(length), encodeSet(ids, length)) === undefined) length += 2;
      total += length;
    }
    expect(total / 10_000).toBeGreaterThan(1.3);
    expect(total / 10_000).toBeLessThan(1.55);
  });
  test('and what is sent for an estimate is enough nineteen times in twenty', () => {
    for (const count of [1, 3, 10, 30, 100, 300]) {
      let read = 0;
      for (let play = 0; play < 100; play++) {
        const ids = spread(count, play * 1_000);
        const length = symbolsFor(count);
        if (decodeDifference(emptySymbols(length), encodeSet(ids, length)) !== undefined) read++;
      }
      expect(read).toBeGreaterThanOrEqual(95);
    }
  });
});

describe('symbols that are none', () => {
  test('end without an answer, and soon', () => {
    const words = fc.array(fc.nat({ max: 0xffffff }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(words, words, words, (low, high, check) => {
        const length = low.length;
        const take = (from: number[]): number[] => Array.from({ length }, (_, n) => from[n] ?? 1);
        const theirs = {
          length,
          low: Uint32Array.from(low),
          high: Uint16Array.from(take(high)),
          check: Uint32Array.from(take(check)),
        };
        const found = decodeDifference(emptySymbols(length), theirs);
        expect(found === undefined || found.length <= length).toBe(true);
      }),
    );
  });
  test('also when they are too few for what differs', () => {
    expect(decodeDifference(emptySymbols(50), encodeSet(spread(1_000), 50))).toBeUndefined();
  });
});

test('symbols survive the wire, from any number on', () => {
  const symbols = encodeSet(spread(300), 40);
  expect(unpackSymbols(packSymbols(symbols, 0))).toEqual(symbols);
  const tail = unpackSymbols(packSymbols(symbols, 30));
  expect([...tail.low]).toEqual([...symbols.low.slice(30)]);
  expect([...tail.high, ...tail.check]).toEqual([...symbols.high.slice(30), ...symbols.check.slice(30)]);
  expect(packSymbols(symbols, 41)).toHaveLength(0);
});

test('salted ids depend on both salts, and fit 48 bits', () => {
  const [a, b] = [new Uint8Array(8).fill(1), new Uint8Array(8).fill(2)];
  const id = '0123456789abcdef';
  const all = [saltKey(a, b), saltKey(b, a), saltKey(a, a)].map((key) => saltId(key, id));
  expect(new Set(all).size).toBe(3);
  for (const salted of all) expect(Number.isInteger(salted) && salted >= 0 && salted < 2 ** 48).toBe(true);
  expect(saltAll(saltKey(a, b), [id]).get(all[0] as SaltedId)).toBe(id);
});

test('SipHash is SipHash: the last of the published vectors that fits eight bytes', () => {
  // Aumasson & Bernstein's reference vectors: key 00 01 … 0f, message 00 01 … 07 gives 93f5f5799a932462.
  const key = saltKey(Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7), Uint8Array.of(8, 9, 10, 11, 12, 13, 14, 15));
  expect(saltId(key, '0001020304050607').toString(16)).toBe('f5799a932462');
});

test('the number of differing bins estimates how many ids differ', () => {
  for (const count of [1, 10, 100, 400]) {
    const bins = new Set(spread(count).map((id) => id % 256)).size;
    const estimate = estimateDifferences(bins, 256);
    expect(Math.abs(estimate - count)).toBeLessThanOrEqual(3 + count * 0.35);
  }
  expect(estimateDifferences(0, 256)).toBeCloseTo(0);
  expect(estimateDifferences(256, 256)).toBe(Number.POSITIVE_INFINITY);
  expect(symbolsFor(1_000)).toBeLessThan(MAX_SYMBOLS);
});
