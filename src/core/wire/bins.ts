import { createWriter } from '#core/bytes/writer.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { KIND } from '#core/wire/kinds.ts';
import { type SetId, toSetId } from '#core/wire/set-id.ts';

/** The second level of a set's digest: 256 digests of 8 bytes, one for each first byte of an id. */
export interface Bins {
  readonly kind: 'bins';
  readonly set: SetId;
  readonly digests: Uint8Array;
}

const DIGESTS_BYTES = 256 * 8;

export const encodeBins = (bins: Bins): Uint8Array =>
  createWriter().u8(KIND.bins).u8(bins.set).bytes(bins.digests).finish();

export const decodeBins = (bytes: Uint8Array): Result<Bins> => {
  if (bytes[0] !== KIND.bins) return refuse('unknown-kind');
  const set = toSetId(bytes[1] ?? 0xff);
  if (set === undefined || bytes.length !== 2 + DIGESTS_BYTES) return refuse('malformed');
  return ok({ kind: 'bins', set, digests: bytes.slice(2) });
};
