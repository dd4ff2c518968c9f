/** Objects in pieces that anybody can send and everybody may miss (docs/protocol/radio.md). */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Millis } from '#core/brand.ts';
import { toHex } from '#core/bytes/hex.ts';
import { MAX_AIR_BODY } from '#core/radio/air/frame.ts';
import {
  type CollectorBounds,
  createObjectCollector,
  createObjectSource,
  MAX_OBJECT_BYTES,
  type ObjectCollector,
  type ObjectSource,
  PIECE_BYTES,
} from '#core/radio/object-pieces.ts';
import { bytesOf } from '#test/core/wire/vector-files.ts';
import { objects, refused } from '#test/vectors/radio/object-pieces.json' with { type: 'json' };

const at = (ms: number) => ms as Millis;
const BOUNDS: CollectorBounds = { objects: 4, bytes: 3 * MAX_OBJECT_BYTES, patience: at(1_000) };
const collector = (bounds: Partial<CollectorBounds> = {}): ObjectCollector =>
  createObjectCollector({ ...BOUNDS, ...bounds });
/** Bytes that differ from those of another seed in every piece. */
const objectOf = (length: number, seed = 1): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (index * 7 + seed * 31 + (index >> 8) * 13) & 0xff);
const numbers = (count: number, from = 0): number[] => Array.from({ length: count }, (_, index) => from + index);
const changed = (body: Uint8Array, place: number): Uint8Array =>
  body.map((byte, index) => (index === place ? byte ^ 0x55 : byte));
const HEADER_BYTES = MAX_AIR_BODY - PIECE_BYTES;

/** Sends these pieces one after the other; the last result. */
const send = (to: ObjectCollector, source: ObjectSource, indices: readonly number[], now = 0) =>
  indices.map((index) => to.take(source.piece(index), at(now))).at(-1);
const whole = (object: Uint8Array) => ({ ok: true, value: { kind: 'whole', object } });
const piece = (missing: number) => ({ ok: true, value: { kind: 'piece', missing } });
const KNOWN = { ok: true, value: { kind: 'known' } };
const refusal = (code: string) => ({ ok: false, code });

describe.each(objects)('$name', ({ object: hex, sourcePieces, pieces }) => {
  const object = bytesOf(hex);
  test('its pieces', () => {
    const source = createObjectSource(object);
    expect(source.sourcePieces).toBe(sourcePieces);
    expect(pieces.map(({ index }) => toHex(source.piece(index)))).toEqual(pieces.map(({ body }) => body));
  });
  test('back from them and what more it needs', () => {
    const source = createObjectSource(object);
    const to = collector();
    const bodies = new Map(pieces.map(({ index, body }) => [index, bytesOf(body)]));
    const rest = numbers(sourcePieces).filter((index) => !bodies.has(index));
    const enough = [...pieces.map(({ index }) => index).reverse(), ...rest].slice(0, sourcePieces);
    const results = enough.map((index) => to.take(bodies.get(index) ?? source.piece(index), at(0)));
    expect(results).toEqual([
      ...numbers(sourcePieces - 1, 1)
        .reverse()
        .map(piece),
      whole(object),
    ]);
  });
});

test.each(refused)('$name is refused: $code', ({ body, code }) => {
  const to = collector();
  expect(to.take(bytesOf(body), at(0))).toEqual(refusal(code));
  expect([to.objects, to.bytes]).toEqual([0, 0]);
});

test('no body is longer than a frame leaves room for, and no padding is sent', () => {
  for (const length of [1, 242, 243, 244, 2_430, 2_431, MAX_OBJECT_BYTES]) {
    const source = createObjectSource(objectOf(length));
    const sizes = numbers(source.sourcePieces).map((index) => source.piece(index).length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(MAX_AIR_BODY);
    expect(sizes.reduce((sum, size) => sum + size - HEADER_BYTES, 0)).toBe(length);
  }
});

test('up to ten pieces are repeated in turn, above that fresh repair pieces follow', () => {
  const ten = createObjectSource(objectOf(2_430));
  expect(numbers(21).map(ten.cycle)).toEqual([...numbers(10), ...numbers(10), 0]);
  const eleven = createObjectSource(objectOf(2_431));
  expect(numbers(258).map(eleven.cycle)).toEqual([...numbers(256), 0, 1]);
});

test.each([0, MAX_OBJECT_BYTES + 1])('an object of %d bytes is a bug', (length) => {
  expect(() => createObjectSource(new Uint8Array(length))).toThrow(RangeError);
});

test.each([
  [2_430, 10],
  [2_431, 256],
  [2_431, -1],
  [2_431, 0.5],
])('an object of %d bytes has no piece %d', (length, index) => {
  expect(() => createObjectSource(objectOf(length)).piece(index)).toThrow(RangeError);
});

test('any object, from anywhere in its cycle, through any loss', () => {
  const some = fc.record({
    object: fc.uint8Array({ minLength: 1, maxLength: MAX_OBJECT_BYTES, size: 'max' }),
    from: fc.nat(1_000),
    lost: fc.infiniteStream(fc.integer({ min: 0, max: 9 }).map((die) => die < 3)),
  });
  fc.assert(
    fc.property(some, ({ object, from, lost }) => {
      const source = createObjectSource(object);
      const to = collector();
      const heard = new Set<number>();
      for (let n = from; heard.size < source.sourcePieces; n++) {
        const index = source.cycle(n);
        if (lost.next().value === true && n < from + 500) continue;
        heard.add(index);
        const result = to.take(source.piece(index), at(n));
        // Complete with the first k different pieces, and never before.
        expect(result.ok && result.value.kind === 'whole').toBe(heard.size === source.sourcePieces);
        if (result.ok && result.value.kind === 'whole') expect(result.value.object).toEqual(object);
      }
      expect([to.objects, to.bytes]).toEqual([0, 0]);
    }),
    { numRuns: 100 },
  );
});

test('several objects at the same time, and pieces again', () => {
  const [one, other] = [objectOf(600, 1), objectOf(600, 2)];
  const [first, second] = [createObjectSource(one), createObjectSource(other)];
  const to = collector();
  expect(to.take(first.piece(2), at(0))).toEqual(piece(2));
  expect(to.take(second.piece(2), at(0))).toEqual(piece(2));
  expect(to.take(first.piece(2), at(0))).toEqual(KNOWN);
  expect([to.objects, to.bytes]).toEqual([2, 2 * (600 - 2 * PIECE_BYTES)]);
  expect(send(to, first, [0, 1])).toEqual(whole(one));
  expect(send(to, second, [1, 0])).toEqual(whole(other));
});

test('what was given is not collected again for a time, unless it was not what it said', () => {
  const object = objectOf(400);
  const source = createObjectSource(object);
  const to = collector();
  expect(send(to, source, [0, 1], 0)).toEqual(whole(object));
  expect(send(to, source, [0, 1], 1_000)).toEqual(KNOWN);
  // That it came again does not make it longer.
  expect(send(to, source, [0, 1], 1_001)).toEqual(whole(object));
  to.disown(object);
  expect(send(to, source, [0, 1], 1_001)).toEqual(whole(object));
});

test('forgets what had no new piece for a time', () => {
  const object = objectOf(600);
  const source = createObjectSource(object);
  const to = collector();
  send(to, source, [0], 0);
  expect(send(to, source, [1], 1_000)).toEqual(piece(1));
  // One that was here is not a new one.
  expect(send(to, source, [0, 1], 1_900)).toEqual(KNOWN);
  expect(send(to, source, [2], 2_001)).toEqual(piece(2));
  expect(to.objects).toBe(1);
});

test('a piece that contradicts an earlier one changes nothing', () => {
  const object = objectOf(600);
  const source = createObjectSource(object);
  const to = collector();
  send(to, source, [0, 1]);
  expect(to.take(changed(source.piece(1), HEADER_BYTES), at(0))).toEqual(refusal('not-canonical'));
  expect(send(to, source, [2])).toEqual(whole(object));
});

test.each([
  [600, 1, [0, 2]],
  [MAX_OBJECT_BYTES, 0, numbers(16, 1)],
  [MAX_OBJECT_BYTES, 40, numbers(16, 1)],
])('%d bytes begin anew after the false piece %d, and become whole', (length, index, others) => {
  const object = objectOf(length);
  const source = createObjectSource(object);
  const to = collector();
  to.take(changed(source.piece(index), HEADER_BYTES + 3), at(0));
  expect(send(to, source, others)).toEqual(refusal('bad-signature'));
  expect([to.objects, to.bytes]).toEqual([0, 0]);
  expect(send(to, source, numbers(source.sourcePieces))).toEqual(whole(object));
});

test('who lies about the length does not get at the true object', () => {
  const object = objectOf(600);
  const source = createObjectSource(object);
  const to = collector();
  // 599, 601 and 4,096 bytes, said by a first piece of the same id.
  const lies = [
    [2, 87],
    [2, 89],
    [16, 0],
  ].map(([high, low]) => {
    const body = source.piece(0).slice();
    body.set([high ?? 0, low ?? 0], 4);
    return body;
  });
  for (const lie of lies) expect(to.take(lie, at(0)).ok).toBe(true);
  expect(to.objects).toBe(3);
  expect(send(to, source, [0, 1, 2])).toEqual(whole(object));
});

test('an object whose pieces would be more than the bounds is refused', () => {
  const to = collector({ bytes: 16 * PIECE_BYTES });
  expect(send(to, createObjectSource(objectOf(16 * PIECE_BYTES)), [0])).toEqual(piece(15));
  expect(send(to, createObjectSource(objectOf(16 * PIECE_BYTES + 1)), [0])).toEqual(refusal('too-large'));
});

test('single made-up pieces do not drive out what has more, and no bound is passed', () => {
  const object = objectOf(MAX_OBJECT_BYTES);
  const source = createObjectSource(object);
  const bounds = { objects: 3, bytes: 20 * PIECE_BYTES };
  const to = collector(bounds);
  send(to, source, [0]);
  let seed = 2;
  for (const index of numbers(15, 1)) {
    expect(send(to, source, [index])).toEqual(piece(16 - index));
    for (let count = 0; count < 5; count++) {
      send(to, createObjectSource(objectOf(1_000, seed++)), [count % 4]);
      expect(to.objects).toBeLessThanOrEqual(bounds.objects);
      expect(to.bytes).toBeLessThanOrEqual(bounds.bytes);
    }
  }
  expect(to.objects).toBe(3);
  expect(send(to, source, [200])).toEqual(whole(object));
});

test('where there is no room, the one with the fewest pieces gives way, of those the one that waits longest', () => {
  const sources = numbers(4, 1).map((seed) => createObjectSource(objectOf(700, seed)));
  const [a, b, c, d] = sources as [ObjectSource, ObjectSource, ObjectSource, ObjectSource];
  const to = collector({ objects: 3 });
  send(to, b, [0, 1], 0);
  send(to, c, [0], 1);
  send(to, a, [0], 2);
  send(to, d, [0], 3);
  expect(send(to, a, [1], 4)).toEqual(piece(1));
  expect(send(to, b, [2], 4)).toEqual(whole(objectOf(700, 2)));
  expect(send(to, c, [1], 4)).toEqual(piece(2));
});

test('where the bytes are used up, others give way to an object, and never it itself', () => {
  const [large, small] = [createObjectSource(objectOf(MAX_OBJECT_BYTES)), createObjectSource(objectOf(2_430))];
  const to = collector({ bytes: 17 * PIECE_BYTES });
  send(to, large, numbers(10));
  expect(send(to, small, numbers(7))).toEqual(piece(3));
  expect([to.objects, to.bytes]).toEqual([2, 17 * PIECE_BYTES]);
  expect(send(to, small, [7])).toEqual(piece(2));
  expect([to.objects, to.bytes]).toEqual([1, 8 * PIECE_BYTES]);
  expect(send(to, small, [8, 9])).toEqual(whole(objectOf(2_430)));
});

test('of what was given it remembers so much, and then forgets the oldest', () => {
  const to = collector();
  const short = (number: number) => createObjectSource(Uint8Array.of(number >> 8, number & 0xff));
  for (const number of numbers(1_025)) send(to, short(number), [0]);
  expect(send(to, short(1_024), [0])).toEqual(KNOWN);
  expect(send(to, short(0), [0])).toEqual(whole(Uint8Array.of(0, 0)));
});

test('what it gives does not change with the bytes that it came from', () => {
  const object = objectOf(300);
  const source = createObjectSource(object);
  const to = collector();
  const bodies = [source.piece(0), source.piece(1)];
  const results = bodies.map((body) => {
    const result = to.take(body, at(0));
    body.fill(0);
    return result;
  });
  expect(results.at(-1)).toEqual(whole(object));
});
