import type { MessageId } from '#core/brand.ts';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import { createReader } from '#core/bytes/reader.ts';
import { createWriter } from '#core/bytes/writer.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { KIND } from '#core/wire/kinds.ts';

/** "I opened this bundle": the secret from inside it, by which anybody can check that it may go. 25 bytes. */
export interface Removal {
  readonly kind: 'removal';
  readonly id: MessageId;
  readonly secret: Uint8Array;
}

export const encodeRemoval = (removal: Removal): Uint8Array =>
  createWriter()
    .u8(KIND.removal)
    .bytes(fromHex(removal.id) ?? new Uint8Array(16))
    .bytes(removal.secret)
    .finish();

export const decodeRemoval = (bytes: Uint8Array): Result<Removal> => {
  if (bytes[0] !== KIND.removal) return refuse('unknown-kind');
  const reader = createReader(bytes.subarray(1));
  const removal: Removal = { kind: 'removal', id: toHex(reader.bytes(16)) as MessageId, secret: reader.bytes(8) };
  return reader.atEnd() ? ok(removal) : refuse('malformed');
};
