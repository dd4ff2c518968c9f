import * as v from 'valibot';
import { toUtf8 } from '#core/bytes/utf8.ts';

/** Schemas for the fields of CBOR messages: every one has a bound. */

export const unsigned = (max: number) => v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(max));

export const bytesOf = (length: number) =>
  v.pipe(
    v.instance(Uint8Array),
    v.check((bytes) => bytes.length === length),
    v.transform((bytes) => new Uint8Array(bytes)),
  );

export const bytesUpTo = (length: number) =>
  v.pipe(
    v.instance(Uint8Array),
    v.check((bytes) => bytes.length <= length),
    v.transform((bytes) => new Uint8Array(bytes)),
  );

/** An index into a list of values. */
export const choice = <const T>(values: readonly [T, ...T[]]) =>
  v.pipe(
    unsigned(values.length - 1),
    v.transform((index): T => values[index] ?? values[0]),
  );

/**
 * Control characters; half characters (lone surrogates), which UTF-8 cannot say; a byte order mark at the start, which
 * decoders of CBOR drop, so that a record with one would be signed and then refused by everybody.
 */
const FORBIDDEN = /^\ufeff|[\p{Cc}\p{Cs}]/u;
const FORBIDDEN_BUT_NEWLINE = /^\ufeff|(?!\n)[\p{Cc}\p{Cs}]/u;

/** Printable ASCII: as many bytes as characters, and nothing to look for. Most fields are. */
const PLAIN = /^[ -~]*$/;

const isText = (text: string, maxBytes: number, forbidden: RegExp): boolean =>
  PLAIN.test(text)
    ? text.length <= maxBytes
    : toUtf8(text).length <= maxBytes && text.normalize('NFC') === text && !forbidden.test(text);

const textOf = (maxBytes: number, forbidden: RegExp) =>
  v.pipe(
    v.string(),
    v.check((text) => isText(text, maxBytes, forbidden)),
  );

/** One line of text in Unicode normal form C, without control characters. */
export const plainText = (maxBytes: number) => textOf(maxBytes, FORBIDDEN);
/** The same with line breaks. */
export const multilineText = (maxBytes: number) => textOf(maxBytes, FORBIDDEN_BUT_NEWLINE);
