import type { Plz } from '#core/brand.ts';
import {
  foldPlaceName,
  hasWordsOf,
  isMistyped,
  leadsWithPlace,
  namesPlace,
  withoutCountry,
} from '#core/domain/place-name.ts';
import { kilometres, MAX_CODE, type Row, readRows } from '#core/plz/plz-rows.ts';
import { ok, type Result, refuse } from '#core/result.ts';

/** The German postal codes with places and coordinates, from the packed file public/data/plz.bin (docs/plz.md). */
export interface PlzTable {
  readonly size: number;
  has(plz: string): boolean;
  placeOf(plz: string): string | undefined;
  /** Kilometres to every code, by its number (0–99999), NaN where there is none. `not-found` for unknown codes. */
  distancesFrom(plz: string): Result<Float32Array>;
  /**
   * Codes and places for what was typed so far, best first. By a name, each town of that name is there once, with its code
   * nearest to its middle.
   */
  suggest(text: string, limit: number): { readonly plz: Plz; readonly place: string }[];
}

/**
 * Codes of one name that are further apart than this are of different towns; a town of many codes may reach further, as
 * Hamburg does to its island of Neuwerk.
 */
const TOWN_KM = 20;
const KM_PER_CODE = 1;

interface Town {
  readonly row: Row;
  readonly codes: number;
}

/** The towns that share a name: codes that hang together by short steps are one. */
const townsOf = (rows: readonly Row[]): Town[] => {
  const towns: Town[] = [];
  let rest = [...rows];
  while (rest[0] !== undefined) {
    const town = [rest[0]];
    rest = rest.slice(1);
    for (let at = 0; at < town.length; at++) {
      const from = town[at];
      const reach = TOWN_KM + KM_PER_CODE * town.length;
      const near = rest.filter((row) => from !== undefined && kilometres(from, row) <= reach);
      town.push(...near);
      rest = rest.filter((row) => !near.includes(row));
    }
    const [first] = town;
    if (first !== undefined) towns.push({ row: middleOf(first, town), codes: town.length });
  }
  return towns;
};

const middleOf = (first: Row, town: readonly Row[]): Row => {
  const mean = (of: (row: Row) => number): number => town.reduce((sum, row) => sum + of(row), 0) / town.length;
  const middle = { lat: mean((row) => row.lat), lon: mean((row) => row.lon) };
  return town.reduce((best, row) => (kilometres(middle, row) < kilometres(middle, best) ? row : best), first);
};

interface Name {
  readonly place: string;
  readonly folded: string;
}

/** "Frankfurt" of "Frankfurt am Main". */
const headOf = (folded: string): string => /^[^\s(/,]+/.exec(folded)?.[0] ?? folded;

/**
 * The names that begin as what was typed. Only where none does: those that have its words, the longest that stands before
 * more than a name ("Köln Ehrenfeld"), and those that a single slip made of it.
 */
const namesLike = (wanted: string, names: readonly Name[]): string[] => {
  const placesWhere = (fits: (folded: string) => boolean): string[] =>
    names.filter(({ folded }) => fits(folded)).map(({ place }) => place);
  const starting = placesWhere((folded) => folded.startsWith(wanted));
  if (starting.length > 0) return starting;
  const first = /^\p{L}{2,}/u.exec(wanted)?.[0];
  if (first === undefined) return [];
  const worded = placesWhere((folded) => folded.startsWith(first) && hasWordsOf(wanted, folded));
  if (worded.length > 0) return worded;
  const longest = names.reduce(
    (most, { folded }) => (leadsWithPlace(wanted, folded) ? Math.max(most, folded.length) : most),
    0,
  );
  if (longest > 0) {
    const lead = wanted.slice(0, longest);
    return placesWhere((folded) => namesPlace(lead, folded));
  }
  return placesWhere((folded) => isMistyped(wanted, folded) || isMistyped(wanted, headOf(folded)));
};

/** `malformed` when the file is damaged or of another version. */
export const openPlzTable = (bytes: Uint8Array): Result<PlzTable> => {
  const rows = readRows(bytes);
  if (rows === undefined) return refuse('malformed');
  const byCode = new Map<string, Row>(rows.map((row) => [row.plz, row]));
  const byPlace = new Map<string, Row[]>();
  for (const row of rows) {
    const same = byPlace.get(row.place);
    if (same === undefined) byPlace.set(row.place, [row]);
    else same.push(row);
  }
  const names = [...byPlace].map(([place, [row]]): Name => ({ place, folded: row?.folded ?? '' }));
  const known = new Map<string, readonly Town[]>();
  const towns = (place: string): readonly Town[] => {
    const found = known.get(place) ?? townsOf(byPlace.get(place) ?? []);
    known.set(place, found);
    return found;
  };
  let last: { readonly plz: string; readonly distances: Float32Array } | undefined;
  return ok({
    size: rows.length,
    has: (plz) => byCode.has(plz),
    placeOf: (plz) => byCode.get(plz)?.place,
    distancesFrom: (plz) => {
      const from = byCode.get(plz);
      if (from === undefined) return refuse('not-found');
      if (last?.plz !== plz) {
        const distances = new Float32Array(MAX_CODE + 1).fill(Number.NaN);
        for (const row of rows) distances[row.number] = kilometres(from, row);
        last = { plz, distances };
      }
      return ok(last.distances);
    },
    suggest: (text, limit) => {
      const digits = /^\s*(\d{1,5})/.exec(withoutCountry(text))?.[1];
      if (digits !== undefined) {
        return rows
          .filter((row) => row.plz.startsWith(digits))
          .slice(0, limit)
          .map(({ plz, place }) => ({ plz, place }));
      }
      const wanted = foldPlaceName(text);
      if (wanted.length < 2) return [];
      const rank = ({ row, codes }: Town): number =>
        (row.folded === wanted ? 2_000 : namesPlace(wanted, row.folded) ? 1_000 : 0) + codes;
      return namesLike(wanted, names)
        .flatMap((place) => towns(place))
        .sort((a, b) => rank(b) - rank(a) || a.row.number - b.row.number)
        .slice(0, limit)
        .map(({ row: { plz, place } }) => ({ plz, place }));
    },
  });
};
