import { createReader } from '#core/bytes/reader.ts';
import { createWriter } from '#core/bytes/writer.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { KIND } from '#core/wire/kinds.ts';
import { type SetId, toSetId } from '#core/wire/set-id.ts';
import { packShortIds, unpackShortIds } from '#core/wire/short-ids.ts';

export { MAX_IDS_PER_FRAME } from '#core/wire/short-ids.ts';

/** The ids that a node has in the bins that differ. */
export interface Ids {
  readonly kind: 'ids';
  readonly set: SetId;
  /** 256 bits: which bins are described, also those in which nothing is. */
  readonly bins: Uint8Array;
  readonly ids: readonly string[];
  /** More frames of the same description follow. */
  readonly more: boolean;
}

export const encodeIds = (message: Ids): Uint8Array =>
  createWriter()
    .u8(KIND.ids)
    .u8(message.set)
    .u8(message.more ? 1 : 0)
    .bytes(message.bins)
    .bytes(packShortIds(message.ids))
    .finish();

export const decodeIds = (bytes: Uint8Array): Result<Ids> => {
  if (bytes[0] !== KIND.ids) return refuse('unknown-kind');
  const reader = createReader(bytes.subarray(1));
  const set = toSetId(reader.u8());
  const more = reader.u8();
  const bins = reader.bytes(32);
  const ids = unpackShortIds(reader.rest());
  if (reader.broken || set === undefined || more > 1 || ids === undefined) return refuse('malformed');
  return ok({ kind: 'ids', set, bins, ids, more: more === 1 });
};
