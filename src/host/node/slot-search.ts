import type { NodeAddress } from '#core/brand.ts';
import { VERFAHREN, type Verfahren } from '#core/domain/values.ts';
import { fromWireMinute, MAX_WIRE_MINUTE, toWireMinute } from '#core/domain/wire-time.ts';
import type { PlzTable } from '#core/plz/plz-table.ts';
import { plzText } from '#core/wire/announce.ts';
import type { Profile } from '#core/wire/identity.ts';
import type { FinerSearch } from '#engine/slots/finer-filter.ts';
import { countByPlz, type Distances, type FoundSlot, type SlotSearch, searchSlots } from '#engine/slots/search.ts';
import type { Views } from '#engine/views.ts';
import { toRegions } from '#host/node/mesh-standing.ts';
import type { Places } from '#host/node/places.ts';
import { createSlotViews } from '#host/node/slot-views.ts';
import type { SearchQuery, SearchResult, SlotCard } from '#host/rpc/api.ts';
import { type FreeAreas, type FreeCodes, type FreeRegions, MAX_AREAS } from '#host/rpc/area-api.ts';
import type { Clock } from '#ports/clock.ts';

/** A search over what is here; nothing of it leaves this realm. */
export interface NodeSearch {
  search(query: SearchQuery): Omit<SearchResult, 'syncedAt'>;
  freeAreas(query: SearchQuery): FreeAreas;
  /** The bare slots of a search; undefined where the place that it names cannot be measured from, because data is missing. */
  matching(query: SearchQuery): readonly FoundSlot[] | undefined;
}

type SearchedViews = Pick<Views, 'slots' | 'offer' | 'identity' | 'identities' | 'regions' | 'status'>;

const LATEST = MAX_WIRE_MINUTE as ReturnType<typeof toWireMinute>;

const speaks = (profile: Profile, wanted: string): boolean =>
  profile.languages.some((tag) => tag.toLowerCase().split('-')[0] === wanted);

const hasAccess = (profile: Profile, { stepFree, lift, signLanguage }: NonNullable<SearchQuery['access']>): boolean =>
  (!stepFree || profile.stepFree) && (!lift || profile.lift) && (!signLanguage || profile.signLanguage);

/** The practices whose own profile says what the search asks for. Without a profile nothing was said. */
function* practicesWith(views: SearchedViews, query: SearchQuery): Generator<NodeAddress> {
  const { languages = [], access } = query;
  for (const { address, record } of views.identities()) {
    const { profile } = record;
    if (profile === undefined) continue;
    if (languages.length > 0 && !languages.some((wanted) => speaks(profile, wanted))) continue;
    if (access === undefined || hasAccess(profile, access)) yield address;
  }
}

const toFiner = (views: SearchedViews, query: SearchQuery): FinerSearch | undefined => {
  const { minutes = [], series, languages = [], access, practice } = query;
  const asksProfile = languages.length > 0 || access?.stepFree || access?.lift || access?.signLanguage;
  if (practice !== undefined) return { minutes, series, practices: [practice] };
  if (minutes.length === 0 && series === undefined && !asksProfile) return undefined;
  return { minutes, series, practices: asksProfile ? practicesWith(views, query) : undefined };
};

const countCodes = (byPlz: Uint32Array, plz: PlzTable | undefined): Pick<FreeCodes, 'codes' | 'free'> => {
  const codes: number[] = [];
  for (let code = 0; code < byPlz.length && codes.length < MAX_AREAS; code++) {
    if (byPlz[code] !== 0 && plz?.has(plzText(code)) !== false) codes.push(code);
  }
  return { codes: Uint32Array.from(codes), free: Uint32Array.from(codes, (code) => byPlz[code] ?? 0) };
};

const countRegions = (views: SearchedViews, verfahren: readonly Verfahren[]): FreeRegions => {
  const wanted = verfahren.length === 0 ? VERFAHREN : verfahren;
  const regions = toRegions(views.regions()).flatMap(({ region, free, newestAt }) => {
    const most = Math.max(...wanted.map((one) => free[VERFAHREN.indexOf(one)] ?? 0));
    return most === 0 ? [] : [{ region, free: most, newestAt }];
  });
  return { kind: 'regions', regions };
};

export const createNodeSearch = (
  views: SearchedViews,
  plz: PlzTable | undefined,
  places: Places,
  clock: Clock,
): NodeSearch => {
  const shown = createSlotViews(views, places);
  const toSlotSearch = (query: SearchQuery, distances: Distances | undefined): SlotSearch => ({
    payer: query.payer,
    verfahren: query.verfahren,
    types: query.types,
    modalitaeten: query.modalitaeten,
    ageGroup: query.ageGroup,
    minTrust: query.minTrust,
    from: toWireMinute(query.from ?? clock.now()),
    to: query.to === undefined ? LATEST : toWireMinute(query.to),
    near:
      query.around === undefined || distances === undefined
        ? undefined
        : { distances, radiusKm: query.around.radiusKm },
    finer: toFiner(views, query),
    sort: query.sort,
    offset: query.offset,
    limit: query.limit,
  });
  return {
    search: (query) => {
      const distances = query.around === undefined ? undefined : plz?.distancesFrom(query.around.plz);
      // A place that does not exist has no surroundings: nothing is near it.
      if (distances !== undefined && !distances.ok) return { total: 0, cards: [] };
      const now = toWireMinute(clock.now());
      const { total, slots } = searchSlots(views.slots, toSlotSearch(query, distances?.value), now);
      const cards = slots.flatMap(({ practice, offer, start, distanceKm }): SlotCard[] => {
        const card = shown.card({ practice, offer, start: fromWireMinute(start) }, distanceKm);
        return card === undefined ? [] : [card];
      });
      return { total, cards };
    },
    matching: (query) => {
      const distances = query.around === undefined ? undefined : plz?.distancesFrom(query.around.plz);
      if (query.around !== undefined && distances === undefined) return undefined;
      if (distances?.ok === false) return [];
      return searchSlots(views.slots, toSlotSearch(query, distances?.value), toWireMinute(clock.now())).slots;
    },
    freeAreas: (query) => {
      const { announcements, syncedAt } = views.status();
      const regions = announcements > 0 ? undefined : countRegions(views, query.verfahren);
      if (regions !== undefined && regions.regions.length > 0) return regions;
      const byPlz = countByPlz(views.slots, toSlotSearch(query, undefined), toWireMinute(clock.now()));
      return { kind: 'codes', ...countCodes(byPlz, plz), syncedAt };
    },
  };
};
