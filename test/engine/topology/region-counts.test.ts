import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Region, WireMinute } from '#core/brand.ts';
import { toMask, VERFAHREN } from '#core/domain/values.ts';
import type { Announce } from '#core/wire/announce.ts';
import type { Summary } from '#core/wire/summary.ts';
import { createSlotStore, type SlotStore } from '#engine/slots/slot-store.ts';
import {
  countFree,
  fromSummary,
  isWorthSending,
  mergeCounts,
  NO_COUNTS,
  type RegionCounts,
  toSummary,
} from '#engine/topology/region-counts.ts';
import { announce, counter, DAY_MINUTES, minute, NOW, practice, rawOf, withdraw } from '#test/engine/slots/records.ts';

const TOMORROW = NOW + DAY_MINUTES;

const store = (...records: readonly (Partial<Announce> & { readonly trust?: 0 | 1 | 2 | 3 })[]): SlotStore => {
  const slots = createSlotStore({ capacity: 10_000 });
  records.forEach(({ trust, ...fields }, number) => {
    const record = announce({ address: practice(number), ...fields });
    const kept = slots.put(record, rawOf(record), trust ?? 2, NOW);
    if (!kept.ok) throw new Error(kept.code);
  });
  return slots;
};

const counted = (slots: SlotStore, now: WireMinute = NOW): Summary['regions'] =>
  toSummary(countFree(slots, now)).regions;

const counts = (regions: Summary['regions']): RegionCounts => fromSummary({ kind: 'summary', regions }, NOW);

const regionCount = fc.record({
  region: fc.integer({ min: 0, max: 99 }).map((value) => value as Region),
  free: fc
    .array(fc.integer({ min: 0, max: 0xffff }), { minLength: 4, maxLength: 4 })
    .filter((free) => free.some((count) => count > 0)),
  minute: fc.integer({ min: NOW - DAY_MINUTES, max: NOW }).map(minute),
});
const anyCounts = fc.uniqueArray(regionCount, { selector: ({ region }) => region, maxLength: 12 }).map(counts);

describe('what a node counts itself', () => {
  test('is every start, for each Verfahren of its offer, in the region of its postal code', () => {
    const slots = store(
      { plz: 80_331, verfahren: toMask(VERFAHREN, ['VT', 'AP']) },
      { plz: 80_999, verfahren: toMask(VERFAHREN, ['AP']), starts: [minute(TOMORROW)], issued: minute(NOW - 3) },
      { plz: 1_067, verfahren: toMask(VERFAHREN, ['ST']) },
      { plz: 50_667, verfahren: 0 },
    );
    expect(counted(slots)).toEqual([
      { region: 1, free: [0, 0, 0, 2], minute: NOW - 10 },
      { region: 80, free: [2, 0, 3, 0], minute: NOW - 3 },
    ]);
  });

  test('is nothing of keys that nobody vouches for, whatever the payer is otherwise', () => {
    expect(counted(store({ trust: 0 }))).toEqual([]);
    expect(counted(store({ trust: 1, kostentraeger: 32 }, { trust: 3, kostentraeger: 1 }))).toMatchObject([
      { free: [4, 0, 0, 0] },
    ]);
  });

  test('is nothing that is over, too soon, withdrawn or forgotten', () => {
    const soon = [10, 15].map((ahead) => minute(NOW + ahead));
    const slots = store({ starts: soon }, { plz: 10_115, ttlClass: 0 });
    const asked = (now: number) => counted(slots, minute(now)).map(({ region, free }) => [region, free[0]]);
    expect(asked(NOW)).toEqual([
      [10, 2],
      [80, 1],
    ]);
    expect(asked(NOW + 5)).toEqual([[10, 2]]);
    expect(asked(NOW + 50)).toEqual([]);
    const own = withdraw({ address: practice(0), counter: counter(2) });
    const other = store({});
    expect(other.withdraw(own, rawOf(own), 2, NOW).ok).toBe(true);
    expect(counted(other)).toEqual([]);
  });

  test('saturates', () => {
    const starts = Array.from({ length: 31 }, (_, at) => minute(TOMORROW + at * 5));
    const slots = store(...Array.from({ length: 2_115 }, () => ({ starts })));
    expect(counted(slots)).toMatchObject([{ free: [0xffff, 0, 0, 0] }]);
  });
});

describe('merging by the maximum', () => {
  test('is commutative, associative and idempotent, and nothing is neutral', () => {
    fc.assert(
      fc.property(anyCounts, anyCounts, anyCounts, (a, b, c) => {
        expect(mergeCounts(a, b)).toEqual(mergeCounts(b, a));
        expect(mergeCounts(a, mergeCounts(b, c))).toEqual(mergeCounts(mergeCounts(a, b), c));
        expect(mergeCounts(a, b, c)).toEqual(mergeCounts(a, mergeCounts(b, c)));
        expect(mergeCounts(a, a)).toEqual(a);
        expect(mergeCounts(a, NO_COUNTS)).toEqual(a);
        expect(mergeCounts()).toEqual(NO_COUNTS);
      }),
    );
  });

  test('changes nothing that it was given', () => {
    fc.assert(
      fc.property(anyCounts, anyCounts, (a, b) => {
        const before = structuredClone([a, b]);
        mergeCounts(a, b);
        expect([a, b]).toEqual(before);
      }),
    );
  });

  test('is the true count as soon as one node holds the whole region, and never more', () => {
    const offers = fc.array(fc.record({ plz: fc.constantFrom(1_067, 10_115, 80_331), who: fc.integer({ min: 0 }) }), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(offers, (list) => {
        const all = list.map(({ plz }, number) => ({ plz, address: practice(number) }));
        const truth = countFree(store(...all), NOW);
        // Node r holds all of region r and whatever it has heard of the others.
        const regions = [1_067, 10_115, 80_331];
        const nodes = regions.map((own, at) =>
          countFree(
            store(...all.filter(({ plz }, number) => plz === own || ((list[number]?.who ?? 0) >> at) & 1)),
            NOW,
          ),
        );
        expect(mergeCounts(...nodes)).toEqual(truth);
        const partial = mergeCounts(...nodes.slice(1));
        expect(partial.free.every((count, at) => count <= (truth.free[at] ?? 0))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});

describe('a summary', () => {
  test('says what was counted, both ways', () => {
    fc.assert(
      fc.property(anyCounts, (some) => {
        expect(fromSummary(toSummary(some), NOW)).toEqual(some);
      }),
    );
  });

  test('of which nothing can be valid any more is not taken', () => {
    const regions = [168 * 60, 168 * 60 - 1].map((age, at) => ({
      region: at as Region,
      free: [1, 0, 0, 0],
      minute: minute(NOW - age),
    }));
    expect(toSummary(counts(regions)).regions).toEqual([regions[1]]);
  });

  test('is worth sending from 2 % on, and when something begins or ends', () => {
    const of = (count: number, issued = NOW) =>
      count === 0 ? NO_COUNTS : counts([{ region: 1 as Region, free: [count, 0, 0, 0], minute: issued }]);
    expect(isWorthSending(of(1_000), of(1_000, minute(NOW - 5)))).toBe(false);
    expect(isWorthSending(of(1_000), of(1_020))).toBe(false);
    expect(isWorthSending(of(1_000), of(1_021))).toBe(true);
    expect(isWorthSending(of(1_000), of(981))).toBe(false);
    expect(isWorthSending(of(1_000), of(980))).toBe(true);
    expect(isWorthSending(of(0), of(1))).toBe(true);
    expect(isWorthSending(of(1), of(0))).toBe(true);
    expect(isWorthSending(of(0), of(0))).toBe(false);
  });
});
