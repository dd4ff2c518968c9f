import type { MessageId } from '#core/brand.ts';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import { createReader } from '#core/bytes/reader.ts';
import { createWriter } from '#core/bytes/writer.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { KIND } from '#core/wire/kinds.ts';

/** Tells a peer that something it sent was refused, and why: so that a person can be told the truth. */
export interface Refused {
  readonly kind: 'refused';
  /** The byte of a refusal (core/refusal.ts). */
  readonly reason: number;
  readonly id: MessageId;
}

export const encodeRefused = (refused: Refused): Uint8Array =>
  createWriter()
    .u8(KIND.refused)
    .u8(refused.reason)
    .bytes(fromHex(refused.id) ?? new Uint8Array(16))
    .finish();

export const decodeRefused = (bytes: Uint8Array): Result<Refused> => {
  if (bytes[0] !== KIND.refused) return refuse('unknown-kind');
  const reader = createReader(bytes.subarray(1));
  const message: Refused = { kind: 'refused', reason: reader.u8(), id: toHex(reader.bytes(16)) as MessageId };
  return reader.atEnd() ? ok(message) : refuse('malformed');
};
