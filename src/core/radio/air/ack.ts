/**
 * What a receiver answers: that a message came, which of its pieces did, or that there is no such link (docs/protocol/radio.md,
 * "Links over the air"; RFC 8724, 8.3.1.4, for the bitmap).
 */
import type { LinkTag, StationId } from '#core/brand.ts';
import { createReader } from '#core/bytes/reader.ts';
import { createWriter } from '#core/bytes/writer.ts';
import { type AirEnd, endByte, endOf } from '#core/radio/air/end.ts';
import { ADDRESS_BYTES, type LinkAddress, MAX_PIECES } from '#core/radio/air/fragment.ts';
import { ok, type Result, refuse } from '#core/result.ts';

export type AckWord =
  | { readonly word: 'whole'; readonly number: number }
  /** Which pieces came, in whole bytes: false for what there is not. Not all came. */
  | { readonly word: 'part'; readonly number: number; readonly came: readonly boolean[] }
  | { readonly word: 'ended'; readonly reason: AirEnd };

export type AirAck = LinkAddress & AckWord;

const WHOLE = 0;
const PART = 1;
const ENDED = 8;
const MAX_BITMAP = Math.ceil(MAX_PIECES / 8);
/** The longest acknowledgement, as the body of a frame. */
export const MAX_ACK_BYTES = ADDRESS_BYTES + 1 + MAX_BITMAP;

const toBitmap = (came: readonly boolean[]): Uint8Array => {
  const bytes = new Uint8Array(Math.ceil(came.length / 8));
  for (const [at, has] of came.entries()) if (has) bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (0x80 >> (at % 8));
  return bytes;
};
const fromBitmap = (bytes: Uint8Array): readonly boolean[] =>
  Array.from({ length: bytes.length * 8 }, (_, at) => ((bytes[at >> 3] ?? 0) & (0x80 >> (at % 8))) > 0);

export const encodeAck = (ack: AirAck): Uint8Array => {
  const writer = createWriter().u16(ack.to).u8(ack.sender).u8(ack.receiver);
  switch (ack.word) {
    case 'whole':
      return writer.u8(ack.number * 16 + WHOLE).finish();
    case 'part':
      return writer
        .u8(ack.number * 16 + PART)
        .bytes(toBitmap(ack.came))
        .finish();
    case 'ended':
      return writer.u8(ENDED + endByte(ack.reason)).finish();
  }
};

const toWord = (number: number, word: number, bitmap: Uint8Array): AckWord | undefined => {
  if (word === PART) {
    const isBitmap = bitmap.length > 0 && bitmap.length <= MAX_BITMAP;
    return isBitmap ? { word: 'part', number, came: fromBitmap(bitmap) } : undefined;
  }
  if (bitmap.length > 0) return undefined;
  if (word === WHOLE) return { word: 'whole', number };
  const reason = number === 0 ? endOf(word - ENDED) : undefined;
  return reason === undefined ? undefined : { word: 'ended', reason };
};

export const decodeAck = (body: Uint8Array): Result<AirAck, 'malformed'> => {
  const reader = createReader(body);
  const [to, sender, receiver] = [reader.u16() as StationId, reader.u8() as LinkTag, reader.u8() as LinkTag];
  const first = reader.u8();
  const word = toWord(first >> 4, first % 16, reader.rest());
  // Whoever acknowledges knows both names of the link; that there is none can be said without a name of one's own.
  if (reader.broken || word === undefined || receiver === 0) return refuse('malformed');
  if (sender === 0 && word.word !== 'ended') return refuse('malformed');
  return ok({ to, sender, receiver, ...word });
};
