/** The rows of the packed file of postal codes, public/data/plz.bin, column by column (docs/plz.md). */
import type { Plz } from '#core/brand.ts';
import { fromUtf8 } from '#core/bytes/utf8.ts';
import { foldPlaceName } from '#core/domain/place-name.ts';

const MAGIC = [0x50, 0x4c, 0x5a, 1];
const HEADER_BYTES = 8;
const COLUMNS = 9;
export const MAX_CODE = 99_999;
const ORIGIN = { lat: 47, lon: 5.5 };
const STEP = { lat: 8.5 / 65_535, lon: 10 / 65_535 };
const EARTH_KM = 6_371;
const RADIANS = Math.PI / 180;

export interface Point {
  readonly lat: number;
  readonly lon: number;
}

export interface Row extends Point {
  readonly plz: Plz;
  readonly number: number;
  readonly place: string;
  readonly folded: string;
}

/** Undefined unless the codes ascend and each has a place: what the build of the table writes. */
export const readRows = (bytes: Uint8Array): Row[] | undefined => {
  if (bytes.length < HEADER_BYTES || MAGIC.some((byte, at) => bytes[at] !== byte)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const count = view.getUint16(4);
  const textAt = HEADER_BYTES + COLUMNS * count;
  const names = bytes.length < textAt ? undefined : fromUtf8(bytes.subarray(textAt))?.split('\n');
  if (names?.length !== view.getUint16(6)) return undefined;
  const folded = names.map(foldPlaceName);
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
export const kilometres = (a: Point, b: Point): number => {
  const dLat = (b.lat - a.lat) * RADIANS;
  const dLon = (b.lon - a.lon) * RADIANS;
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(a.lat * RADIANS) * Math.cos(b.lat * RADIANS) * Math.sin(dLon / 2) ** 2;
  return 2 * EARTH_KM * Math.asin(Math.sqrt(h));
};
