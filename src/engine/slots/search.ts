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
import type { SlotStore } from '#engine/slots/slot-store.ts';
import { addressOf } from '#engine/slots/slot-table.ts';
import { addSlot, admits, createTopSlots, sortedSlots, type TopSlots } from '#engine/slots/top-slots.ts';

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
  readonly byTime: boolean;
}

/** Gives the heap a row's starts in the range. They ascend, so the first that is refused is the last. */
const offerStarts = (pass: Pass, row: number, distance: number, at: number, end: number): void => {
  const { starts, top, from, to, byTime } = pass;
  for (let next = at; next < end; next++) {
    const start = starts[next] ?? 0;
    if (start < from) continue;
    const major = byTime ? start : distance;
    const minor = byTime ? distance : start;
    if (start >= to || !admits(top, major, minor)) return;
    addSlot(top, major, minor, row);
  }
};

/** How many starts are in the range, by the sign bits of differences: nothing here depends on what a branch guesses. */
const countStarts = ({ starts, from, to }: Pass, at: number, end: number): number => {
  let count = 0;
  for (let next = at; next < end; next++) {
    const start = starts[next] ?? 0;
    count += ((from - 1 - start) & (start - to)) >>> 31;
  }
  return count;
};

/** Counts a row's starts in the range, and offers them if the soonest possible of them would be among the first. */
const takeStarts = (pass: Pass, row: number, distance: number, first: number, last: number): number => {
  const { top, from, to, byTime } = pass;
  const at = pass.startsAt[row] ?? 0;
  const end = at + (pass.startsCount[row] ?? 0);
  const soonest = first < from ? from : first;
  const mayEnter = byTime ? admits(top, soonest, distance) : admits(top, distance, soonest);
  if (mayEnter) offerStarts(pass, row, distance, at, end);
  return first >= from && last < to ? end - at : countStarts(pass, at, end);
};

/** The loop that decides how fast a search is: every test is cheap, the most selective ones come first. */
const scan = (pass: Pass, search: SlotSearch, now: number): number => {
  const { high, from, to } = pass;
  const { facets, expires, firstStart, lastStart, plz } = pass.columns;
  const { mask, carry } = toFilter(search);
  const remote = modalitaetFacet(toMask(MODALITAETEN, search.modalitaeten)) & REMOTE;
  const { distances, radiusKm } = search.near ?? { distances: undefined, radiusKm: 0 };
  let total = 0;
  for (let row = 0; row < high; row++) {
    const facet = facets[row] ?? 0;
    // meetsFilter of facets.ts, written out.
    if (((((facet & mask) + carry) | 0) & GUARDS) !== GUARDS) continue;
    let distance = 0;
    if (distances !== undefined) {
      distance = distances[plz[row] ?? 0] ?? Number.NaN;
      if (!(distance <= radiusKm)) {
        if ((facet & remote) === 0) continue;
        if (Number.isNaN(distance)) distance = UNKNOWN_KM;
      }
    }
    const first = firstStart[row] ?? 0;
    const last = lastStart[row] ?? 0;
    if (last < from || first >= to || (expires[row] ?? 0) <= now) continue;
    total += takeStarts(pass, row, distance, first, last);
  }
  return total;
};

const bounded = (value: number): number => Math.min(Math.max(Math.trunc(value) || 0, 0), MAX_WINDOW);

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
  const from = Math.max(search.from, now + LEAD_MINUTES + 1);
  const { columns, high } = table;
  const { startsAt, startsCount } = columns;
  const starts = table.starts.items;
  const total = scan({ columns, high, starts, startsAt, startsCount, top, from, to: search.to, byTime }, search, now);
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
