/** The small codings below every message: each comes back, and refuses what no encoder writes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBase45, encodeBase45 } from '#core/bytes/base45.ts';
import { decodeBase64Url, encodeBase64Url } from '#core/bytes/base64url.ts';
import { createBitReader, createBitWriter } from '#core/bytes/bits.ts';
import { concatBytes, equalBytes } from '#core/bytes/compare.ts';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import { createReader } from '#core/bytes/reader.ts';
import { bestRiceParameter, MAX_QUOTIENT, readRice, riceCost, writeRice } from '#core/bytes/rice.ts';
import { fromUtf8, toUtf8 } from '#core/bytes/utf8.ts';
import { createWriter } from '#core/bytes/writer.ts';

const RUNS = { numRuns: Number(process.env.FUZZ_RUNS ?? 300) };
const some = fc.uint8Array({ maxLength: 80 });

describe('hex', () => {
  test('comes back, as Node writes it', () => {
    fc.assert(
      fc.property(some, (bytes) => {
        expect(toHex(bytes)).toBe(Buffer.from(bytes).toString('hex'));
        expect(fromHex(toHex(bytes))).toEqual(bytes);
      }),
      RUNS,
    );
  });
  test.each(['0', 'AB', 'zz', '0x00', ' 00', '00 ', '0é', 'ａｂ'])('refuses %j', (text) => {
    expect(fromHex(text)).toBeUndefined();
  });
});

describe('base64url', () => {
  test('comes back, as Node writes it', () => {
    fc.assert(
      fc.property(some, (bytes) => {
        expect(encodeBase64Url(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
        expect(decodeBase64Url(encodeBase64Url(bytes))).toEqual(bytes);
      }),
      RUNS,
    );
  });
  test('has one text for each byte string', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), (text) => {
        const bytes = decodeBase64Url(text);
        if (bytes !== undefined) expect(encodeBase64Url(bytes)).toBe(text);
      }),
      RUNS,
    );
    for (const text of ['A', 'AB', 'AAB', 'AA==', 'A+/A', 'ÄA']) expect(decodeBase64Url(text)).toBeUndefined();
  });
});

describe('base45', () => {
  test.each([
    ['', ''],
    ['AB', 'BB8'],
    ['Hello!!', '%69 VD92EX0'],
    ['base-45', 'UJCLQE7W581'],
    ['ietf!', 'QED8WEX0'],
  ])('RFC 9285: %j is %j', (plain, text) => {
    expect(encodeBase45(toUtf8(plain))).toBe(text);
    expect(decodeBase45(text)).toEqual(toUtf8(plain));
  });
  test('comes back', () => {
    fc.assert(
      fc.property(some, (bytes) => {
        expect(decodeBase45(encodeBase45(bytes))).toEqual(bytes);
      }),
      RUNS,
    );
  });
  test.each(['A', 'AAAA', ':::', '::', 'GGX', 'bb8', 'AÄ', 'A\n', 'https://a'])('refuses %j', (text) => {
    expect(decodeBase45(text)).toBeUndefined();
  });
});

describe('UTF-8', () => {
  test('has one encoding', () => {
    fc.assert(
      fc.property(fc.oneof(some, fc.string({ unit: 'grapheme' }).map(toUtf8)), (bytes) => {
        const text = fromUtf8(bytes);
        if (text !== undefined) expect(toUtf8(text)).toEqual(bytes);
      }),
      RUNS,
    );
  });
  test.each(['\ufeff', '\ufeffA', '\ufeff\ufeffA', 'A\ufeff', ''])('keeps a byte order mark: %j', (text) => {
    expect(fromUtf8(toUtf8(text))).toBe(text);
  });
  test.each(['c3', 'c0af', 'eda080', 'f5808080', 'ff'])('refuses %s', (hex) => {
    expect(fromUtf8(fromHex(hex) ?? new Uint8Array(0))).toBeUndefined();
  });
});

describe('fields', () => {
  const WIDTHS = { u8: 1, u16: 2, u24: 3, u32: 4, u48: 6 } as const;
  const field = fc.constantFrom(...(Object.keys(WIDTHS) as (keyof typeof WIDTHS)[])).chain((name) =>
    fc.tuple(
      fc.constant(name),
      fc.maxSafeNat().map((value) => value % 2 ** (8 * WIDTHS[name])),
    ),
  );

  test('come back in order', () => {
    fc.assert(
      fc.property(fc.array(field, { maxLength: 60 }), some, (fields, tail) => {
        const writer = createWriter();
        for (const [name, value] of fields) writer[name](value);
        const bytes = writer.bytes(tail).finish();
        expect(bytes).toHaveLength(writer.length);
        const reader = createReader(bytes);
        for (const [name, value] of fields) expect(reader[name]()).toBe(value);
        expect(reader.rest()).toEqual(tail);
        expect(reader.atEnd()).toBe(true);
      }),
      RUNS,
    );
  });
  test('of two writers at once neither touches what the other one writes', () => {
    const [one, two] = [createWriter().u8(1), createWriter().u8(2)];
    one.u16(3);
    two.u16(4);
    const first = one.finish();
    const third = createWriter().u8(5);
    expect(first).toEqual(Uint8Array.of(1, 0, 3));
    expect(two.finish()).toEqual(Uint8Array.of(2, 0, 4));
    expect(third.finish()).toEqual(Uint8Array.of(5));
    expect(() => one.u8(1)).toThrow('finished');
    expect(() => one.finish()).toThrow('finished');
  });
  test('what does not fit is a bug', () => {
    expect(() => createWriter().u8(256)).toThrow(RangeError);
    expect(() => createWriter().u16(-1)).toThrow(RangeError);
    expect(() => createWriter().u24(1.5)).toThrow(RangeError);
    expect(() => createWriter().u48(2 ** 48)).toThrow(RangeError);
  });
  test('past the end there is zero, and the reader is broken', () => {
    const reader = createReader(Uint8Array.of(1));
    expect(reader.u16()).toBe(0);
    expect([reader.broken, reader.atEnd()]).toEqual([true, false]);
    expect(createReader(new Uint8Array(3)).bytes(4)).toEqual(new Uint8Array(4));
  });
});

describe('bits', () => {
  const item = fc.integer({ min: 0, max: 32 }).chain((width) =>
    fc.tuple(
      fc.constant(width),
      fc.nat().map((value) => (width === 0 ? 0 : value % 2 ** Math.min(width, 31))),
    ),
  );
  test('come back, and only zeros may follow', () => {
    fc.assert(
      fc.property(fc.array(item, { maxLength: 80 }), (items) => {
        const bits = createBitWriter(1);
        for (const [width, value] of items) bits.write(value, width);
        const bytes = bits.finish();
        const reader = createBitReader(bytes);
        for (const [width, value] of items) expect(reader.read(width)).toBe(value);
        expect(reader.atCanonicalEnd()).toBe(true);
        expect(reader.read(9)).toBeUndefined();
      }),
      RUNS,
    );
    const loose = createBitReader(Uint8Array.of(0b1010_0001));
    loose.read(4);
    expect(loose.atCanonicalEnd()).toBe(false);
    expect(createBitReader(new Uint8Array(1)).atCanonicalEnd()).toBe(false);
    expect(createBitReader(new Uint8Array(2)).readBytes(3)).toBeUndefined();
  });
});

describe('Rice codes', () => {
  test('come back, in as many bits as was said', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(60_000), { minLength: 1, maxLength: 31 }), (values) => {
        const k = bestRiceParameter(values);
        if (k === undefined) return;
        const bits = createBitWriter();
        for (const value of values) writeRice(bits, value, k);
        const reader = createBitReader(bits.finish());
        expect(values.map(() => readRice(reader, k))).toEqual(values);
        expect(bits.finish()).toHaveLength(Math.ceil((riceCost(values, k) ?? 0) / 8));
        for (let other = 0; other < 16; other++) {
          const cost = riceCost(values, other) ?? Number.POSITIVE_INFINITY;
          expect(cost > (riceCost(values, k) ?? 0) || (cost === riceCost(values, k) && other >= k)).toBe(true);
        }
      }),
      RUNS,
    );
  });
  test('a quotient has its bound', () => {
    expect(riceCost([MAX_QUOTIENT], 0)).toBe(MAX_QUOTIENT + 1);
    expect(riceCost([MAX_QUOTIENT + 1], 0)).toBeUndefined();
    expect(bestRiceParameter([(MAX_QUOTIENT + 1) * 2 ** 15])).toBeUndefined();
    expect(readRice(createBitReader(new Uint8Array(20).fill(255)), 0)).toBeUndefined();
    expect(readRice(createBitReader(Uint8Array.of(0b1000_0000)), 15)).toBeUndefined();
  });
});

test('bytes are equal, and put together', () => {
  fc.assert(
    fc.property(some, some, (a, b) => {
      expect(equalBytes(a, b)).toBe(Buffer.from(a).equals(Buffer.from(b)));
      expect(concatBytes(a, b)).toEqual(Uint8Array.from([...a, ...b]));
    }),
    RUNS,
  );
});
