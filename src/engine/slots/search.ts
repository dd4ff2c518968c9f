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
import { ROW } from '#engine/slots/columns.ts';
import {
  ageGroupFacet,
  kostentraegerFacet,
  minTrustFacet,
  modalitaetFacet,
  slotTypeFacet,
  verfahrenFacet,
} from '#engine/slots/facets.ts';
import type { SlotStore } from '#engine/slots/slot-store.ts';
import { createTopSlots } from '#engine/slots/top-slots.ts';

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
  /** Distances and the radius, when the search names a place. Offers by video or telephone count from anywhere. */
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

const MAX_WINDOW = 2_000;
const REMOTE = modalitaetFacet(toMask(MODALITAETEN, ['VIDEO', 'TELEFON']));

interface Masks {
  readonly any: readonly number[];
}

/** An offer matches when each of these masks meets its facets; those that mean "any" are left out. */
const toMasks = (search: SlotSearch): Masks => {
  const ages: AgeGroup[] = search.ageGroup === undefined ? [] : [search.ageGroup, 'ALL'];
  const masks = [
    kostentraegerFacet(toMask(KOSTENTRAEGER, [search.payer])),
    verfahrenFacet(toMask(VERFAHREN, search.verfahren)),
    slotTypeFacet(toMask(SLOT_TYPES, search.types)),
    modalitaetFacet(toMask(MODALITAETEN, search.modalitaeten)),
    ageGroupFacet(toMask(AGE_GROUPS, ages)),
    minTrustFacet(search.minTrust),
  ];
  return { any: masks.filter((mask) => mask !== 0) };
};

/** Remote offers are near everywhere, when the person did not ask for a visit only. */
const remoteMask = (search: SlotSearch): number => {
  const asked = modalitaetFacet(toMask(MODALITAETEN, search.modalitaeten));
  return search.modalitaeten.length === 0 ? REMOTE : asked & REMOTE;
};

/** Rows are scanned in storage order; equal slots keep it, so that pages do not overlap. */
export const searchSlots = (
  store: SlotStore,
  search: SlotSearch,
  now: WireMinute,
): { readonly total: number; readonly slots: readonly FoundSlot[] } => {
  const { table } = store.state;
  const { facets, state, expires, firstStart, lastStart, plz, startsAt, startsCount, key, offer } = table.columns;
  const starts = table.starts.items;
  const { any } = toMasks(search);
  const remote = remoteMask(search);
  const from = Math.max(search.from, now + RESERVE_LEAD / MINUTE);
  const { to, near } = search;
  const top = createTopSlots(Math.min(search.offset + search.limit, MAX_WINDOW), search.sort);
  let total = 0;
  for (let row = 0; row < table.high; row++) {
    const facet = facets[row] ?? 0;
    if (state[row] !== ROW.announced || (expires[row] ?? 0) <= now) continue;
    if ((lastStart[row] ?? 0) < from || (firstStart[row] ?? 0) >= to) continue;
    let matches = true;
    for (const mask of any) if ((facet & mask) === 0) matches = false;
    if (!matches) continue;
    const distance = near === undefined ? 0 : (near.distances[plz[row] ?? 0] ?? Number.NaN);
    if (near !== undefined && !(distance <= near.radiusKm) && (facet & remote) === 0) continue;
    const sorted = Number.isNaN(distance) ? Number.MAX_VALUE : distance;
    const first = startsAt[row] ?? 0;
    const end = first + (startsCount[row] ?? 0);
    for (let at = first; at < end; at++) {
      const start = starts[at] ?? 0;
      if (start < from || start >= to) continue;
      total++;
      top.offer(sorted, start, row);
    }
  }
  const slots = top.sorted().map(
    ({ distance, start, row }): FoundSlot => ({
      practice: table.keys.addressOf(key[row] ?? 0),
      offer: (offer[row] ?? 0) as OfferId,
      start: start as WireMinute,
      distanceKm: near === undefined || distance === Number.MAX_VALUE ? undefined : distance,
    }),
  );
  return { total, slots: slots.slice(search.offset) };
};
