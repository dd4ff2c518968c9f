import { Encoder } from 'cbor-x/index-no-eval';
import { equalBytes } from '#core/bytes/compare.ts';
import { MAX_CBOR_BYTES } from '#core/domain/limits.ts';
import { ok, type Result, refuse } from '#core/result.ts';

/**
 * CBOR (RFC 8949) for structured messages that are not size-critical: arrays, unsigned 32-bit integers, bytes, text, null
 * and booleans, at most 4 KiB, in the one shortest encoding. What comes is decoded, encoded again and compared, or refused.
 * The build of cbor-x without `eval` is used, so that a strict Content Security Policy holds.
 */
export type CborValue = number | string | boolean | null | Uint8Array | readonly CborValue[];

const encoder = new Encoder({ useRecords: false, mapsAsObjects: false, tagUint8Array: false });
const MAX_DEPTH = 4;
/** Above it cbor-x writes a float, which would then be the "shortest encoding" that comes back the same. */
const MAX_INTEGER = 0xffff_ffff;

const isValue = (value: unknown, depth = 0): value is CborValue => {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isInteger(value) && value >= 0 && value <= MAX_INTEGER;
  if (value instanceof Uint8Array) return true;
  return Array.isArray(value) && depth < MAX_DEPTH && value.every((item) => isValue(item, depth + 1));
};

export const encodeCbor = (value: CborValue): Uint8Array => new Uint8Array(encoder.encode(value));

/**
 * What this node kept itself after it had decoded it with `decodeCbor`: that its encoding is the shortest was seen then, and
 * to see it again takes as long as the rest.
 */
export const decodeKeptCbor = (bytes: Uint8Array): Result<CborValue> => {
  if (bytes.length > MAX_CBOR_BYTES) return refuse('too-large');
  let value: unknown;
  try {
    value = encoder.decode(bytes);
  } catch {
    return refuse('malformed');
  }
  return isValue(value) ? ok(value) : refuse('malformed');
};

export const decodeCbor = (bytes: Uint8Array): Result<CborValue> => {
  const decoded = decodeKeptCbor(bytes);
  if (!decoded.ok) return decoded;
  return equalBytes(encoder.encode(decoded.value), bytes) ? decoded : refuse('not-canonical');
};
