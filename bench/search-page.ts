/** The part of the search benchmark that runs in a page: our store and search, and beside them what one would write first. */
import type { WireMinute } from '#core/brand.ts';
import { type Announce, encodeAnnounce } from '#core/wire/announce.ts';
import { type Distances, type SlotSearch, searchSlots } from '#engine/slots/search.ts';
import { createSlotStore, type SlotStore } from '#engine/slots/slot-store.ts';
import { loadSnapshot, packSnapshot } from '#engine/slots/snapshot.ts';
import { announcement } from './announcements.ts';

const COUNT = 100_000;
const CAPACITY = 120_000;
const RESULTS = 50;
const NOW = 400_000 as WireMinute;
const SIGNATURE_BYTES = 64;
const POSTAL_CODES = 100_000;
const RADIUS_KM = 100;

/** What somebody asks: near here, soonest anywhere, and a narrow one. In turn, so that no single one sets the number. */
const createSearches = (): SlotSearch[] => {
  const distances: Distances = Float32Array.from({ length: POSTAL_CODES }, (_, plz) => Math.abs(plz - 80_331) / 100);
  const broad: SlotSearch = {
    payer: 'GKV',
    verfahren: [],
    types: [],
    modalitaeten: [],
    ageGroup: undefined,
    minTrust: 0,
    from: NOW,
    to: 16_777_215 as WireMinute,
    near: undefined,
    sort: 'time',
    offset: 0,
    limit: RESULTS,
  };
  const near: SlotSearch = { ...broad, near: { distances, radiusKm: RADIUS_KM }, sort: 'distance' };
  const narrow: SlotSearch = { ...near, verfahren: ['VT'], types: ['SPRECHSTUNDE', 'AKUT'], ageGroup: 'ADULTS' };
  return [near, broad, narrow];
};

const fill = (): { store: SlotStore; objects: Announce[] } => {
  const store = createSlotStore({ capacity: CAPACITY });
  const objects: Announce[] = [];
  for (let index = 0; index < COUNT; index++) {
    const announce = announcement(index, NOW);
    const encoded = encodeAnnounce(announce);
    if (!encoded.ok) throw new Error(encoded.code);
    const raw = new Uint8Array(encoded.value.length + SIGNATURE_BYTES);
    raw.set(encoded.value);
    const put = store.put(announce, raw, 2, NOW);
    if (!put.ok) throw new Error(put.code);
    objects.push(announce);
  }
  return { store, objects };
};

const { store, objects } = fill();
const searches = createSearches();
const snapshot = packSnapshot(store);
/** Whatever is computed ends up here, so that nothing of it can be left out. */
let witness = 0;

/** The first results with everything that a card shows: the offer is read from its signed bytes. */
const searchOnce = (search: SlotSearch): number => {
  const { slots } = searchSlots(store, search, NOW);
  for (const { practice, offer, start } of slots) {
    const stored = store.get(practice, offer);
    if (stored === undefined) throw new Error('a result that is not stored');
    witness += stored.announce.minutes + start;
  }
  if (slots.length !== RESULTS) throw new Error(`${slots.length} results`);
  return slots.length;
};

/** Without reading the offers. */
const scanOnce = (search: SlotSearch): number => {
  const { total } = searchSlots(store, search, NOW);
  witness += total;
  return total;
};

/** The same answer from plain objects: filter, sort, cut. */
const filterOnce = ({ near, verfahren, types, ageGroup, sort }: SlotSearch): number => {
  const distanceOf = (announce: Announce): number => near?.distances[announce.plz] ?? 0;
  const found = objects
    .filter(
      (one) =>
        (one.kostentraeger & 1) !== 0 &&
        (verfahren.length === 0 || (one.verfahren & 1) !== 0) &&
        (types.length === 0 || one.slotType < 2) &&
        (ageGroup === undefined || one.ageGroup !== 1) &&
        distanceOf(one) <= (near?.radiusKm ?? 0),
    )
    .flatMap((announce) => announce.starts.map((start) => ({ announce, start, distance: distanceOf(announce) })))
    .sort((a, b) =>
      sort === 'distance' ? a.distance - b.distance || a.start - b.start : a.start - b.start || a.distance - b.distance,
    )
    .slice(0, RESULTS);
  witness += found[0]?.start ?? 0;
  return found.length;
};

const timed = (work: () => unknown): number => {
  const begun = performance.now();
  work();
  return performance.now() - begun;
};

const repeat = (times: number, once: (search: SlotSearch) => number): number[] =>
  Array.from({ length: times }, (_, index) => {
    const search = searches[index % searches.length];
    return search === undefined ? Number.NaN : timed(() => once(search));
  });

const loadOnce = (): number =>
  timed(() => {
    const loaded = loadSnapshot(snapshot);
    if (!loaded.ok || loaded.value.size !== COUNT) throw new Error('the snapshot could not be loaded');
    witness += loaded.value.used;
  });

/** What the page offers to the process that drives it; every array holds milliseconds. */
const page = {
  search: (times: number) => repeat(times, searchOnce),
  scan: (times: number) => repeat(times, scanOnce),
  filter: (times: number) => repeat(times, filterOnce),
  load: (times: number) => Array.from({ length: times }, loadOnce),
  snapshotBytes: snapshot.length,
  witness: () => witness,
};

declare global {
  var searchPage: typeof page;
}
globalThis.searchPage = page;
