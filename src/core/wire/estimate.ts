import { createWriter } from '#core/bytes/writer.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { KIND } from '#core/wire/kinds.ts';
import { type SetId, toSetId } from '#core/wire/set-id.ts';

/** "Our sets differ: this is mine, roughly." Two bytes of each of the 256 bins' digests. */
export interface Estimate {
  readonly kind: 'estimate';
  readonly set: SetId;
  /** Which two bytes of the digests, 0 – 3: others each round, so that no difference hides twice. */
  readonly pair: number;
  /** 512 bytes. */
  readonly digests: Uint8Array;
}

const PAIRS = 4;
const PAIRS_BYTES = 256 * 2;

export const encodeEstimate = (estimate: Estimate): Uint8Array =>
  createWriter().u8(KIND.estimate).u8(estimate.set).u8(estimate.pair).bytes(estimate.digests).finish();

export const decodeEstimate = (bytes: Uint8Array): Result<Estimate> => {
  if (bytes[0] !== KIND.estimate) return refuse('unknown-kind');
  const set = toSetId(bytes[1] ?? 0xff);
  const pair = bytes[2] ?? PAIRS;
  if (set === undefined || pair >= PAIRS || bytes.length !== 3 + PAIRS_BYTES) return refuse('malformed');
  return ok({ kind: 'estimate', set, pair, digests: bytes.slice(3) });
};
