/** Pieces of objects from anybody: any bytes, lies in every field, and true ones among them (docs/protocol/radio.md). */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Millis } from '#core/brand.ts';
import { concatBytes, equalBytes } from '#core/bytes/compare.ts';
import { toHex } from '#core/bytes/hex.ts';
import { sha256 } from '#core/crypto/sha256.ts';
import { MAX_AIR_BODY } from '#core/radio/air/frame.ts';
import {
  type CollectorBounds,
  createObjectCollector,
  createObjectSource,
  MAX_OBJECT_BYTES,
  type ObjectCollector,
  PIECE_BYTES,
} from '#core/radio/object-pieces.ts';

const RUNS = Number(process.env.FUZZ_RUNS ?? 300);
const HEADER_BYTES = MAX_AIR_BODY - PIECE_BYTES;
/** Short ones most of the time: what is collected soon meets more lies. */
const objectLength = fc.oneof(
  fc.integer({ min: 1, max: 4 * PIECE_BYTES }),
  fc.constantFrom(10 * PIECE_BYTES, 10 * PIECE_BYTES + 1, MAX_OBJECT_BYTES),
  fc.integer({ min: 1, max: MAX_OBJECT_BYTES }),
);
const object = fc
  .tuple(objectLength, fc.integer())
  .map(([length, seed]) => Uint8Array.from({ length }, (_, index) => Math.imul(index + 1, seed | 1) >>> 11));

type Body = (object: Uint8Array) => Uint8Array;
const truePiece = fc.nat(300).map((n): Body => {
  return (of) => {
    const source = createObjectSource(of);
    return source.piece(source.cycle(n));
  };
});
/** Changed in a byte: id, length, index or data. */
const liar = fc.tuple(
  truePiece,
  fc.oneof(fc.nat(HEADER_BYTES), fc.nat(MAX_AIR_BODY)),
  fc.integer({ min: 1, max: 255 }),
);
const lie = liar.map(([body, place, bits]): Body => {
  return (of) => body(of).map((byte, index, all) => (index === place % all.length ? byte ^ bits : byte));
});
/** Its own length and index are right, so that it is collected, with data that are not. */
const falseData = fc.tuple(truePiece, fc.integer({ min: 0, max: 255 })).map(([body, byte]): Body => {
  return (of) => body(of).fill(byte, HEADER_BYTES);
});
const cut = fc.tuple(truePiece, fc.nat(MAX_AIR_BODY)).map(
  ([body, length]): Body =>
    (of) =>
      body(of).slice(0, length),
);
const anyBytes = fc.uint8Array({ maxLength: MAX_AIR_BODY + 5, size: 'max' }).map(
  (bytes): Body =>
    () =>
      bytes,
);
/** Well-formed, of an object that nobody has. */
const madeUp = fc.tuple(fc.uint8Array({ minLength: 4, maxLength: 4 }), objectLength, fc.nat(255)).map(
  ([id, length, n]): Body =>
    () => {
      const source = createObjectSource(new Uint8Array(length));
      return concatBytes(id, source.piece(source.cycle(n)).subarray(id.length));
    },
);
const hostile = fc.oneof(lie, falseData, cut, anyBytes, madeUp);
const stream = fc.array(fc.tuple(fc.oneof(truePiece, hostile), fc.nat(2_000)), { maxLength: 80, size: 'max' });
const bounds = fc.record<CollectorBounds>({
  objects: fc.integer({ min: 1, max: 5 }),
  bytes: fc.integer({ min: 0, max: 3 * MAX_OBJECT_BYTES }),
  patience: fc.constantFrom(0, 1_000, 1e9).map((ms) => ms as Millis),
});

/** Takes it, keeps its bounds, and gives only what fits its own id and length; what it gave. */
const take = (to: ObjectCollector, body: Uint8Array, now: number, limits: CollectorBounds): Uint8Array | undefined => {
  const result = to.take(body, now as Millis);
  expect(to.objects).toBeLessThanOrEqual(limits.objects);
  expect(to.bytes).toBeLessThanOrEqual(limits.bytes);
  if (!result.ok || result.value.kind !== 'whole') return undefined;
  const given = result.value.object;
  expect(toHex(sha256(given).subarray(0, 4))).toBe(toHex(body.subarray(0, 4)));
  expect(given.length).toBe(new DataView(body.buffer, body.byteOffset).getUint16(4));
  return given;
};

test('any bytes at any time: never an exception, never beyond the bounds, never what does not fit', () => {
  const property = fc.property(
    bounds,
    fc.array(object, { minLength: 1, maxLength: 3 }),
    stream,
    (limits, all, sent) => {
      const to = createObjectCollector(limits);
      let now = 0;
      sent.forEach(([body, ms], count) => {
        now += ms;
        take(to, body(all[count % all.length] ?? new Uint8Array(1)), now, limits);
      });
    },
  );
  fc.assert(property, { numRuns: RUNS });
});

test('whatever was sent before, an object is whole after two rounds of its pieces at most', () => {
  const limits: CollectorBounds = { objects: 3, bytes: 2 * MAX_OBJECT_BYTES, patience: 1e9 as Millis };
  let afterLies = 0;
  const property = fc.property(object, stream, fc.nat(300), (of, sent, from) => {
    const to = createObjectCollector(limits);
    const isWhole = (body: Uint8Array): boolean => {
      const given = take(to, body, 0, limits);
      return given !== undefined && equalBytes(given, of);
    };
    if (sent.map(([body]) => isWhole(body(of))).includes(true)) return;
    afterLies++;
    const source = createObjectSource(of);
    const rounds = Array.from({ length: 2 * source.sourcePieces }, (_, n) => source.piece(source.cycle(from + n)));
    expect(rounds.map(isWhole)).toContain(true);
  });
  fc.assert(property, { numRuns: RUNS });
  expect(afterLies).toBeGreaterThan(RUNS / 10);
});
