import type { Plz } from '#core/brand.ts';
import { fromUtf8 } from '#core/bytes/utf8.ts';
import { ok, type Result, refuse } from '#core/result.ts';

/** The German postal codes with places and coordinates, from the packed file public/data/plz.bin (docs/plz.md). */
export interface PlzTable {
  readonly size: number;
  has(plz: string): boolean;
  placeOf(plz: string): string | undefined;
  /** Kilometres to every code, by its number (0–99999), NaN where there is none. `not-found` for unknown codes. */
  distancesFrom(plz: string): Result<Float32Array>;
  /** Codes and places for what was typed so far, best first. */
  suggest(text: string, limit: number): { readonly plz: Plz; readonly place: string }[];
}

const MAGIC = [0x50, 0x4c, 0x5a, 1];
const HEADER_BYTES = 8;
const COLUMNS = 9;
const MAX_CODE = 99_999;
const ORIGIN = { lat: 47, lon: 5.5 };
const STEP = { lat: 8.5 / 65_535, lon: 10 / 65_535 };
const EARTH_KM = 6_371;
const RADIANS = Math.PI / 180;

interface Row {
  readonly plz: Plz;
  readonly number: number;
  readonly place: string;
  readonly folded: string;
  readonly lat: number;
  readonly lon: number;
}

/** Lower case without umlauts: "München", "muenchen" and "Munchen" meet. */
const fold = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll(/([aou])e/g, '$1')
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .trim();

/** Undefined unless the codes ascend and each has a place: what the build of the table writes. */
const readRows = (bytes: Uint8Array): Row[] | undefined => {
  if (bytes.length < HEADER_BYTES || MAGIC.some((byte, at) => bytes[at] !== byte)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const count = view.getUint16(4);
  const textAt = HEADER_BYTES + COLUMNS * count;
  const names = bytes.length < textAt ? undefined : fromUtf8(bytes.subarray(textAt))?.split('\n');
  if (names?.length !== view.getUint16(6)) return undefined;
  const folded = names.map(fold);
  const field = (column: number, at: number): number => bytes[HEADER_BYTES + column * count + at] ?? 0;
  const rows: Row[] = [];
  for (let at = 0; at < count; at++) {
    const number = field(0, at) * 65_536 + field(1, at) * 256 + field(2, at);
    const place = field(7, at) * 256 + field(8, at);
    if (number > MAX_CODE || number <= (rows.at(-1)?.number ?? -1) || place >= names.length) return undefined;
    rows.push({
      plz: String(number).padStart(5, '0') as Plz,
      number,
      place: names[place] ?? '',
      folded: folded[place] ?? '',
      lat: ORIGIN.lat + (field(3, at) * 256 + field(4, at)) * STEP.lat,
      lon: ORIGIN.lon + (field(5, at) * 256 + field(6, at)) * STEP.lon,
    });
  }
  return rows;
};

/** Great-circle distance (haversine), in kilometres. */
const kilometres = (a: Row, b: Row): number => {
  const dLat = (b.lat - a.lat) * RADIANS;
  const dLon = (b.lon - a.lon) * RADIANS;
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(a.lat * RADIANS) * Math.cos(b.lat * RADIANS) * Math.sin(dLon / 2) ** 2;
  return 2 * EARTH_KM * Math.asin(Math.sqrt(h));
};

/** `malformed` when the file is damaged or of another version. */
export const openPlzTable = (bytes: Uint8Array): Result<PlzTable> => {
  const rows = readRows(bytes);
  if (rows === undefined) return refuse('malformed');
  const byCode = new Map<string, Row>(rows.map((row) => [row.plz, row]));
  const codesOf = new Map<string, number>();
  for (const { place } of rows) codesOf.set(place, (codesOf.get(place) ?? 0) + 1);
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
      const digits = /^\s*(\d{1,5})/.exec(text)?.[1];
      if (digits !== undefined) {
        return rows
          .filter((row) => row.plz.startsWith(digits))
          .slice(0, limit)
          .map(({ plz, place }) => ({ plz, place }));
      }
      const wanted = fold(text);
      if (wanted.length < 2) return [];
      const seen = new Set<string>();
      const first = rows.filter((row) => row.folded.startsWith(wanted) && !seen.has(row.place) && seen.add(row.place));
      const rank = (row: Row): number => (row.folded === wanted ? 1_000 : 0) + (codesOf.get(row.place) ?? 0);
      return first
        .sort((a, b) => rank(b) - rank(a) || a.number - b.number)
        .slice(0, limit)
        .map(({ plz, place }) => ({ plz, place }));
    },
  });
};
