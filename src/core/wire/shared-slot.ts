import type { WireMinute } from '#core/brand.ts';
import { createReader } from '#core/bytes/reader.ts';
import { createWriter } from '#core/bytes/writer.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { MAX_ANNOUNCE_BYTES } from '#core/wire/announce.ts';
import { MAX_IDENTITY_BYTES } from '#core/wire/identity.ts';
import { KIND } from '#core/wire/kinds.ts';

/**
 * One slot to hand on to another person, inside a link's fragment or a QR code (docs/protocol/shared-slot.md): the records
 * as their practice signed them, and which start is meant. Nothing of who shares it.
 */
export interface SharedSlot {
  readonly kind: 'sharedSlot';
  readonly start: WireMinute;
  /** A whole signed announcement. */
  readonly announce: Uint8Array;
  /** The whole signed identity record, where there is room for it. */
  readonly identity: Uint8Array | undefined;
}

const HEADER_BYTES = 6;
export const MAX_SHARED_SLOT_BYTES = HEADER_BYTES + MAX_ANNOUNCE_BYTES + MAX_IDENTITY_BYTES;

export const encodeSharedSlot = ({ start, announce, identity }: SharedSlot): Uint8Array => {
  const writer = createWriter().u8(KIND.sharedSlot).u24(start).u16(announce.length).bytes(announce);
  return (identity === undefined ? writer : writer.bytes(identity)).finish();
};

/** Judges the frame only: each record is judged like one that came over a link. */
export const decodeSharedSlot = (bytes: Uint8Array): Result<SharedSlot> => {
  if (bytes.length > MAX_SHARED_SLOT_BYTES) return refuse('too-large');
  if (bytes[0] !== KIND.sharedSlot) return refuse('unknown-kind');
  const reader = createReader(bytes.subarray(1));
  const start = reader.u24() as WireMinute;
  const length = reader.u16();
  if (length === 0 || length > MAX_ANNOUNCE_BYTES) return refuse('malformed');
  const announce = reader.bytes(length);
  const rest = reader.rest();
  if (!reader.atEnd() || rest.length > MAX_IDENTITY_BYTES) return refuse('malformed');
  return ok({ kind: 'sharedSlot', start, announce, identity: rest.length === 0 ? undefined : rest });
};
