import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Millis, NodeAddress } from '#core/brand.ts';
import { createDrbg } from '#engine/drbg.ts';
import {
  randomShare,
  type SelectionCandidate,
  type SelectionStrategy,
  selectPeers,
} from '#engine/peers/peer-selection.ts';

const node = (number: number): NodeAddress => number.toString(16).padStart(32, '0') as NodeAddress;
const random = (seed = 1) => createDrbg(new Uint8Array(32).fill(seed));
const candidate = (number: number, trip?: number, region?: number): SelectionCandidate => ({
  address: node(number),
  region,
  roundTrips: { smoothed: trip as Millis | undefined },
});
const numbers = (chosen: readonly SelectionCandidate[]): number[] =>
  chosen.map(({ address }) => Number.parseInt(address, 16));

const strategies = fc.oneof(
  fc.constantFrom<SelectionStrategy>({ kind: 'nearest' }, { kind: 'random' }, { kind: 'mixed' }),
  fc.nat(99).map((region): SelectionStrategy => ({ kind: 'regional', region })),
);
const candidates = fc.array(
  fc
    .record({ number: fc.nat(40), trip: fc.option(fc.nat(500)), region: fc.option(fc.nat(99)) })
    .map(({ number, trip, region }) => candidate(number, trip ?? undefined, region ?? undefined)),
  { maxLength: 60 },
);

describe('every strategy', () => {
  test('chooses as many as are wanted or there are, of the candidates, nobody twice', () => {
    fc.assert(
      fc.property(candidates, fc.nat(50), strategies, fc.nat(255), (from, k, strategy, seed) => {
        const chosen = numbers(selectPeers(from, k, strategy, random(seed)));
        const distinct = new Set(numbers(from));
        expect(chosen).toHaveLength(Math.min(k, distinct.size));
        expect(new Set(chosen).size).toBe(chosen.length);
        for (const number of chosen) expect(distinct.has(number)).toBe(true);
      }),
    );
  });

  test('chooses the same with the same randomness, and leaves the candidates as they are', () => {
    fc.assert(
      fc.property(candidates, fc.nat(20), strategies, (from, k, strategy) => {
        const before = [...from];
        expect(selectPeers(from, k, strategy, random())).toEqual(selectPeers(from, k, strategy, random()));
        expect(from).toEqual(before);
      }),
    );
  });

  test.each([0, -3, 0.9])('%d wanted: nobody', (k) => {
    for (const kind of ['nearest', 'random', 'mixed'] as const) {
      expect(selectPeers([candidate(1), candidate(2)], k, { kind }, random())).toEqual([]);
    }
  });
});

test('nearest: by round trip, who was never measured last, equals as they came', () => {
  const from = [candidate(1), candidate(2, 30), candidate(3, 10), candidate(4), candidate(5, 30), candidate(6, 0)];
  expect(numbers(selectPeers(from, 6, { kind: 'nearest' }, random()))).toEqual([6, 3, 2, 5, 1, 4]);
  expect(numbers(selectPeers(from, 2, { kind: 'nearest' }, random()))).toEqual([6, 3]);
});

test('random: everybody has the same chance', () => {
  const from = Array.from({ length: 10 }, (_, number) => candidate(number, number));
  const seen = new Array<number>(10).fill(0);
  const dice = random();
  for (let round = 0; round < 10_000; round++) {
    for (const number of numbers(selectPeers(from, 3, { kind: 'random' }, dice)))
      seen[number] = (seen[number] ?? 0) + 1;
  }
  // 3,000 each, with a deviation of 46: six of them.
  for (const count of seen) expect(Math.abs(count - 3_000)).toBeLessThan(280);
});

describe('regional', () => {
  const regional = (from: readonly SelectionCandidate[], k: number, region: number, seed = 1) =>
    selectPeers(from, k, { kind: 'regional', region }, random(seed)).map((chosen) => chosen.region);

  test('the same region, then the neighbouring digits, then other parts of the country, then who has none', () => {
    const from = [89, 70, 81, undefined, 80, 10, 79, 82].map((region, number) => candidate(number, 1, region));
    expect(regional(from, 8, 80)).toEqual([80, 81, 82, 89, 70, 79, 10, undefined]);
    expect(regional(from, 2, 82)).toEqual([82, 81]);
  });

  test('within one region chance decides', () => {
    const from = Array.from({ length: 8 }, (_, number) => candidate(number, number, 50));
    const firsts = new Set(
      Array.from({ length: 60 }, (_, seed) =>
        numbers(selectPeers(from, 1, { kind: 'regional', region: 50 }, random(seed))).join(),
      ),
    );
    expect(firsts.size).toBe(8);
  });
});

describe('mixed', () => {
  test.each([
    [0, 0],
    [1, 0],
    [2, 1],
    [3, 1],
    [5, 1],
    [8, 2],
    [10, 2],
    [20, 4],
  ])('of %d, %d by chance', (k, share) => {
    expect(randomShare(k)).toBe(share);
  });

  test('four in five are the nearest, the others come from all the rest', () => {
    const from = Array.from({ length: 100 }, (_, number) => candidate(number, number));
    const others = new Set<number>();
    for (let seed = 0; seed < 200; seed++) {
      const chosen = numbers(selectPeers(from, 10, { kind: 'mixed' }, random(seed)));
      expect(chosen.slice(0, 8)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
      for (const number of chosen.slice(8)) others.add(number);
    }
    expect(Math.min(...others)).toBeGreaterThanOrEqual(8);
    expect(others.size).toBeGreaterThan(80);
  });

  test('one is the nearest, of two the second is chance', () => {
    const from = Array.from({ length: 50 }, (_, number) => candidate(number, number));
    expect(numbers(selectPeers(from, 1, { kind: 'mixed' }, random()))).toEqual([0]);
    const seconds = new Set(
      Array.from({ length: 40 }, (_, seed) => numbers(selectPeers(from, 2, { kind: 'mixed' }, random(seed)))[1]),
    );
    expect(seconds.size).toBeGreaterThan(10);
  });
});
