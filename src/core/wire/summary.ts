import type { Region, WireMinute } from '#core/brand.ts';
import { type BitReader, type BitWriter, createBitReader, createBitWriter } from '#core/bytes/bits.ts';
import { REGIONS } from '#core/domain/mesh-place.ts';
import { VERFAHREN } from '#core/domain/values.ts';
import { MAX_WIRE_MINUTE } from '#core/domain/wire-time.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { KIND } from '#core/wire/kinds.ts';

/**
 * How many slots are free in each region, packed bit by bit (docs/protocol/summary.md). Link control: unsigned, for this link
 * only, a hint for maps and never for a search.
 */
export interface Summary {
  readonly kind: 'summary';
  /** Ascending; only regions in which something is free. */
  readonly regions: readonly RegionCount[];
}

export interface RegionCount {
  readonly region: Region;
  /** Free slots for each of VERFAHREN, at most MAX_FREE, which means "so many or more"; not all zero. */
  readonly free: readonly number[];
  /** When the newest announcement among them was issued. */
  readonly minute: WireMinute;
}

export const MAX_FREE = 0xffff;
const WIDTH_BITS = 5;
const FREE_BITS = 16;
const MINUTE_BITS = 24;
const HEADER_BITS = 8 + MINUTE_BITS + REGIONS;
const REGION_BITS = VERFAHREN.length * (WIDTH_BITS + FREE_BITS - 1) + WIDTH_BITS + MINUTE_BITS - 1;
/** The newest region is 0 minutes before itself. */
const MAX_SUMMARY_BYTES = Math.ceil((HEADER_BITS + REGIONS * REGION_BITS - (MINUTE_BITS - 1)) / 8);

const widthOf = (value: number): number => 32 - Math.clz32(value);

/** How many bits the number has, then those below its first: one encoding for each number. */
const writeNumber = (bits: BitWriter, value: number): void => {
  const width = widthOf(value);
  bits.write(width, WIDTH_BITS);
  if (width > 1) bits.write(value, width - 1);
};

const readNumber = (bits: BitReader, maxWidth: number): number | undefined => {
  const width = bits.read(WIDTH_BITS);
  if (width === undefined || width > maxWidth) return undefined;
  if (width < 2) return width;
  const low = bits.read(width - 1);
  return low === undefined ? undefined : 2 ** (width - 1) + low;
};

const isInteger = (value: number, max: number): boolean => Number.isInteger(value) && value >= 0 && value <= max;

const isValid = ({ regions }: Summary): boolean =>
  regions.every(
    ({ region, free, minute }, at) =>
      isInteger(region, REGIONS - 1) &&
      region > (regions[at - 1]?.region ?? -1) &&
      free.length === VERFAHREN.length &&
      free.every((count) => isInteger(count, MAX_FREE)) &&
      free.some((count) => count > 0) &&
      isInteger(minute, MAX_WIRE_MINUTE),
  );

/** `malformed` when regions are not in order or a number is out of range. */
export const encodeSummary = (summary: Summary): Result<Uint8Array> => {
  if (!isValid(summary)) return refuse('malformed');
  const { regions } = summary;
  const newest = Math.max(0, ...regions.map(({ minute }) => minute));
  const present = new Set<number>(regions.map(({ region }) => region));
  const bits = createBitWriter();
  bits.write(KIND.summary, 8);
  bits.write(newest, MINUTE_BITS);
  for (let region = 0; region < REGIONS; region++) bits.write(present.has(region) ? 1 : 0, 1);
  for (const { free, minute } of regions) {
    for (const count of free) writeNumber(bits, count);
    writeNumber(bits, newest - minute);
  }
  return ok(bits.finish());
};

const readRegion = (bits: BitReader, region: Region, newest: number): Result<RegionCount> => {
  const free: number[] = [];
  for (let verfahren = 0; verfahren < VERFAHREN.length; verfahren++) {
    const count = readNumber(bits, FREE_BITS);
    if (count === undefined) return refuse('malformed');
    free.push(count);
  }
  const age = readNumber(bits, MINUTE_BITS);
  if (age === undefined || age > newest) return refuse('malformed');
  // A region without anything is one that is left out.
  if (free.every((count) => count === 0)) return refuse('not-canonical');
  return ok({ region, free, minute: (newest - age) as WireMinute });
};

export const decodeSummary = (bytes: Uint8Array): Result<Summary> => {
  if (bytes.length > MAX_SUMMARY_BYTES) return refuse('too-large');
  if (bytes[0] !== KIND.summary) return refuse('unknown-kind');
  if (bytes.length * 8 < HEADER_BITS) return refuse('malformed');
  const bits = createBitReader(bytes);
  bits.read(8);
  const newest = bits.read(MINUTE_BITS) ?? 0;
  const present: Region[] = [];
  for (let region = 0; region < REGIONS; region++) if (bits.read(1) === 1) present.push(region as Region);
  const regions: RegionCount[] = [];
  for (const region of present) {
    const counted = readRegion(bits, region, newest);
    if (!counted.ok) return counted;
    regions.push(counted.value);
  }
  const isNewest = newest === Math.max(0, ...regions.map(({ minute }) => minute));
  return isNewest && bits.atCanonicalEnd() ? ok({ kind: 'summary', regions }) : refuse('not-canonical');
};
