import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { WireMinute } from '#core/brand.ts';
import {
  AGE_GROUPS,
  KOSTENTRAEGER,
  type Kostentraeger,
  MODALITAETEN,
  SLOT_TYPES,
  type TrustLevel,
  toMask,
  VERFAHREN,
} from '#core/domain/values.ts';
import type { Announce } from '#core/wire/announce.ts';
import type { FinerSearch } from '#engine/slots/finer-filter.ts';
import { countByPlz, type SlotSearch, searchSlots } from '#engine/slots/search.ts';
import { createSlotStore, type SlotStore } from '#engine/slots/slot-store.ts';
import {
  announce,
  counter,
  DAY_MINUTES,
  minute,
  NOW,
  offer,
  practice,
  rawOf,
  withdraw,
} from '#test/engine/slots/records.ts';

const MUENCHEN = 80331;
const NEARBY = 80339;
const AUGSBURG = 86150;
const UNKNOWN = 99;

const distances = new Float32Array(100_000).fill(Number.NaN);
distances[MUENCHEN] = 0;
distances[NEARBY] = 2;
distances[AUGSBURG] = 57;

const search = (fields: Partial<SlotSearch> = {}): SlotSearch => ({
  payer: 'GKV',
  verfahren: [],
  types: [],
  modalitaeten: [],
  ageGroup: undefined,
  minTrust: 0,
  from: minute(0),
  to: minute(0xffffff),
  near: undefined,
  sort: 'time',
  offset: 0,
  limit: 50,
  ...fields,
});

const store = (...records: readonly (Announce & { readonly trust?: TrustLevel })[]): SlotStore => {
  const slots = createSlotStore({ capacity: 10_000 });
  records.forEach((record, number) => {
    const own = { ...record, address: practice(number) };
    const kept = slots.put(own, rawOf(own), record.trust ?? 2, NOW);
    if (!kept.ok) throw new Error(kept.code);
  });
  return slots;
};

/** The numbers of the practices that are found, in order. */
const found = (slots: SlotStore, fields: Partial<SlotSearch>, now: WireMinute = NOW): number[] =>
  searchSlots(slots, search(fields), now).slots.map((slot) => Number(slot.practice.slice(8)));

const one = [minute(NOW + DAY_MINUTES)];

describe('a search', () => {
  test('shows only what is offered for the payer that was asked for, whatever else is offered', () => {
    const all = 2 ** KOSTENTRAEGER.length;
    const slots = store(
      ...Array.from({ length: all - 1 }, (_, at) => announce({ kostentraeger: at + 1, starts: one })),
    );
    for (const [bit, payer] of KOSTENTRAEGER.entries()) {
      const masks = found(slots, { payer, limit: 100 }).map((number) => number + 1);
      expect(masks).toHaveLength(all / 2);
      for (const mask of masks) expect((mask >> bit) & 1).toBe(1);
    }
  });

  test('meets every filter at once', () => {
    const right = {
      verfahren: toMask(VERFAHREN, ['TP', 'AP']),
      slotType: SLOT_TYPES.indexOf('LZT'),
      modalitaet: toMask(MODALITAETEN, ['VOR_ORT', 'TELEFON']),
      ageGroup: AGE_GROUPS.indexOf('UNDER_21'),
      starts: one,
    };
    const slots = store(
      announce(right),
      announce({ ...right, verfahren: toMask(VERFAHREN, ['VT']) }),
      announce({ ...right, verfahren: 0 }),
      announce({ ...right, slotType: SLOT_TYPES.indexOf('KZT') }),
      announce({ ...right, modalitaet: toMask(MODALITAETEN, ['VIDEO']) }),
      announce({ ...right, ageGroup: AGE_GROUPS.indexOf('ADULTS') }),
      announce({ ...right, ageGroup: AGE_GROUPS.indexOf('ALL') }),
      { ...announce(right), trust: 0 },
    );
    const asked = {
      verfahren: ['AP'],
      types: ['LZT', 'AKUT'],
      modalitaeten: ['TELEFON'],
      ageGroup: 'UNDER_21',
      minTrust: 1,
    } as const;
    expect(found(slots, asked)).toEqual([0, 6]);
    expect(found(slots, {})).toHaveLength(8);
  });

  test('looks around a place, and further only for what was asked for by video or telephone', () => {
    const video = toMask(MODALITAETEN, ['VOR_ORT', 'VIDEO']);
    const slots = store(
      announce({ plz: AUGSBURG, starts: one }),
      announce({ plz: NEARBY, starts: one }),
      announce({ plz: MUENCHEN, starts: one }),
      announce({ plz: AUGSBURG, modalitaet: video, starts: one }),
      announce({ plz: UNKNOWN, starts: one }),
      announce({ plz: UNKNOWN, modalitaet: video, starts: one }),
    );
    const near = (radiusKm: number) => ({ near: { distances, radiusKm }, sort: 'distance' as const });
    expect(found(slots, near(25))).toEqual([2, 1]);
    expect(found(slots, near(0))).toEqual([2]);
    expect(found(slots, near(57))).toEqual([2, 1, 0, 3]);
    expect(found(slots, { ...near(25), modalitaeten: ['VOR_ORT'] })).toEqual([2, 1]);
    expect(found(slots, { ...near(25), modalitaeten: ['VIDEO'] })).toEqual([3, 5]);
    expect(found(slots, { ...near(25), modalitaeten: ['VIDEO', 'VOR_ORT'] })).toEqual([2, 1, 3, 5]);
    const away = searchSlots(slots, search({ ...near(25), modalitaeten: ['VIDEO'] }), NOW).slots;
    expect(away.map(({ distanceKm }) => distanceKm)).toEqual([57, undefined]);
    expect(found(slots, {})).toHaveLength(6);
  });

  test('hides what starts within ten minutes, is over, or lies outside the range', () => {
    const starts = [5, 10, 15, 60, 600, 6_000].map((after) => minute(NOW + after));
    const slots = store(announce({ starts }));
    const minutesFound = (fields: Partial<SlotSearch>, now: number = NOW): number[] =>
      searchSlots(slots, search(fields), minute(now)).slots.map(({ start }) => start - NOW);
    expect(minutesFound({})).toEqual([15, 60, 600, 6_000]);
    expect(minutesFound({}, NOW + 49)).toEqual([60, 600, 6_000]);
    expect(minutesFound({}, NOW + 50)).toEqual([600, 6_000]);
    expect(minutesFound({ from: minute(NOW + 60), to: minute(NOW + 6_000) })).toEqual([60, 600]);
    expect(minutesFound({ from: minute(NOW + 61), to: minute(NOW + 600) })).toEqual([]);
    expect(minutesFound({}, NOW + 5_990)).toEqual([]);
  });

  test('hides what has expired or was withdrawn, also before it is cleared away', () => {
    const slots = store(announce({ ttlClass: 0, starts: one }), announce({ starts: one }), announce({ starts: one }));
    const tombstone = withdraw({ address: practice(1), counter: counter(9) });
    slots.withdraw(tombstone, rawOf(tombstone), 2, NOW);
    expect(found(slots, {})).toEqual([0, 2]);
    expect(found(slots, {}, minute(NOW + 50))).toEqual([2]);
    slots.expire(minute(NOW + 50));
    expect(found(slots, {}, minute(NOW + 50))).toEqual([2]);
  });

  test('follows a changed trust level', () => {
    const slots = store({ ...announce({ starts: one }), trust: 0 });
    expect(found(slots, { minTrust: 1 })).toEqual([]);
    slots.setTrust(practice(0), 2);
    expect(found(slots, { minTrust: 2 })).toEqual([0]);
    expect(found(slots, { minTrust: 3 })).toEqual([]);
    slots.setTrust(practice(0), 0);
    expect(found(slots, { minTrust: 1 })).toEqual([]);
    expect(found(slots, { minTrust: 0 })).toEqual([0]);
  });

  test('asks for lengths, for series or single slots, and for certain practices', () => {
    const slots = store(
      announce({ minutes: 25, starts: one }),
      announce({ minutes: 50, series: true, codeRequired: true, starts: one }),
      announce({ minutes: 100, codeRequired: true, starts: one }),
      announce({ minutes: 240, series: true, starts: one }),
    );
    const finer = (fields: Partial<FinerSearch>) => ({
      finer: { minutes: [], series: undefined, practices: undefined, ...fields },
    });
    expect(found(slots, finer({}))).toEqual([0, 1, 2, 3]);
    expect(found(slots, finer({ minutes: [50] }))).toEqual([1]);
    expect(found(slots, finer({ minutes: [25, 240, 999, -1] }))).toEqual([0, 3]);
    expect(found(slots, finer({ series: true }))).toEqual([1, 3]);
    expect(found(slots, finer({ series: false }))).toEqual([0, 2]);
    expect(found(slots, finer({ practices: [practice(2), practice(3), practice(99)] }))).toEqual([2, 3]);
    expect(found(slots, finer({ practices: [] }))).toEqual([]);
    expect(found(slots, finer({ minutes: [50, 100], series: false, practices: [practice(1), practice(2)] }))).toEqual([
      2,
    ]);
    expect(searchSlots(slots, search(finer({ series: true })), NOW).total).toBe(2);
  });

  test('answers senseless pages with what they can hold', () => {
    const slots = store(announce(), announce());
    for (const [offset, limit, length] of [
      [0, 0, 0],
      [4, 10, 0],
      [3, 10, 1],
      [-5, 2, 2],
      [0, 1e9, 4],
      [1e9, 1e9, 0],
    ] as const) {
      const page = searchSlots(slots, search({ offset, limit }), NOW);
      expect(page.slots).toHaveLength(length);
      expect(page.total).toBe(4);
    }
    expect(searchSlots(slots, search({ offset: Number.NaN, limit: Number.NaN }), NOW).slots).toEqual([]);
  });
});

describe('against a plain filter and sort', () => {
  const fieldsArb = fc.record({
    verfahren: fc.nat(15),
    modalitaet: fc.integer({ min: 1, max: 7 }),
    kostentraeger: fc.integer({ min: 1, max: 63 }),
    slotType: fc.nat(6),
    ageGroup: fc.nat(2),
    plz: fc.constantFrom(MUENCHEN, NEARBY, AUGSBURG, UNKNOWN),
    steps: fc.uniqueArray(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 20 }),
    trust: fc.constantFrom<TrustLevel>(0, 1, 2, 3),
  });
  const records = fc.sample(fieldsArb, { numRuns: 400, seed: 7 }).map(({ steps, trust, ...fields }, at) => ({
    ...announce({
      ...fields,
      address: practice(at),
      offer: offer(at % 16),
      starts: steps.sort((a, b) => a - b).map((step) => minute(NOW - 10 + 5 * step)),
    }),
    trust,
  }));
  const slots = createSlotStore({ capacity: 1_000 });
  beforeAll(() => {
    for (const record of records) slots.put(record, rawOf(record), record.trust, NOW);
  });

  const plain = (query: SlotSearch): { practice: string; start: number; plz: number }[] => {
    const hits = records.flatMap((record) => {
      const km = distances[record.plz] ?? Number.NaN;
      const has = <T>(list: readonly T[], mask: number, wanted: readonly T[]): boolean =>
        wanted.length === 0 || wanted.some((value) => (mask >> list.indexOf(value)) & 1);
      const remote = query.modalitaeten.filter((each) => each !== 'VOR_ORT');
      const fits =
        has(KOSTENTRAEGER, record.kostentraeger, [query.payer]) &&
        has(VERFAHREN, record.verfahren, query.verfahren) &&
        has(SLOT_TYPES, 1 << record.slotType, query.types) &&
        has(MODALITAETEN, record.modalitaet, query.modalitaeten) &&
        (query.ageGroup === undefined || ['ALL', query.ageGroup].includes(AGE_GROUPS[record.ageGroup] ?? '')) &&
        record.trust >= query.minTrust &&
        (query.near === undefined ||
          km <= query.near.radiusKm ||
          (remote.length > 0 && has(MODALITAETEN, record.modalitaet, remote)));
      const starts = fits
        ? record.starts.filter((start) => start > NOW + 10 && start >= query.from && start < query.to)
        : [];
      return starts.map((start) => ({
        practice: record.address as string,
        start,
        plz: record.plz,
        km: Number.isNaN(km) ? 1e9 : km,
      }));
    });
    const byKm = query.sort === 'distance' && query.near !== undefined;
    const near = query.near === undefined ? 0 : 1;
    return hits.sort((a, b) => (byKm ? a.km - b.km || a.start - b.start : a.start - b.start || near * (a.km - b.km)));
  };

  test('finds the same slots in the same order, page after page', () => {
    const queryArb = fc.record({
      payer: fc.constantFrom<Kostentraeger>(...KOSTENTRAEGER),
      verfahren: fc.subarray([...VERFAHREN], { maxLength: 2 }),
      types: fc.subarray([...SLOT_TYPES]),
      modalitaeten: fc.subarray([...MODALITAETEN]),
      ageGroup: fc.option(fc.constantFrom(...AGE_GROUPS), { nil: undefined }),
      minTrust: fc.constantFrom<TrustLevel>(0, 1, 2, 3),
      from: fc.nat(800).map((after) => minute(NOW + after)),
      to: fc.nat(1_600).map((after) => minute(NOW + after)),
      near: fc.option(
        fc.constantFrom(1, 10, 100).map((radiusKm) => ({ distances, radiusKm })),
        { nil: undefined },
      ),
      sort: fc.constantFrom('distance' as const, 'time' as const),
      limit: fc.integer({ min: 1, max: 40 }),
    });
    const property = fc.property(queryArb, (query) => {
      const expected = plain({ ...query, offset: 0 });
      const pages: { practice: string; start: number }[] = [];
      for (let offset = 0; offset < Math.min(expected.length, 200); offset += query.limit) {
        const { total, slots: page } = searchSlots(slots, { ...query, offset }, NOW);
        expect(total).toBe(expected.length);
        pages.push(...page.map(({ practice: address, start }) => ({ practice: address as string, start })));
      }
      const byPlz = countByPlz(slots, { ...query, offset: 0 }, NOW);
      expect(byPlz.reduce((sum, count) => sum + count, 0)).toBe(expected.length);
      for (const plz of [MUENCHEN, NEARBY, AUGSBURG, UNKNOWN])
        expect(byPlz[plz]).toBe(expected.filter((hit) => hit.plz === plz).length);
      expect(pages).toEqual(
        expected.slice(0, pages.length).map(({ practice: address, start }) => ({ practice: address, start })),
      );
      if (expected.length === 0) expect(searchSlots(slots, { ...query, offset: 0 }, NOW).total).toBe(0);
    });
    fc.assert(property, { numRuns: 300 });
  });
});
