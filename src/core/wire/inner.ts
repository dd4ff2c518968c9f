import type { Reader } from '#core/bytes/reader.ts';
import { fromUtf8, toUtf8 } from '#core/bytes/utf8.ts';
import { ok, type Result, refuse } from '#core/result.ts';

/** Parts that the messages inside a session share: zero padding and short texts. */

/** `content` padded with zeros to `length`; `too-large` when it does not fit. Without a length, just the check of content. */
export const padTo = (content: Uint8Array, length: number | undefined): Result<Uint8Array> => {
  if (length === undefined) return ok(content);
  if (content.length > length) return refuse('too-large');
  const padded = new Uint8Array(length);
  padded.set(content);
  return ok(padded);
};

/** After the last field nothing may follow but zeros. */
export const isPadding = (rest: Uint8Array): boolean => rest.every((byte) => byte === 0);

/** The bytes of a text with its length in front, or `too-large`. */
export const encodeText = (text: string, maxBytes: number): Result<Uint8Array> => {
  const bytes = toUtf8(text);
  return bytes.length > maxBytes ? refuse('too-large') : ok(Uint8Array.of(bytes.length, ...bytes));
};

/** Undefined when it is too long or not well-formed UTF-8. */
export const readText = (reader: Reader, maxBytes: number): string | undefined => {
  const length = reader.u8();
  return length > maxBytes ? undefined : fromUtf8(reader.bytes(length));
};
