/** CBOR as the wire takes it: few types, one encoding, bounded; what cbor-x could do beyond that is refused. */
import { describe, expect, test } from 'vitest';
import { type CborValue, decodeCbor, encodeCbor } from '#core/wire/cbor.ts';
import { bytesOf } from '#test/core/wire/vector-files.ts';

const refused = (hex: string) => decodeCbor(bytesOf(hex));

describe('values', () => {
  // Appendix A of RFC 8949, as far as these types go.
  test.each<[string, CborValue]>([
    ['00', 0],
    ['17', 23],
    ['1818', 24],
    ['18ff', 255],
    ['190100', 256],
    ['1a000f4240', 1_000_000],
    ['1affffffff', 4_294_967_295],
    ['f4', false],
    ['f5', true],
    ['f6', null],
    ['40', new Uint8Array(0)],
    ['4401020304', Uint8Array.of(1, 2, 3, 4)],
    ['60', ''],
    ['62c3bc', 'ü'],
    ['64f0908591', '\u{10151}'],
    ['80', []],
    ['8301820203820405', [1, [2, 3], [4, 5]]],
  ])('%s', (hex, value) => {
    expect(decodeCbor(bytesOf(hex))).toEqual({ ok: true, value });
    expect(encodeCbor(value)).toEqual(bytesOf(hex));
  });
});

describe('another encoding of the same value is not canonical', () => {
  test.each([
    ['an integer in more bytes', '1817'],
    ['32 bits for what fits 16', '1a00000100'],
    ['a float that is whole', 'f93c00'],
    ['a negative zero', 'f98000'],
    ['a text with a longer length', '780161'],
    ['bytes with a longer length', '580101'],
    ['an array with a longer length', '980100'],
    ['an array of indefinite length', '9f01ff'],
    ['bytes with a tag that says they are bytes', 'd8404101'],
    ['text that is no UTF-8', '61ff'],
    ['half a character', '63eda080'],
  ])('%s', (_, hex) => {
    expect(refused(hex)).toEqual({ ok: false, code: 'not-canonical' });
  });
});

describe('malformed', () => {
  test.each([
    ['nothing', ''],
    ['a second value', '0000'],
    ['cut in a number', '19'],
    ['cut in a text', '6261'],
    ['cut in an array', '8201'],
    ['a negative number', '20'],
    ['a fraction', 'f93e00'],
    ['not a number', 'f97e00'],
    ['infinity', 'f97c00'],
    ['a number beyond 32 bits', '1b0000000100000000'],
    ['the same as a float, which comes back the same', 'fb41f0000000000000'],
    ['the largest safe integer, as a float', 'fb433fffffffffffff'],
    ['undefined', 'f7'],
    ['a map', 'a0'],
    ['a map with a prototype', 'a1695f5f70726f746f5f5f80'],
    ['a date', 'c11a514b67b0'],
    ['a large number as bytes', 'c249010000000000000000'],
    ['typed numbers', 'd84542ffff'],
    ['a set', 'd9010280'],
    ['a reference to itself', 'd81c81d81d00'],
    ['a record of cbor-x', 'd9dfff8319e000816161'],
    ['five levels', '8181818180'],
    ['four billion elements that do not come', '9affffffff'],
    ['a text of two billion bytes that do not come', '7a7fffffff'],
    ['a break alone', 'ff'],
  ])('%s', (_, hex) => {
    expect(refused(hex)).toEqual({ ok: false, code: 'malformed' });
  });

  test('as deep as a frame can be', () => {
    expect(decodeCbor(new Uint8Array(4_096).fill(0x81))).toEqual({ ok: false, code: 'malformed' });
  });
});

test('four levels are taken, and 4,096 bytes', () => {
  expect(refused('81818180').ok).toBe(true);
  const longest = encodeCbor('x'.repeat(4_093));
  expect(longest).toHaveLength(4_096);
  expect(decodeCbor(longest).ok).toBe(true);
  expect(decodeCbor(encodeCbor('x'.repeat(4_094)))).toEqual({ ok: false, code: 'too-large' });
});

test('what was refused leaves nothing behind in the decoder', () => {
  const good = encodeCbor(['Praxis', 7, Uint8Array.of(1), [null, true]]);
  // Shared values, packed tables, records and bundled strings are extensions that keep state while they decode.
  for (const hex of [
    'd81c81d81d00',
    'd8338361610102',
    'd833826161e0',
    'd9dfff8319e000816161',
    'd9dff88101',
    'd81d05',
  ]) {
    expect(refused(hex).ok, hex).toBe(false);
    expect(decodeCbor(good)).toEqual({ ok: true, value: ['Praxis', 7, Uint8Array.of(1), [null, true]] });
    expect(refused('e0').ok).toBe(false);
  }
});
