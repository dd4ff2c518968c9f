/**
 * Search over the columns: one pass of integer ANDs, the best `offset + limit` slots kept in a bounded heap, and a count
 * of all that match (docs/decisions/0007-columnar-slot-store.md). Never touches the network: a search stays on the device.
 */
import type { NodeAddress, OfferId, WireMinute } from '#core/brand.ts';
import { MINUTE, RESERVE_LEAD } from '#core/domain/limits.ts';
import {
  AGE_GROUPS,
  type AgeGroup,
  KOSTENTRAEGER,
  type Kostentraeger,
  MODALITAETEN,
  type Modalitaet,
  SLOT_TYPES,
  type SlotType,
  type TrustLevel,
  toMask,
  VERFAHREN,
  type Verfahren,
} from '#core/domain/values.ts';
import type { SlotColumns } from '#engine/slots/columns.ts';
import { createFacetFilter, type FacetFilter, GUARDS, modalitaetFacet } from '#engine/slots/facets.ts';
import { createFinerFilter, type FinerFilter, type FinerSearch, meetsFiner } from '#engine/slots/finer-filter.ts';
import type { SlotStore } from '#engine/slots/slot-store.ts';
import { addressOf } from '#engine/slots/slot-table.ts';
import { addSlot, admits, createTopSlots, sortedSlots, type TopSlots, worstMajor } from '#engine/slots/top-slots.ts';

export interface SlotSearch {
  /** One payer, always: a search for GKV never meets an offer that is not for GKV (rule 1 of the domain). */
  readonly payer: Kostentraeger;
  /** Empty lists mean "any". */
  readonly verfahren: readonly Verfahren[];
  readonly types: readonly SlotType[];
  readonly modalitaeten: readonly Modalitaet[];
  readonly ageGroup: AgeGroup | undefined;
  readonly minTrust: TrustLevel;
  /** Half-open range of starts. */
  readonly from: WireMinute;
  readonly to: WireMinute;
  /**
   * Distances and the radius, when the search names a place. An offer by video or telephone counts from anywhere, but only
   * when the search asks for that way of meeting: somebody who did not is looking for a door nearby.
   */
  readonly near: { readonly distances: Distances; readonly radiusKm: number } | undefined;
  /** What is asked beyond the facets; undefined where nothing is. */
  readonly finer?: FinerSearch | undefined;
  readonly sort: 'distance' | 'time';
  readonly offset: number;
  readonly limit: number;
}

/** Kilometres from the place of a search to each postal code, by its number; NaN where that is unknown. */
export type Distances = Float32Array;

export interface FoundSlot {
  readonly practice: NodeAddress;
  readonly offer: OfferId;
  readonly start: WireMinute;
  readonly distanceKm: number | undefined;
}

/** Most slots that a search looks through for a page: whoever wants more narrows the search. */
export const MAX_WINDOW = 2_000;

/** Further than anything: where an offer whose postal code is unknown is sorted. */
const UNKNOWN_KM = 1e9;
const REMOTE = modalitaetFacet(toMask(MODALITAETEN, ['VIDEO', 'TELEFON']));
/** A slot that starts now plus this many minutes or sooner is not shown; `now` has been running for up to a minute. */
const LEAD_MINUTES = RESERVE_LEAD / MINUTE;

const toFilter = (search: SlotSearch): FacetFilter =>
  createFacetFilter({
    payer: toMask(KOSTENTRAEGER, [search.payer]),
    verfahren: toMask(VERFAHREN, search.verfahren),
    modalitaet: toMask(MODALITAETEN, search.modalitaeten),
    types: toMask(SLOT_TYPES, search.types),
    ages: toMask(AGE_GROUPS, search.ageGroup === undefined ? [] : [search.ageGroup, 'ALL']),
    minTrust: search.minTrust,
  });

/** What one pass reads and fills, taken out of the table once: the loop runs a hundred thousand times. */
interface Pass {
  readonly columns: SlotColumns;
  readonly high: number;
  readonly starts: Uint32Array;
  readonly startsAt: Uint32Array;
  readonly startsCount: Uint8Array;
  readonly top: TopSlots;
  readonly from: number;
  readonly to: number;
  readonly now: number;
  readonly byTime: boolean;
  readonly finer: FinerFilter | undefined;
  /** Where given, counts what matches by the number of its postal code. */
  readonly byPlz: Uint32Array | undefined;
}

/** Gives the heap a row's starts in the range. They ascend, so the first that is refused is the last. */
const offerStarts = (pass: Pass, row: number, distance: number): void => {
  const { starts, top, from, to, byTime } = pass;
  const at = pass.startsAt[row] ?? 0;
  const end = at + (pass.startsCount[row] ?? 0);
  for (let next = at; next < end; next++) {
    const start = starts[next] ?? 0;
    if (start < from) continue;
    const major = byTime ? start : distance;
    const minor = byTime ? distance : start;
    if (start >= to || !admits(top, major, minor)) return;
    addSlot(top, major, minor, row);
  }
};

/** How many of a row's starts are in the range, without a branch that would have to be guessed. */
const countStarts = ({ starts, startsAt, startsCount, from, to }: Pass, row: number): number => {
  const at = startsAt[row] ?? 0;
  const end = at + (startsCount[row] ?? 0);
  let count = 0;
  for (let next = at; next < end; next++) {
    const start = starts[next] ?? 0;
    count += ((from - 1 - start) & (start - to)) >>> 31;
  }
  return count;
};

/** Rows whose candidates are gathered at a time: few enough that the list stays in the first-level cache. */
const BLOCK = 1_024;

/** 1 when `word` is zero, else 0, without a branch. */
const isZero = (word: number): number => ((word - 1) & ~word) >>> 31;

/**
 * Writes the rows in [begin, end) whose facets meet the filter to `found`, and returns how many. Whether a row meets it is
 * often close to a coin's toss, which no processor predicts; so every row is written and only the count decides.
 */
const gather = (facets: Uint32Array, filter: FacetFilter, begin: number, end: number, found: Int32Array): number => {
  const { mask, carry } = filter;
  let count = 0;
  for (let row = begin; row < end; row++) {
    found[count] = row;
    // The test of facets.ts: no guard is missing.
    count += isZero(((((facets[row] ?? 0) & mask) + carry) & GUARDS) ^ GUARDS);
  }
  return count;
};

/** One pass over all rows, block by block: gathers those that meet the filter, then looks at where and when they are. */
const scan = (pass: Pass, search: SlotSearch): number => {
  const { high, top, startsCount, byTime, finer, byPlz } = pass;
  // Minutes have 24 bits: said with `| 0`, so that they are compared as the integers that they are.
  const from = pass.from | 0;
  const to = pass.to | 0;
  const now = pass.now | 0;
  const { facets, plz, firstStart, lastStart, expires } = pass.columns;
  const filter = toFilter(search);
  const remote = modalitaetFacet(toMask(MODALITAETEN, search.modalitaeten)) & REMOTE;
  const { distances, radiusKm } = search.near ?? { distances: undefined, radiusKm: 0 };
  const found = new Int32Array(BLOCK);
  let worst = worstMajor(top);
  let total = 0;
  for (let begin = 0; begin < high; begin += BLOCK) {
    const count = gather(facets, filter, begin, Math.min(begin + BLOCK, high), found);
    for (let at = 0; at < count; at++) {
      const row = found[at] ?? 0;
      let distance = 0;
      if (distances !== undefined) {
        distance = distances[plz[row] ?? 0] ?? Number.NaN;
        if (!(distance <= radiusKm)) {
          if (((facets[row] ?? 0) & remote) === 0) continue;
          if (Number.isNaN(distance)) distance = UNKNOWN_KM;
        }
      }
      const first = (firstStart[row] ?? 0) | 0;
      const last = (lastStart[row] ?? 0) | 0;
      if (last < from || first >= to || ((expires[row] ?? 0) | 0) <= now) continue;
      if (finer !== undefined && !meetsFiner(finer, pass.columns, row)) continue;
      if ((byTime ? first : distance) <= worst) {
        offerStarts(pass, row, distance);
        worst = worstMajor(top);
      }
      const isWhole = first >= from && last < to;
      const matching = isWhole ? (startsCount[row] ?? 0) : countStarts(pass, row);
      total += matching;
      if (byPlz !== undefined) byPlz[plz[row] ?? 0] = (byPlz[plz[row] ?? 0] ?? 0) + matching;
    }
  }
  return total;
};

const bounded = (value: number): number => Math.min(Math.max(Math.trunc(value) || 0, 0), MAX_WINDOW);

const createPass = (
  { state: { table } }: SlotStore,
  search: SlotSearch,
  now: WireMinute,
  top: TopSlots,
  byPlz: Uint32Array | undefined,
): Pass => ({
  columns: table.columns,
  high: table.high,
  starts: table.starts.items,
  startsAt: table.columns.startsAt,
  startsCount: table.columns.startsCount,
  top,
  from: Math.max(search.from, now + LEAD_MINUTES + 1),
  to: search.to,
  now,
  byTime: search.sort === 'time' || search.near === undefined,
  finer: search.finer === undefined ? undefined : createFinerFilter(table.keys, search.finer),
  byPlz,
});

const PLZ_NUMBERS = 100_000;

/** How many slots match at each postal code, by its number (0–99,999). Sorting and paging say nothing here. */
export const countByPlz = (store: SlotStore, search: SlotSearch, now: WireMinute): Uint32Array => {
  const byPlz = new Uint32Array(PLZ_NUMBERS);
  scan(createPass(store, search, now, createTopSlots(0), byPlz), search);
  return byPlz;
};

/**
 * `now` is the minute that this moment lies in. `total` counts every slot that matches, also those beyond MAX_WINDOW.
 * Sorts by distance, then start, or the other way round; then by place in the store.
 */
export const searchSlots = (
  store: SlotStore,
  search: SlotSearch,
  now: WireMinute,
): { readonly total: number; readonly slots: readonly FoundSlot[] } => {
  const { table } = store.state;
  const byTime = search.sort === 'time' || search.near === undefined;
  const offset = bounded(search.offset);
  const top = createTopSlots(bounded(offset + bounded(search.limit)));
  const pass = createPass(store, search, now, top, undefined);
  const total = scan(pass, search);
  const found = sortedSlots(top).slice(offset);
  const slots = found.map(({ major, minor, row }): FoundSlot => {
    const distance = byTime ? minor : major;
    return {
      practice: addressOf(table, row),
      offer: (table.columns.offer[row] ?? 0) as OfferId,
      start: (byTime ? major : minor) as WireMinute,
      distanceKm: search.near === undefined || distance === UNKNOWN_KM ? undefined : distance,
    };
  });
  return { total, slots };
};
