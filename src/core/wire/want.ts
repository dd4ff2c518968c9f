import { createWriter } from '#core/bytes/writer.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { KIND } from '#core/wire/kinds.ts';
import { type SetId, toSetId } from '#core/wire/set-id.ts';
import { packShortIds, unpackShortIds } from '#core/wire/short-ids.ts';

/** "Send me these." */
export interface Want {
  readonly kind: 'want';
  readonly set: SetId;
  readonly ids: readonly string[];
}

export const encodeWant = (want: Want): Uint8Array =>
  createWriter().u8(KIND.want).u8(want.set).bytes(packShortIds(want.ids)).finish();

export const decodeWant = (bytes: Uint8Array): Result<Want> => {
  if (bytes[0] !== KIND.want) return refuse('unknown-kind');
  const set = toSetId(bytes[1] ?? 0xff);
  const ids = unpackShortIds(bytes.subarray(2));
  return set === undefined || ids === undefined ? refuse('malformed') : ok({ kind: 'want', set, ids });
};
