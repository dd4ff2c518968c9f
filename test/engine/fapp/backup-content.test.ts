/** What stands in a backup file: bounds, and one way to write it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import { fromUtf8, toUtf8 } from '#core/bytes/utf8.ts';
import { decodeBackupContent, encodeBackupContent } from '#engine/fapp/backup-content.ts';
import { cases } from '#test/vectors/backup/file.json' with { type: 'json' };

const bytes = (text: string): Uint8Array => fromHex(text) ?? new Uint8Array();
const codeOf = (result: { readonly ok: boolean; readonly code?: unknown }): unknown => (result.ok ? 'ok' : result.code);
const full = cases[0];

test.each(cases)('the content of $title comes back the same', ({ content }) => {
  const read = decodeBackupContent(bytes(content));
  if (!read.ok) throw new Error(read.code);
  const again = encodeBackupContent(read.value);
  expect(again.ok && toHex(again.value)).toBe(content);
});

describe('content', () => {
  const text = fromUtf8(bytes(full?.content ?? '')) ?? '';
  const refusal = (from: string | RegExp, to: string): unknown => {
    expect(text).toMatch(from);
    return codeOf(decodeBackupContent(toUtf8(text.replace(from, to))));
  };

  test('beyond a bound is refused', () => {
    for (const [from, to] of [
      ['"epoch":3', '"epoch":256'],
      ['"epoch":3', '"epoch":-1'],
      ['"savedAt":1793000000000', '"savedAt":1.5'],
      ['"id":2', '"id":16'],
      ['"minutes":25', '"minutes":26'],
      ['"minutes":25', '"minutes":245'],
      ['"counter":7', '"counter":65536'],
      ['"state":"free"', '"state":"sold"'],
      ['"plz":"80799"', '"plz":"8079"'],
      ['"beruf":"PP"', '"beruf":"ARZT"'],
      ['"land":"BY"', '"land":"XX"'],
      ['"weekday":2', '"weekday":8'],
      ['"credential":"0a0b"', '"credential":"0a0"'],
      ['00112233445566ff', '00112233445566fg'],
      ['"phase":"confirmed"', '"phase":"rejected"'],
      ['Guten Tag', 'x'.repeat(401)],
      [/"blocked":\[.*?\]/, '"blocked":null'],
    ] as const) {
      expect(refusal(from, to), `${from} → ${to}`).toBe('malformed');
    }
    const many = JSON.stringify(Array.from({ length: 401 }, (_, at) => ({ start: at, state: 'free' })));
    expect(refusal(/"slots":\[.*?\]/, `"slots":${many}`)).toBe('malformed');
  });

  test('in another writing than its one is refused', () => {
    expect(refusal('"epoch":3', '"epoch": 3')).toBe('not-canonical');
    expect(refusal('"epoch":3', '"epoch":3,"more":1')).toBe('not-canonical');
    expect(refusal('"epoch":3,"savedAt":1793000000000', '"savedAt":1793000000000,"epoch":3')).toBe('not-canonical');
    expect(refusal('Guten', '\\u0047uten')).toBe('not-canonical');
    // Busy times are merged, so that there is one way to say them.
    expect(refusal('"busy":[', '"busy":[{"from":5,"to":5},')).toBe('not-canonical');
  });

  test('of any bytes is refused, and never throws', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (any) => !decodeBackupContent(any).ok));
    fc.assert(
      fc.property(fc.nat(text.length), fc.string({ maxLength: 5 }), (at, other) => {
        const read = decodeBackupContent(toUtf8(text.slice(0, at) + other + text.slice(at + other.length)));
        const again = read.ok ? encodeBackupContent(read.value) : read;
        return read.ok === again.ok;
      }),
    );
  });
});
