import type { NodeAddress, WireMinute } from '#core/brand.ts';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import { createReader } from '#core/bytes/reader.ts';
import { fromUtf8, toUtf8 } from '#core/bytes/utf8.ts';
import { createWriter } from '#core/bytes/writer.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { KIND } from '#core/wire/kinds.ts';

/**
 * "Link yourself to this relay until then", as the payload of a unicast envelope: who assigns is its source, who is assigned
 * its destination (docs/protocol/assignment.md).
 */
export interface Assignment {
  readonly kind: 'assignment';
  /** 8 random bytes, in hex. */
  readonly id: string;
  /** The relay that must answer there. */
  readonly relay: NodeAddress;
  /** From this minute on it says nothing any more. */
  readonly expires: WireMinute;
  /** `https://host[:port]` in lower case, or `http` on this very machine; at most MAX_ASSIGNED_ORIGIN bytes. */
  readonly origin: string;
}

export const ASSIGNMENT_ID_BYTES = 8;
export const MAX_ASSIGNED_ORIGIN = 120;
const ORIGIN = /^(https:\/\/[a-z0-9]([a-z0-9.-]*[a-z0-9])?|http:\/\/(localhost|127\.0\.0\.1))(:[1-9]\d{0,4})?$/;

/** An origin in its one form, as an assignment may name it. */
export const isAssignable = (origin: string): boolean => origin.length <= MAX_ASSIGNED_ORIGIN && ORIGIN.test(origin);

export const encodeAssignment = ({ id, relay, expires, origin }: Assignment): Uint8Array =>
  createWriter()
    .u8(KIND.assignment)
    .bytes(fromHex(id) ?? new Uint8Array(ASSIGNMENT_ID_BYTES))
    .bytes(fromHex(relay) ?? new Uint8Array(16))
    .u24(expires)
    .bytes(toUtf8(origin))
    .finish();

export const decodeAssignment = (bytes: Uint8Array): Result<Assignment> => {
  if (bytes[0] !== KIND.assignment) return refuse('unknown-kind');
  const reader = createReader(bytes.subarray(1));
  const id = toHex(reader.bytes(ASSIGNMENT_ID_BYTES));
  const relay = toHex(reader.bytes(16)) as NodeAddress;
  const expires = reader.u24() as WireMinute;
  if (reader.broken || reader.left > MAX_ASSIGNED_ORIGIN) return refuse('malformed');
  const origin = fromUtf8(reader.rest());
  if (origin === undefined || !isAssignable(origin)) return refuse('malformed');
  return ok({ kind: 'assignment', id, relay, expires, origin });
};
