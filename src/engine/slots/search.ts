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
import {
  ageGroupFacet,
  kostentraegerFacet,
  minTrustFacet,
  modalitaetFacet,
  slotTypeFacet,
  verfahrenFacet,
} from '#engine/slots/facets.ts';
import type { SlotStore } from '#engine/slots/slot-store.ts';
import { addressOf, type SlotTable } from '#engine/slots/slot-table.ts';
import { createTopSlots, type TopSlots } from '#engine/slots/top-slots.ts';

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
const ANY = -1;
const REMOTE = modalitaetFacet(toMask(MODALITAETEN, ['VIDEO', 'TELEFON']));
/** A slot that starts now plus this many minutes or sooner is not shown; `now` has been running for up to a minute. */
const LEAD_MINUTES = RESERVE_LEAD / MINUTE;

/** Each must meet the facets of an offer. `ANY` meets all of them, and none of a row without an announcement. */
interface Masks {
  readonly payer: number;
  readonly verfahren: number;
  readonly types: number;
  readonly modalitaet: number;
  readonly age: number;
  readonly trust: number;
  /** Ways of meeting that were asked for and need no way there. */
  readonly remote: number;
}

const toMasks = (search: SlotSearch): Masks => {
  const modalitaet = modalitaetFacet(toMask(MODALITAETEN, search.modalitaeten));
  const ages: AgeGroup[] = search.ageGroup === undefined ? [] : [search.ageGroup, 'ALL'];
  return {
    // Never ANY: without a payer nothing is found.
    payer: kostentraegerFacet(toMask(KOSTENTRAEGER, [search.payer])),
    verfahren: verfahrenFacet(toMask(VERFAHREN, search.verfahren)) || ANY,
    types: slotTypeFacet(toMask(SLOT_TYPES, search.types)) || ANY,
    modalitaet: modalitaet || ANY,
    age: ageGroupFacet(toMask(AGE_GROUPS, ages)) || ANY,
    trust: minTrustFacet(search.minTrust),
    remote: modalitaet & REMOTE,
  };
};

const meets = (facets: number, masks: Masks): boolean =>
  (facets & masks.payer) !== 0 &&
  (facets & masks.verfahren) !== 0 &&
  (facets & masks.types) !== 0 &&
  (facets & masks.modalitaet) !== 0 &&
  (facets & masks.age) !== 0 &&
  (facets & masks.trust) !== 0;

interface Pass {
  readonly table: SlotTable;
  readonly top: TopSlots;
  readonly from: number;
  readonly to: number;
  readonly byTime: boolean;
}

/** Offers a row's starts within the range to the heap; how many there are. Starts ascend, so the first refusal is the last. */
const takeStarts = ({ table, top, from, to, byTime }: Pass, row: number, distance: number): number => {
  const { firstStart, lastStart, startsAt, startsCount } = table.columns;
  const starts = table.starts.items;
  let at = startsAt[row] ?? 0;
  let end = at + (startsCount[row] ?? 0);
  if ((firstStart[row] ?? 0) < from) while (at < end && (starts[at] ?? 0) < from) at++;
  if ((lastStart[row] ?? 0) >= to) while (end > at && (starts[end - 1] ?? 0) >= to) end--;
  const found = end - at;
  for (; at < end; at++) {
    const start = starts[at] ?? 0;
    const major = byTime ? start : distance;
    const minor = byTime ? distance : start;
    if (!top.admits(major, minor)) break;
    top.add(major, minor, row);
  }
  return found;
};

const scan = (pass: Pass, search: SlotSearch, now: number): number => {
  const { table, from, to } = pass;
  const { facets, expires, firstStart, lastStart, plz } = table.columns;
  const masks = toMasks(search);
  const { distances, radiusKm } = search.near ?? { distances: undefined, radiusKm: 0 };
  let total = 0;
  for (let row = 0; row < table.high; row++) {
    const facet = facets[row] ?? 0;
    if (!meets(facet, masks)) continue;
    let distance = 0;
    if (distances !== undefined) {
      distance = distances[plz[row] ?? 0] ?? Number.NaN;
      if (!(distance <= radiusKm)) {
        if ((facet & masks.remote) === 0) continue;
        if (Number.isNaN(distance)) distance = UNKNOWN_KM;
      }
    }
    if ((lastStart[row] ?? 0) < from || (firstStart[row] ?? 0) >= to || (expires[row] ?? 0) <= now) continue;
    total += takeStarts(pass, row, distance);
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
  const total = scan({ table, top, from, to: search.to, byTime }, search, now);
  const found = top.sorted().slice(offset);
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
