/** The decoder of a board's serial line against any bytes, cut anywhere (docs/protocol/radio.md). */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createKissDecoder, encodeKiss, type KissFrame, type KissLosses, MAX_KISS_DATA } from '#core/radio/kiss.ts';

const RUNS = Number(process.env.FUZZ_RUNS ?? 150);
const USB_PACKET = 64;

const command = fc.integer({ min: 0, max: 255 }).filter((byte) => byte !== 0xc0 && byte !== 0xdb);
/** C0, DB and what follows DB are as frequent as all other bytes together. */
const byte = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0xc0, 0xdb, 0xdc, 0xdd));
const bytesOf = (constraints: fc.ArrayConstraints) =>
  fc.array(byte, { size: 'max', ...constraints }).map((bytes) => Uint8Array.from(bytes));
const data = fc.oneof(bytesOf({ maxLength: 40 }), bytesOf({ minLength: MAX_KISS_DATA - 2, maxLength: MAX_KISS_DATA }));
const frame = fc.record({ command, data });
const bootText = fc.string({ unit: 'binary-ascii', maxLength: 80 }).map((text) => new TextEncoder().encode(text));
const truncated = fc
  .tuple(frame, fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([whole, part]) => encode(whole).slice(0, Math.floor(part * encode(whole).length)));
const tooLong = fc.integer({ min: MAX_KISS_DATA, max: 3_000 }).map((length) => new Uint8Array(length).fill(0x41));
const garbage = fc.oneof(bytesOf({ maxLength: 120 }), bootText, truncated, tooLong);
const cuts = fc.array(fc.nat(4_000), { maxLength: 30 });

const encode = (one: KissFrame): Uint8Array => encodeKiss(one.command, one.data);
const joined = (parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));

interface Decoded {
  readonly frames: readonly KissFrame[];
  readonly losses: KissLosses;
}

const decodeChunks = (chunks: readonly Uint8Array[]): Decoded => {
  const decoder = createKissDecoder();
  const frames = chunks.flatMap((chunk) => decoder.push(chunk));
  return { frames, losses: decoder.losses };
};
const packets = (stream: Uint8Array, size: number): Uint8Array[] =>
  Array.from({ length: Math.ceil(stream.length / size) }, (_, index) => stream.slice(index * size, (index + 1) * size));
const decodeCut = (stream: Uint8Array, places: readonly number[]): Decoded => {
  const sorted = [...new Set(places.map((place) => place % (stream.length + 1)))].sort((one, other) => one - other);
  return decodeChunks(
    [...sorted, stream.length].map((place, at) => stream.slice(at === 0 ? 0 : sorted[at - 1], place)),
  );
};

/** What a stream says, by splitting it at every C0: slow, and with all of it at hand. */
const decodeWhole = (stream: Uint8Array): readonly KissFrame[] => {
  const parts = Buffer.from(stream).toString('latin1').split('\xc0').slice(1, -1);
  return parts.flatMap((part) => {
    if (!/^(?:[^\xdb]|\xdb[\xdc\xdd])+$/su.test(part)) return [];
    const plain = part.replace(/\xdb([\xdc\xdd])/gsu, (_, escaped) => (escaped === '\xdc' ? '\xc0' : '\xdb'));
    const [first, ...rest] = Buffer.from(plain, 'latin1');
    return rest.length > MAX_KISS_DATA ? [] : [{ command: first ?? 0, data: Uint8Array.from(rest) }];
  });
};

test('gives every frame back, however the stream is cut', () => {
  const property = fc.property(fc.array(frame, { maxLength: 12 }), cuts, (sent, places) => {
    const losses = { tooLong: 0, badEscape: 0, noise: 0 };
    expect(decodeCut(joined(sent.map(encode)), places)).toEqual({ frames: sent, losses });
  });
  fc.assert(property, { numRuns: RUNS });
});

test('gives every frame back when neighbours share a C0', () => {
  const property = fc.property(fc.array(frame, { minLength: 1, maxLength: 12 }), cuts, (sent, places) => {
    const stream = joined([Uint8Array.of(0xc0), ...sent.map((one) => encode(one).slice(1))]);
    expect(decodeCut(stream, places).frames).toEqual(sent);
  });
  fc.assert(property, { numRuns: RUNS });
});

test('delivers a whole frame after any garbage', () => {
  const property = fc.property(fc.array(garbage, { maxLength: 6 }), frame, cuts, (before, sent, places) => {
    const stream = joined([...before, encode(sent)]);
    expect(decodeCut(stream, places).frames.at(-1)).toEqual(sent);
    expect(decodeChunks(packets(stream, USB_PACKET)).frames.at(-1)).toEqual(sent);
  });
  fc.assert(property, { numRuns: RUNS });
});

test('says of any bytes what splitting all of them says, however they are cut', () => {
  const property = fc.property(fc.array(garbage, { maxLength: 8 }), cuts, (parts, places) => {
    const stream = joined(parts);
    const whole = decodeCut(stream, []);
    expect(whole.frames).toEqual(decodeWhole(stream));
    expect(decodeCut(stream, places)).toEqual(whole);
  });
  fc.assert(property, { numRuns: RUNS });
});
