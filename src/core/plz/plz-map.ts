/**
 * The German postal codes as dots on a plane, from the same packed file as the table (docs/plz.md): so many that they draw
 * the country by themselves. Equirectangular about the country's middle, which is true to a few percent over its extent.
 */
import type { Plz, Region } from '#core/brand.ts';
import { regionOfPlz } from '#core/domain/mesh-place.ts';
import { type Row, readRows } from '#core/plz/plz-rows.ts';
import { ok, type Result, refuse } from '#core/result.ts';

export interface PlzMap {
  /** Numbers of postal codes (0–99,999), ascending. */
  readonly codes: Uint32Array;
  /** Where they are, in kilometres east of and south of the north-western corner. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** In kilometres. */
  readonly width: number;
  readonly height: number;
  /** The code at a position, as text. */
  plzAt(at: number): Plz | undefined;
  /** The position of a code in the columns, or -1. */
  indexOf(code: number): number;
  /** Every region in which there are codes, ascending. */
  readonly regions: readonly MapRegion[];
}

/** All postal codes that share their first two digits. */
export interface MapRegion {
  readonly region: Region;
  /** The place with most of its codes, and the one of them nearest to the middle of these. */
  readonly place: string;
  readonly plz: Plz;
}

const KM_PER_DEGREE = 111.2;
const MIDDLE_LATITUDE = 51.2;
const KM_PER_DEGREE_EAST = KM_PER_DEGREE * Math.cos((MIDDLE_LATITUDE * Math.PI) / 180);

const largestPlace = (rows: readonly Row[]): readonly Row[] => {
  const byPlace = new Map<string, Row[]>();
  for (const row of rows) byPlace.set(row.place, [...(byPlace.get(row.place) ?? []), row]);
  return [...byPlace.values()].reduce((most, place) => (place.length > most.length ? place : most), []);
};

const middleOf = (rows: readonly Row[]): Row | undefined => {
  const lat = rows.reduce((sum, row) => sum + row.lat, 0) / rows.length;
  const lon = rows.reduce((sum, row) => sum + row.lon, 0) / rows.length;
  const away = (row: Row): number => Math.hypot((row.lon - lon) * KM_PER_DEGREE_EAST, (row.lat - lat) * KM_PER_DEGREE);
  return rows.reduce<Row | undefined>(
    (best, row) => (best === undefined || away(row) < away(best) ? row : best),
    undefined,
  );
};

const regionsOf = (rows: readonly Row[]): MapRegion[] => {
  const byRegion = new Map<Region, Row[]>();
  for (const row of rows) {
    const region = regionOfPlz(row.number);
    const known = byRegion.get(region);
    if (known === undefined) byRegion.set(region, [row]);
    else known.push(row);
  }
  return [...byRegion].flatMap(([region, all]) => {
    const seat = middleOf(largestPlace(all));
    return seat === undefined ? [] : [{ region, place: seat.place, plz: seat.plz }];
  });
};

/** Binary search: the numbers ascend. */
const positionIn = (codes: Uint32Array, code: number): number => {
  let low = 0;
  let high = codes.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const value = codes[middle] ?? 0;
    if (value === code) return middle;
    if (value < code) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
};

/** `malformed` when the file is damaged, of another version, or empty. */
export const openPlzMap = (bytes: Uint8Array): Result<PlzMap> => {
  const rows = readRows(bytes);
  if (rows === undefined || rows.length === 0) return refuse('malformed');
  const extent = (of: (row: Row) => number): readonly [least: number, most: number] =>
    rows.reduce<[number, number]>(
      ([least, most], row) => [Math.min(least, of(row)), Math.max(most, of(row))],
      [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    );
  const [west, east] = extent(({ lon }) => lon);
  const [south, north] = extent(({ lat }) => lat);
  const codes = Uint32Array.from(rows, ({ number }) => number);
  return ok({
    codes,
    x: Float32Array.from(rows, ({ lon }) => (lon - west) * KM_PER_DEGREE_EAST),
    y: Float32Array.from(rows, ({ lat }) => (north - lat) * KM_PER_DEGREE),
    width: (east - west) * KM_PER_DEGREE_EAST,
    height: (north - south) * KM_PER_DEGREE,
    plzAt: (at) => rows[at]?.plz,
    indexOf: (code) => positionIn(codes, code),
    regions: regionsOf(rows),
  });
};
