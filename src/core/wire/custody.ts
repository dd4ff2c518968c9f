import type { MessageId, WireMinute } from '#core/brand.ts';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import { createReader } from '#core/bytes/reader.ts';
import { createWriter } from '#core/bytes/writer.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { KIND } from '#core/wire/kinds.ts';

/** The payload of an envelope by which a relay says that it has committed these messages (docs/protocol/custody.md). */
export interface Custody {
  readonly kind: 'custody';
  readonly minute: WireMinute;
  readonly ids: readonly MessageId[];
}

export const MAX_CUSTODY_IDS = 32;

export const encodeCustody = (custody: Custody): Uint8Array => {
  const writer = createWriter().u8(KIND.custody).u24(custody.minute).u8(custody.ids.length);
  for (const id of custody.ids) writer.bytes(fromHex(id) ?? new Uint8Array(16));
  return writer.finish();
};

export const decodeCustody = (bytes: Uint8Array): Result<Custody> => {
  if (bytes[0] !== KIND.custody) return refuse('unknown-kind');
  const reader = createReader(bytes.subarray(1));
  const minute = reader.u24() as WireMinute;
  const count = reader.u8();
  if (count === 0 || count > MAX_CUSTODY_IDS) return refuse('malformed');
  const ids = Array.from({ length: count }, () => toHex(reader.bytes(16)) as MessageId);
  return reader.atEnd() ? ok({ kind: 'custody', minute, ids }) : refuse('malformed');
};
