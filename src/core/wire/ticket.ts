import type { Millis, WireMinute } from '#core/brand.ts';
import { concatBytes } from '#core/bytes/compare.ts';
import { createReader } from '#core/bytes/reader.ts';
import { createWriter } from '#core/bytes/writer.ts';
import type { Handshake } from '#core/crypto/noise-nk.ts';
import { fromWireMinute } from '#core/domain/wire-time.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { type Announce, decodeAnnounce, encodeAnnounce } from '#core/wire/announce.ts';
import { encodeText, isPadding, padTo, readText } from '#core/wire/inner.ts';
import { KIND } from '#core/wire/kinds.ts';
import { MAX_NAME_BYTES } from '#core/wire/reserve.ts';
import { SIGNATURE_BYTES } from '#core/wire/signed.ts';

/**
 * What whoever has a pick-up code needs beside it to read the answer (docs/protocol/pick-up.md): the session after message 1,
 * and what was asked for. Sealed under the code, in a bundle of its own. Without the code's key nothing of it opens anything.
 */
export interface Ticket {
  readonly kind: 'ticket';
  /** After Noise message 1. */
  readonly handshake: Handshake;
  readonly asked: WireMinute;
  readonly deadline: WireMinute;
  /** The name under which was asked. */
  readonly name: string;
  /** The announcement that was answered, with the one start that is meant. Unsigned: whoever sealed it says so. */
  readonly announce: Announce;
}

const HASH_BYTES = 32;
const NO_SIGNATURE = new Uint8Array(SIGNATURE_BYTES);

/** The start of the slot that was asked for. */
export const ticketStart = ({ announce }: Ticket): Millis => fromWireMinute(announce.starts[0] ?? (0 as WireMinute));

/** Padded with zeros to `length`; `malformed` for more starts than one, `too-large` for a name that does not fit. */
export const encodeTicket = (ticket: Ticket, length: number | undefined): Result<Uint8Array> => {
  const name = encodeText(ticket.name, MAX_NAME_BYTES);
  if (!name.ok) return name;
  const announce = encodeAnnounce(ticket.announce);
  if (!announce.ok) return announce;
  if (ticket.announce.starts.length !== 1 || announce.value.length > 255) return refuse('malformed');
  const content = createWriter()
    .u8(KIND.ticket)
    .bytes(ticket.handshake.hash)
    .bytes(ticket.handshake.chainingKey)
    .u24(ticket.asked)
    .u24(ticket.deadline)
    .bytes(name.value)
    .u8(announce.value.length)
    .bytes(announce.value);
  return padTo(content.finish(), length);
};

export const decodeTicket = (bytes: Uint8Array): Result<Ticket> => {
  if (bytes[0] !== KIND.ticket) return refuse('unknown-kind');
  const reader = createReader(bytes.subarray(1));
  const [hash, chainingKey] = [reader.bytes(HASH_BYTES), reader.bytes(HASH_BYTES)];
  const [asked, deadline] = [reader.u24() as WireMinute, reader.u24() as WireMinute];
  const name = readText(reader, MAX_NAME_BYTES);
  if (name === undefined) return refuse('malformed');
  const packed = reader.bytes(reader.u8());
  if (reader.broken) return refuse('malformed');
  const announce = decodeAnnounce(concatBytes(packed, NO_SIGNATURE));
  if (!announce.ok) return announce.code === 'unknown-kind' ? refuse('malformed') : announce;
  const { message } = announce.value;
  if (message.starts.length !== 1) return refuse('malformed');
  if (!isPadding(reader.rest())) return refuse('not-canonical');
  return ok({ kind: 'ticket', handshake: { chainingKey, hash }, asked, deadline, name, announce: message });
};
