/**
 * A part of a message from one station to one other, small enough for a frame (docs/protocol/radio.md, "Links over the air").
 * The model is SCHC's ACK-on-Error (RFC 8724, 8.4.3), with pieces that all but the last have the same length: where one
 * belongs follows from its index, and two of them never overlap.
 */
import type { LinkTag, StationId } from '#core/brand.ts';
import { createReader } from '#core/bytes/reader.ts';
import { createWriter } from '#core/bytes/writer.ts';
import { endOf } from '#core/radio/air/end.ts';
import { MAX_AIR_BODY } from '#core/radio/air/frame.ts';
import { CHECK_BYTES, MAX_AIR_MESSAGE } from '#core/radio/air/limits.ts';
import { ok, type Result, refuse } from '#core/result.ts';

/** Whom a frame is for, and which link of the two is meant. */
export interface LinkAddress {
  readonly to: StationId;
  /** What the sender calls the link; 0 where it knows of none. */
  readonly sender: LinkTag | 0;
  /** What the receiver calls it; 0 as long as the sender has not heard. */
  readonly receiver: LinkTag | 0;
}

export interface FragmentPart {
  /** 0–15: messages of this link and direction so far. */
  readonly number: number;
  /** Which piece this is, and which is the last. */
  readonly index: number;
  readonly last: number;
  /** An acknowledgement is wanted at once. */
  readonly wantsAck: boolean;
  /** The message is a byte that says why the link ends. */
  readonly isGoodbye: boolean;
  readonly piece: Uint8Array;
}

export type Fragment = LinkAddress & FragmentPart;

export const ADDRESS_BYTES = 4;
const FLAG_BYTES = 2;
export const PIECE_BYTES = MAX_AIR_BODY - ADDRESS_BYTES - FLAG_BYTES;
const WHOLE_BYTES = MAX_AIR_MESSAGE + CHECK_BYTES;
export const MAX_PIECES = Math.ceil(WHOLE_BYTES / PIECE_BYTES);
export const MESSAGE_NUMBERS = 16;

export const encodeFragment = (fragment: Fragment): Uint8Array => {
  const { to, sender, receiver, number, index, last, wantsAck, isGoodbye, piece } = fragment;
  if (!isSane(fragment)) throw new RangeError(`no fragment is like this: ${index} of ${last}, ${piece.length} bytes`);
  const flags = (wantsAck ? 0x8000 : 0) + (isGoodbye ? 0x4000 : 0) + number * 0x400 + index * 0x20 + last;
  return createWriter().u16(to).u8(sender).u8(receiver).u16(flags).bytes(piece).finish();
};

/** A message has one way of being cut: what was cut another way is not taken. */
const isSane = ({ sender, index, last, isGoodbye, piece }: Fragment): boolean => {
  if (sender === 0 || index > last || last >= MAX_PIECES) return false;
  if (isGoodbye) return last === 0 && piece.length === 1 && endOf(piece[0]) !== undefined;
  if (last === 0) return piece.length <= PIECE_BYTES;
  if (index < last) return piece.length === PIECE_BYTES;
  const length = last * PIECE_BYTES + piece.length;
  return piece.length > 0 && length > PIECE_BYTES + CHECK_BYTES && length <= WHOLE_BYTES && piece.length <= PIECE_BYTES;
};

export const decodeFragment = (body: Uint8Array): Result<Fragment, 'malformed'> => {
  const reader = createReader(body);
  const [to, sender, receiver] = [reader.u16() as StationId, reader.u8() as LinkTag, reader.u8() as LinkTag];
  const flags = reader.u16();
  const fragment = {
    ...{ to, sender, receiver },
    wantsAck: flags >= 0x8000,
    isGoodbye: (flags & 0x4000) > 0,
    number: (flags >> 10) & 0xf,
    index: (flags >> 5) & 0x1f,
    last: flags & 0x1f,
    piece: reader.rest(),
  };
  return !reader.broken && isSane(fragment) ? ok(fragment) : refuse('malformed');
};
