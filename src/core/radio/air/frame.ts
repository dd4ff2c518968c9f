/**
 * What goes over the air, in frames of at most 254 bytes that anybody can hear and send: a header that all of them have, and a
 * body whose form the kind decides (docs/protocol/radio.md, "On the air").
 */
import type { StationId } from '#core/brand.ts';
import { createReader } from '#core/bytes/reader.ts';
import { createWriter } from '#core/bytes/writer.ts';
import { ok, type Result, refuse } from '#core/result.ts';

/** In the first byte beside the version. */
export const AIR_KINDS = ['check', 'records', 'keys', 'beacon', 'ask', 'fragment', 'ack', 'piece'] as const;
export type AirKind = (typeof AIR_KINDS)[number];

export interface AirFrame {
  readonly kind: AirKind;
  readonly station: StationId;
  /** 0–15: frames of this station so far. What is missing between two of them was not heard here. */
  readonly count: number;
  readonly body: Uint8Array;
}

const VERSION = 5;
export const AIR_COUNTS = 16;
export const MAX_AIR_FRAME = 254;
const HEADER_BYTES = 4;
const COUNT_AT = 3;
export const MAX_AIR_BODY = MAX_AIR_FRAME - HEADER_BYTES;

/** Throws for a body that does not fit: whoever makes one knows how much does. */
export const encodeAirFrame = ({ kind, station, count, body }: AirFrame): Uint8Array => {
  if (body.length > MAX_AIR_BODY) throw new RangeError(`a body of ${body.length} bytes fits no frame`);
  return createWriter()
    .u8(VERSION * 16 + AIR_KINDS.indexOf(kind))
    .u16(station)
    .u8(count * 16)
    .bytes(body)
    .finish();
};

/** The same frame with another count. */
export const withCount = (frame: Uint8Array, count: number): Uint8Array => {
  const counted = frame.slice();
  counted[COUNT_AT] = count * 16;
  return counted;
};

/** `unknown-kind` for what another program or a newer version sent, which is no fault of anybody. */
export const decodeAirFrame = (bytes: Uint8Array): Result<AirFrame, 'unknown-kind' | 'malformed'> => {
  const first = bytes[0] ?? 0;
  const kind = AIR_KINDS[first % 16];
  if (first >> 4 !== VERSION || kind === undefined) return refuse('unknown-kind');
  const reader = createReader(bytes.subarray(1));
  const station = reader.u16() as StationId;
  const count = reader.u8();
  const body = reader.rest();
  if (reader.broken || count % 16 !== 0 || bytes.length > MAX_AIR_FRAME) return refuse('malformed');
  return ok({ kind, station, count: count / 16, body });
};
