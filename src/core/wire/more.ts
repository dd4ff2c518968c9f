import { createWriter } from '#core/bytes/writer.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { MAX_SYMBOLS } from '#core/sets/coded-symbols.ts';
import { KIND } from '#core/wire/kinds.ts';
import { type SetId, toSetId } from '#core/wire/set-id.ts';

/** "These symbols were too few: send further ones, from this number on." */
export interface More {
  readonly kind: 'more';
  readonly set: SetId;
  readonly from: number;
}

export const encodeMore = ({ set, from }: More): Uint8Array => createWriter().u8(KIND.more).u8(set).u16(from).finish();

export const decodeMore = (bytes: Uint8Array): Result<More> => {
  if (bytes[0] !== KIND.more) return refuse('unknown-kind');
  const set = toSetId(bytes[1] ?? 0xff);
  if (set === undefined || bytes.length !== 4) return refuse('malformed');
  const from = (bytes[2] ?? 0) * 256 + (bytes[3] ?? 0);
  return from < MAX_SYMBOLS ? ok({ kind: 'more', set, from }) : refuse('too-large');
};
