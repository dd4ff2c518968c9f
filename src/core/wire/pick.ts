import { createReader } from '#core/bytes/reader.ts';
import { createWriter } from '#core/bytes/writer.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { SALTED_ID_BYTES, type SaltedId } from '#core/sets/salted-ids.ts';
import { KIND } from '#core/wire/kinds.ts';
import { type SetId, toSetId } from '#core/wire/set-id.ts';

/** "Send me these", by what this link calls them: the ids that coded symbols gave. */
export interface Pick {
  readonly kind: 'pick';
  readonly set: SetId;
  readonly ids: readonly SaltedId[];
}

export const MAX_PICKS = 4_096;

export const encodePick = ({ set, ids }: Pick): Uint8Array => {
  const writer = createWriter().u8(KIND.pick).u8(set);
  for (const id of ids) writer.u48(id);
  return writer.finish();
};

export const decodePick = (bytes: Uint8Array): Result<Pick> => {
  if (bytes[0] !== KIND.pick) return refuse('unknown-kind');
  const reader = createReader(bytes.subarray(1));
  const set = toSetId(reader.u8());
  const count = reader.left / SALTED_ID_BYTES;
  if (reader.broken || set === undefined || !Number.isInteger(count)) return refuse('malformed');
  if (count > MAX_PICKS) return refuse('too-large');
  return ok({ kind: 'pick', set, ids: Array.from({ length: count }, () => reader.u48() as SaltedId) });
};
