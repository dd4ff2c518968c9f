import { createWriter } from '#core/bytes/writer.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { KIND } from '#core/wire/kinds.ts';
import { type SetId, toSetId } from '#core/wire/set-id.ts';

/** "Our sets differ: this is mine, roughly." One byte of each of the 256 bins' digests. */
export interface Estimate {
  readonly kind: 'estimate';
  readonly set: SetId;
  /** Which byte of the digests, 0 – 7: another one each round, so that no difference hides twice. */
  readonly byte: number;
  /** 256 bytes. */
  readonly digests: Uint8Array;
}

const BINS = 256;
const DIGEST_BYTES = 8;

export const encodeEstimate = (estimate: Estimate): Uint8Array =>
  createWriter().u8(KIND.estimate).u8(estimate.set).u8(estimate.byte).bytes(estimate.digests).finish();

export const decodeEstimate = (bytes: Uint8Array): Result<Estimate> => {
  if (bytes[0] !== KIND.estimate) return refuse('unknown-kind');
  const set = toSetId(bytes[1] ?? 0xff);
  const byte = bytes[2] ?? DIGEST_BYTES;
  if (set === undefined || byte >= DIGEST_BYTES || bytes.length !== 3 + BINS) return refuse('malformed');
  return ok({ kind: 'estimate', set, byte, digests: bytes.slice(3) });
};
