import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toHex } from '#core/bytes/hex.ts';
import { packRows, unpackRows } from '#engine/records/packed-rows.ts';
import type { StoreEntry } from '#ports/store.ts';

const KEY = '00112233445566778899aabbccddeeff';
const entry = fc.record({
  key: fc.uint8Array({ minLength: 16, maxLength: 16 }).map(toHex),
  value: fc.uint8Array({ maxLength: 300 }),
});
const plain = (entries: readonly StoreEntry[]) => entries.map(({ key, value }) => [key, Array.from(value)]);

describe('rows packed into one', () => {
  test('come back as they were, in their order', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 40 }), (entries) => {
        const unpacked = unpackRows(packRows(entries));
        expect(unpacked.ok && plain(unpacked.value)).toEqual(plain(entries));
      }),
    );
  });

  test('that end too early, or are of another version, are refused', () => {
    const whole = packRows([
      { key: KEY, value: Uint8Array.of(1, 2, 3) },
      { key: KEY, value: new Uint8Array(0) },
    ]);
    const ends = new Set([1, 1 + 18 + 3, whole.length]);
    for (let end = 1; end <= whole.length; end++) {
      expect(unpackRows(whole.subarray(0, end)).ok, `${end}`).toBe(ends.has(end));
    }
    expect(unpackRows(new Uint8Array(0))).toEqual({ ok: false, code: 'unknown-kind' });
    expect(unpackRows(Uint8Array.of(2, ...whole.subarray(1)))).toEqual({ ok: false, code: 'unknown-kind' });
  });

  test('whatever the bytes are, it answers', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void unpackRows(Uint8Array.of(1, ...bytes))));
  });

  test('a key or a value that does not fit is a mistake of the caller', () => {
    expect(() => packRows([{ key: 'abc', value: new Uint8Array(1) }])).toThrow(RangeError);
    expect(() => packRows([{ key: KEY, value: new Uint8Array(65_536) }])).toThrow(RangeError);
  });
});
