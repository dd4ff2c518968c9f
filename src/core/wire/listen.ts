import { concatBytes } from '#core/bytes/compare.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { KIND } from '#core/wire/kinds.ts';

/** The buckets that a node waits in, as 256 bits: bit b of byte b / 8 stands for bucket b. */
export interface Listen {
  readonly kind: 'listen';
  readonly buckets: Uint8Array;
}

const MAP_BYTES = 32;

export const encodeListen = (listen: Listen): Uint8Array => concatBytes(Uint8Array.of(KIND.listen), listen.buckets);

export const decodeListen = (bytes: Uint8Array): Result<Listen> => {
  if (bytes[0] !== KIND.listen) return refuse('unknown-kind');
  return bytes.length === 1 + MAP_BYTES ? ok({ kind: 'listen', buckets: bytes.slice(1) }) : refuse('malformed');
};
