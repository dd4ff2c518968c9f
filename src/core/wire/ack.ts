import type { MessageId } from '#core/brand.ts';
import { createReader } from '#core/bytes/reader.ts';
import { createWriter } from '#core/bytes/writer.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { packIds, readIds } from '#core/wire/id-list.ts';
import { KIND } from '#core/wire/kinds.ts';

/** The answer of the next hop to an envelope (docs/protocol/routing.md): it takes it on, or it knows no way but back. */
export interface Ack {
  readonly kind: 'ack';
  readonly taken: boolean;
  /** Not taken, as no link that leads there is wide enough. */
  readonly tooLarge?: boolean;
  readonly ids: readonly MessageId[];
}

const MAX_ACK_IDS = 32;

export const encodeAck = ({ taken, tooLarge, ids }: Ack): Uint8Array =>
  createWriter()
    .u8(KIND.ack)
    .u8(tooLarge ? 2 : taken ? 1 : 0)
    .bytes(packIds(ids))
    .finish();

export const decodeAck = (bytes: Uint8Array): Result<Ack> => {
  if (bytes[0] !== KIND.ack) return refuse('unknown-kind');
  const reader = createReader(bytes.subarray(1));
  const word = reader.u8();
  const ids = readIds(reader, MAX_ACK_IDS);
  if (word > 2 || ids === undefined) return refuse('malformed');
  return ok({ kind: 'ack', taken: word === 1, ...(word === 2 && { tooLarge: true }), ids });
};
