/** What a node keeps for itself: comes back, or is malformed. */
import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { decodeLocal, encodeLocal, hexBytes, hexText } from '#core/local-record.ts';

const malformed = { ok: false, code: 'malformed' };

test('a local record is of its schema, or malformed', () => {
  const schema = v.object({ id: v.number() });
  expect(decodeLocal(schema, encodeLocal({ id: 1 }))).toEqual({ ok: true, value: { id: 1 } });
  for (const wrong of [encodeLocal({ id: '1' }), encodeLocal(null), Uint8Array.of(0xff), new Uint8Array(0)])
    expect(decodeLocal(schema, wrong)).toEqual(malformed);
});

test('bytes and text come back as they were', () => {
  const schema = v.object({ text: v.string(), bytes: hexBytes, maybe: v.nullable(hexBytes) });
  const bytes = fc.uint8Array({ maxLength: 60 });
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), bytes, fc.option(bytes), (text, some, maybe) => {
      const record = encodeLocal({ text, bytes: hexText(some), maybe: maybe && hexText(maybe) });
      expect(decodeLocal(schema, record)).toEqual({ ok: true, value: { text, bytes: some, maybe } });
    }),
  );
});

test('bytes that are not hex are a damaged record, not an empty key', () => {
  const schema = v.object({ key: hexBytes });
  expect(decodeLocal(schema, encodeLocal({ key: '' }))).toEqual({ ok: true, value: { key: new Uint8Array(0) } });
  for (const key of ['0', 'xx', 'AB', '00 ', null, 7, ['00']])
    expect(decodeLocal(schema, encodeLocal({ key })), JSON.stringify(key)).toEqual(malformed);
});

test('a record that lost its end is malformed, wherever it was cut', () => {
  const schema = v.object({ name: v.string(), key: hexBytes });
  const whole = encodeLocal({ name: 'Praxis Äther', key: '00ff' });
  for (let length = 0; length < whole.length; length++)
    expect(decodeLocal(schema, whole.subarray(0, length))).toEqual(malformed);
});

test('a letter that is damaged is not read as another', () => {
  const schema = v.object({ name: v.string() });
  const whole = encodeLocal({ name: 'Äther' });
  const changed = whole.map((byte) => (byte === 0xc3 ? 0xff : byte));
  expect(decodeLocal(schema, whole).ok).toBe(true);
  expect(decodeLocal(schema, changed)).toEqual(malformed);
});
