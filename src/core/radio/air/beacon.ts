/**
 * What a station says of itself on the air: how far the internet is, whom it hears, and what it has of the regions that it
 * listens to. A digest that differs from ours says that one of us lacks something (docs/protocol/radio.md).
 */
import type { Region, StationId } from '#core/brand.ts';
import { createReader } from '#core/bytes/reader.ts';
import { createWriter } from '#core/bytes/writer.ts';
import { REGIONS } from '#core/domain/mesh-place.ts';
import { ok, type Result, refuse } from '#core/result.ts';

export interface AirBeacon {
  /** Stations on the way to the internet: 0 has it, undefined knows no way. */
  readonly way: number | undefined;
  /** The next on that way. */
  readonly via: StationId | undefined;
  /** The stations that it heard lately, itself not among them. */
  readonly hears: readonly StationId[];
  readonly regions: readonly RegionDigest[];
}

export interface RegionDigest {
  readonly region: Region;
  /** It listens to the region itself; else a neighbour of it does. */
  readonly isOwn: boolean;
  /** Announcements of slots there. */
  readonly count: number;
  /** 4 bytes that follow from all their ids (engine/air/region-digest.ts). */
  readonly digest: Uint8Array;
}

export const MAX_AIR_HOPS = 7;
export const MAX_HEARS = 15;
/** As many as fit beside a full list of stations. */
export const MAX_AIR_REGIONS = 30;
export const DIGEST_BYTES = 4;
const NO_WAY = 15;
const MAX_COUNT = 0xffff;
/** Beside the region. */
const OWN = 0x80;

export const encodeBeacon = ({ way, via, hears, regions }: AirBeacon): Uint8Array => {
  if (hears.length > MAX_HEARS || regions.length > MAX_AIR_REGIONS) throw new RangeError('a beacon has no such room');
  const writer = createWriter().u8((way ?? NO_WAY) * 16 + hears.length);
  if (way !== undefined && way > 0) writer.u16(via ?? 0);
  for (const station of hears) writer.u16(station);
  for (const { region, isOwn, count, digest } of regions)
    writer
      .u8(region + (isOwn ? OWN : 0))
      .u16(Math.min(count, MAX_COUNT))
      .bytes(digest);
  return writer.finish();
};

export const decodeBeacon = (body: Uint8Array): Result<AirBeacon, 'malformed'> => {
  const reader = createReader(body);
  const first = reader.u8();
  const hops = first >> 4;
  const way = hops === NO_WAY ? undefined : hops;
  if (way !== undefined && way > MAX_AIR_HOPS) return refuse('malformed');
  const via = way !== undefined && way > 0 ? (reader.u16() as StationId) : undefined;
  const hears = Array.from({ length: first % 16 }, () => reader.u16() as StationId);
  const regions: RegionDigest[] = [];
  while (reader.left > 0 && !reader.broken) {
    const place = reader.u8();
    const region = (place % OWN) as Region;
    regions.push({ region, isOwn: place >= OWN, count: reader.u16(), digest: reader.bytes(DIGEST_BYTES) });
    if (region >= REGIONS || regions.length > MAX_AIR_REGIONS) return refuse('malformed');
  }
  return reader.atEnd() ? ok({ way, via, hears, regions }) : refuse('malformed');
};
