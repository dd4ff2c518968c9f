/** Every decoder of the wire against whatever comes: never an exception, and one encoding for each message. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toHex } from '#core/bytes/hex.ts';
import { kindOf } from '#core/wire/kinds.ts';
import { CODECS, type Codec } from '#test/core/wire/codecs.ts';
import { bytesOf, vectorFiles } from '#test/core/wire/vector-files.ts';

const RUNS = Number(process.env.FUZZ_RUNS ?? 500);
const files = vectorFiles();

/** One change somewhere: a bit, a byte, a piece that is missing, doubled or foreign. */
type Change = (bytes: Uint8Array) => Uint8Array;

const position = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(position, fc.integer({ min: 0, max: 7 })).map(
    ([at, bit]): Change =>
      (bytes) => {
        const changed = Uint8Array.from(bytes);
        const index = Math.floor(at * bytes.length);
        changed[index] = (changed[index] ?? 0) ^ (1 << bit);
        return changed;
      },
  ),
  fc.tuple(position, fc.integer({ min: 0, max: 255 })).map(
    ([at, byte]): Change =>
      (bytes) => {
        const changed = Uint8Array.from(bytes);
        changed[Math.floor(at * bytes.length)] = byte;
        return changed;
      },
  ),
  position.map(
    (at): Change =>
      (bytes) =>
        bytes.slice(0, Math.floor(at * bytes.length)),
  ),
  fc.tuple(position, fc.uint8Array({ minLength: 1, maxLength: 24 })).map(
    ([at, extra]): Change =>
      (bytes) => {
        const index = Math.floor(at * (bytes.length + 1));
        return Uint8Array.from([...bytes.subarray(0, index), ...extra, ...bytes.subarray(index)]);
      },
  ),
  fc.tuple(position, position).map(
    ([from, to]): Change =>
      (bytes) => {
        const [start, end] = [from, to].map((at) => Math.floor(at * bytes.length)).sort((a, b) => a - b);
        return Uint8Array.from([...bytes.subarray(0, start), ...bytes.subarray(end)]);
      },
  ),
);

const seedsOf = ({ name }: Codec): Uint8Array[] => {
  const file = files.find(({ message }) => message === name);
  return [...(file?.valid ?? []), ...(file?.refused ?? [])].map(({ bytes }) => bytesOf(bytes));
};

/** Whatever is accepted is encoded to the very bytes again: else two peers could give one message two ids. */
const checkAccepted = (codec: Codec, bytes: Uint8Array): void => {
  const decoded = codec.decode(bytes);
  if (!decoded.ok) {
    expect(typeof decoded.code).toBe('string');
    return;
  }
  expect(toHex(codec.encode(decoded.value, bytes.length))).toBe(toHex(bytes));
};

describe.each(CODECS)('$name', (codec) => {
  const seeds = seedsOf(codec);

  test('any bytes', () => {
    const first = seeds[0]?.[0] ?? 0;
    const bytes = fc
      .tuple(fc.boolean(), fc.uint8Array({ maxLength: 400 }))
      .map(([ours, rest]) => (ours ? Uint8Array.from([first, ...rest]) : rest));
    fc.assert(
      fc.property(bytes, (some) => checkAccepted(codec, some)),
      { numRuns: RUNS },
    );
  });

  test('messages that were changed', () => {
    const changed = fc
      .tuple(fc.constantFrom(...seeds), fc.array(change, { minLength: 1, maxLength: 4 }))
      .map(([seed, changes]) => changes.reduce((bytes, apply) => apply(bytes), seed));
    fc.assert(
      fc.property(changed, (some) => checkAccepted(codec, some)),
      { numRuns: RUNS },
    );
  });
});

test('the first byte names a kind of version 0, or nothing', () => {
  for (let byte = 0; byte < 256; byte++) if (byte >= 64) expect(kindOf(byte)).toBeUndefined();
  expect(kindOf(undefined)).toBeUndefined();
});
