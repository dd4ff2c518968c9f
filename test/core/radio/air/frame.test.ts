/** What goes over the air, byte for byte, and what is taken from it (docs/protocol/radio.md). */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NodeAddress, Region, StationId, WireMinute } from '#core/brand.ts';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import {
  type AirAsk,
  decodeAsk,
  encodeAsk,
  isOfPart,
  MAX_MARKS,
  MAX_PREFIXES,
  markOf,
  prefixOf,
} from '#core/radio/air/ask.ts';
import { type AirBeacon, decodeBeacon, encodeBeacon, MAX_AIR_REGIONS, MAX_HEARS } from '#core/radio/air/beacon.ts';
import { decodeCheck, encodeCheck, MAX_CHECK } from '#core/radio/air/check.ts';
import { AIR_KINDS, decodeAirFrame, encodeAirFrame, MAX_AIR_BODY } from '#core/radio/air/frame.ts';
import { decodeKeys, encodeKeys, MAX_AIR_KEYS } from '#core/radio/air/keys.ts';
import { decodeRecords, encodeRecords, MAX_AIR_RECORD, recordsLength } from '#core/radio/air/records.ts';
import type { Result } from '#core/result.ts';

const bytes = (hex: string): Uint8Array => fromHex(hex.replaceAll(/[^0-9a-f]/g, '')) ?? new Uint8Array();
const station = 0xa1b2 as StationId;
const region = (number: number): Region => number as Region;

const BEACON: AirBeacon = {
  way: 2,
  via: 0x0102 as StationId,
  hears: [0x0102 as StationId, 0x0304 as StationId],
  regions: [{ region: region(80), isOwn: true, count: 260, digest: bytes('deadbeef') }],
};
const HOLDINGS: AirAsk = {
  what: 'announcements',
  region: region(80),
  bits: 2,
  part: 3,
  salt: bytes('cafe'),
  marks: ['010203', 'ffffff'],
};

describe('byte for byte', () => {
  test('the header', () => {
    const frame = { kind: 'check', station, count: 9, body: encodeCheck(4_711) } as const;
    expect(toHex(encodeAirFrame(frame))).toBe('50a1b2901267');
    expect(decodeAirFrame(bytes('50 a1b2 90 1267'))).toEqual({ ok: true, value: frame });
  });
  test('records', () => {
    const records = [bytes('01aabb'), bytes('02')];
    expect(toHex(encodeRecords(records))).toBe('0301aabb0102');
    expect(recordsLength([3, 1])).toBe(6);
    expect(decodeRecords(bytes('03 01aabb 01 02'))).toEqual({ ok: true, value: records });
  });
  test('keys: seven in a frame', () => {
    const keys = Array.from({ length: 7 }, (_, at) => new Uint8Array(32).fill(at));
    expect(MAX_AIR_KEYS).toBe(7);
    expect(decodeKeys(encodeKeys(keys))).toEqual({ ok: true, value: keys });
  });
  test('a beacon, with a way, without one, and at the internet itself', () => {
    expect(toHex(encodeBeacon(BEACON))).toBe('22' + '0102' + '01020304' + 'd0' + '0104' + 'deadbeef');
    expect(decodeBeacon(bytes('22 0102 0102 0304 d0 0104 deadbeef'))).toEqual({ ok: true, value: BEACON });
    const none = { way: undefined, via: undefined, hears: [], regions: [] };
    expect(toHex(encodeBeacon(none))).toBe('f0');
    expect(toHex(encodeBeacon({ ...none, way: 0 }))).toBe('00');
    expect(decodeBeacon(bytes('00'))).toEqual({ ok: true, value: { ...none, way: 0 } });
  });
  test('what one has, and what one asks for', () => {
    expect(toHex(encodeAsk(HOLDINGS))).toBe('00' + '50' + '02' + '0003' + 'cafe' + '010203' + 'ffffff');
    expect(decodeAsk(encodeAsk(HOLDINGS))).toEqual({ ok: true, value: HOLDINGS });
    const keys: AirAsk = { what: 'keys', prefixes: ['56475aa7'] };
    expect(toHex(encodeAsk(keys))).toBe('0156475aa7');
    const lists: AirAsk = { what: 'revocations', lists: [{ registrar: '56475aa7', issued: 0x072420 as WireMinute }] };
    expect(toHex(encodeAsk(lists))).toBe('0356475aa7072420');
    expect(decodeAsk(encodeAsk(lists))).toEqual({ ok: true, value: lists });
    expect(decodeAsk(bytes('02 56475aa7'))).toEqual({ ok: true, value: { ...keys, what: 'identities' } });
  });
  test('a mark is the beginning of a hash of salt and id; a part is the beginning of an id', () => {
    // SHA-256 of cafe 0123456789abcdef.
    expect(markOf(bytes('cafe'), '0123456789abcdeffedcba9876543210')).toBe(markOf(bytes('cafe'), '0123456789abcdef'));
    expect(markOf(bytes('cafe'), '0123456789abcdef')).not.toBe(markOf(bytes('caff'), '0123456789abcdef'));
    expect(isOfPart('c000000000000000', { bits: 2, part: 3 })).toBe(true);
    expect(isOfPart('bfff000000000000', { bits: 2, part: 3 })).toBe(false);
    expect(isOfPart('bfff000000000000', { bits: 0, part: 0 })).toBe(true);
    expect(prefixOf('56475aa75463474c0285df5dbf2bcab7' as NodeAddress)).toBe('56475aa7');
  });
  test('the fullest of each fit', () => {
    const full = (count: number, hex: string): string[] => Array.from({ length: count }, () => hex);
    const bodies = [
      encodeRecords([new Uint8Array(MAX_AIR_RECORD)]),
      encodeRecords([new Uint8Array(114), new Uint8Array(114)]),
      encodeBeacon({
        way: 7,
        via: station,
        hears: Array.from({ length: MAX_HEARS }, () => station),
        regions: Array.from({ length: MAX_AIR_REGIONS }, () => ({
          region: region(99),
          isOwn: false,
          count: 70_000,
          digest: new Uint8Array(4),
        })),
      }),
      encodeAsk({ ...HOLDINGS, marks: full(MAX_MARKS, '000000') } as AirAsk),
      encodeAsk({ what: 'keys', prefixes: full(MAX_PREFIXES, '00000000') }),
    ];
    for (const body of bodies) expect(body.length).toBeLessThanOrEqual(MAX_AIR_BODY);
    expect(() => encodeBeacon({ ...BEACON, hears: Array.from({ length: 16 }, () => station) })).toThrow(RangeError);
    const tooLarge = { kind: 'records', station, count: 0, body: new Uint8Array(MAX_AIR_BODY + 1) } as const;
    expect(() => encodeAirFrame(tooLarge)).toThrow(RangeError);
  });
});

describe('refused', () => {
  test.each([
    ['', 'unknown-kind'],
    ['60a1b2900102', 'unknown-kind'],
    ['5fa1b2900102', 'unknown-kind'],
    ['50', 'malformed'],
    ['50a1b2', 'malformed'],
    ['50a1b291', 'malformed'],
    [`50a1b290${'00'.repeat(251)}`, 'malformed'],
  ])('a frame %s: %s', (hex, code) => {
    expect(decodeAirFrame(bytes(hex))).toEqual({ ok: false, code });
  });
  test.each<[string, (body: Uint8Array) => Result<unknown>, readonly string[]]>([
    ['check', decodeCheck, ['', '00', '000000', '2710']],
    ['records', decodeRecords, ['', '00', '0100 00', '05 01', '01']],
    ['keys', decodeKeys, ['', '00'.repeat(31), '00'.repeat(33)]],
    ['beacon', decodeBeacon, ['', '80', '10', '1001', 'f2 0001', 'f0 50 0001 dead', 'f0 64 0001 deadbeef']],
    [
      'ask',
      decodeAsk,
      ['', '04', '01', '03', '03 0102030405', '01 565656', '00 50 00 0000', '00 64 00 0000 cafe', '00 50 0b 0000 cafe'],
    ],
    ['ask', decodeAsk, ['00 50 02 0004 cafe', '00 50 00 0001 cafe', '00 50 00 0000 cafe 0102']],
  ])('a body of a %s', (_, decode, all) => {
    for (const hex of all) expect(decode(bytes(hex))).toEqual({ ok: false, code: 'malformed' });
  });
});

/** Whatever comes, each decoder answers, and what it takes has no other encoding. */
const ENCODINGS: readonly [string, (some: Uint8Array) => Uint8Array | undefined][] = [
  ['frame', (some) => again(decodeAirFrame(some), encodeAirFrame)],
  ['check', (some) => again(decodeCheck(some), encodeCheck)],
  ['records', (some) => again(decodeRecords(some), encodeRecords)],
  ['keys', (some) => again(decodeKeys(some), encodeKeys)],
  ['beacon', (some) => again(decodeBeacon(some), encodeBeacon)],
  ['ask', (some) => again(decodeAsk(some), encodeAsk)],
];
const again = <T>(decoded: Result<T>, encode: (value: T) => Uint8Array): Uint8Array | undefined =>
  decoded.ok ? encode(decoded.value) : undefined;

test.each(ENCODINGS)('any bytes as a %s: never an exception, and one encoding', (_, reencode) => {
  const some = fc.oneof(
    fc.uint8Array({ maxLength: 254 }),
    // What begins like a real one, so that its inside is met.
    fc
      .tuple(fc.constantFrom(...AIR_KINDS.keys()), fc.uint8Array({ maxLength: 60 }))
      .map(([kind, rest]) => Uint8Array.from([0x50 + kind, ...rest])),
    fc.uint8Array({ maxLength: 40 }).map((rest) => Uint8Array.from([0, 80, 1, 0, 1, ...rest])),
  );
  fc.assert(
    fc.property(some, (given) => {
      const encoded = reencode(given);
      if (encoded !== undefined) expect(encoded).toEqual(given);
    }),
    { numRuns: 1_000 },
  );
});

test('a radio check has four digits', () => {
  expect(decodeCheck(encodeCheck(MAX_CHECK))).toEqual({ ok: true, value: MAX_CHECK });
});
