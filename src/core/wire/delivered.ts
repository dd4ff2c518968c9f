import type { MessageId } from '#core/brand.ts';
import { concatBytes } from '#core/bytes/compare.ts';
import { createReader } from '#core/bytes/reader.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { packIds, readIds } from '#core/wire/id-list.ts';
import { KIND } from '#core/wire/kinds.ts';

/** The payload of an envelope by which a node says that these messages of the other reached it (docs/protocol/routing.md). */
export interface Delivered {
  readonly kind: 'delivered';
  readonly ids: readonly MessageId[];
}

export const MAX_DELIVERED_IDS = 32;

export const encodeDelivered = ({ ids }: Delivered): Uint8Array =>
  concatBytes(Uint8Array.of(KIND.delivered), packIds(ids));

export const decodeDelivered = (bytes: Uint8Array): Result<Delivered> => {
  if (bytes[0] !== KIND.delivered) return refuse('unknown-kind');
  const ids = readIds(createReader(bytes.subarray(1)), MAX_DELIVERED_IDS);
  return ids === undefined ? refuse('malformed') : ok({ kind: 'delivered', ids });
};
