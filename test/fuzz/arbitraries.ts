import fc from 'fast-check';
import { toHex } from '#core/bytes/hex.ts';
import { MAX_WIRE_MINUTE } from '#core/domain/wire-time.ts';

/** What the fields of messages are made of, at their bounds as often as inside. */
export const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
export const bytesUpTo = (maxLength: number) => fc.uint8Array({ maxLength });
export const number = (max: number, min = 0) =>
  fc.oneof({ weight: 4, arbitrary: fc.integer({ min, max }) }, fc.constantFrom(min, max));
export const hex = (length: number) => bytes(length).map(toHex);
export const minute = number(MAX_WIRE_MINUTE);
export const set = fc.constantFrom(0, 1, 2, 3);
export const kind = <K extends string>(name: K) => fc.constant(name);
export const orNothing = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

/** Well-formed text of at most so many bytes: with marks, emoji and line breaks, as people type and paste. */
export const text = (maxBytes: number) =>
  fc
    .array(
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 3 }),
        fc.constantFrom('\ufeff', 'ä', 'e\u0301', '\n', '😀', '\0', 'x'.repeat(40)),
      ),
      { maxLength: 12 },
    )
    .map((parts) => {
      let whole = '';
      for (const part of parts) if (Buffer.byteLength(whole + part) <= maxBytes) whole += part;
      return whole;
    });
/** As records have it: in normal form C, no byte order mark in front, no control characters. */
export const line = (maxBytes: number, breaks = false) =>
  text(maxBytes).map((typed) => {
    const plain = typed
      .replace(breaks ? /(?!\n)\p{Cc}/gu : /\p{Cc}/gu, '')
      .replace(/^\ufeff+/u, '')
      .normalize('NFC');
    return Buffer.byteLength(plain) <= maxBytes ? plain : '';
  });
