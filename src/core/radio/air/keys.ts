/**
 * Public keys on the air, without which no announcement can be verified. Nobody signs them and nobody needs to: an address is
 * the hash of its key (docs/protocol/crypto.md).
 */
import { concatBytes } from '#core/bytes/compare.ts';
import { MAX_AIR_BODY } from '#core/radio/air/frame.ts';
import { ok, type Result, refuse } from '#core/result.ts';

const KEY_BYTES = 32;
export const MAX_AIR_KEYS = Math.floor(MAX_AIR_BODY / KEY_BYTES);

/** 1–7 keys of 32 bytes. */
export const encodeKeys = (keys: readonly Uint8Array[]): Uint8Array => concatBytes(...keys);

export const decodeKeys = (body: Uint8Array): Result<readonly Uint8Array[], 'malformed'> => {
  const count = body.length / KEY_BYTES;
  if (!Number.isInteger(count) || count === 0) return refuse('malformed');
  return ok(Array.from({ length: count }, (_, at) => body.slice(at * KEY_BYTES, (at + 1) * KEY_BYTES)));
};
