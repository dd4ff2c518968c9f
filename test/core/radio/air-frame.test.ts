/** What goes over the air, byte for byte, and what is taken from it (docs/protocol/radio.md). */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeAirFrame, encodeAirFrame, MAX_CHECK } from '#core/radio/air-frame.ts';

test('a radio check', () => {
  const bytes = encodeAirFrame({ kind: 'check', number: 4_711 });
  expect(bytes).toEqual(Uint8Array.of(0x50, 0x12, 0x67));
  expect(decodeAirFrame(bytes)).toEqual({ ok: true, value: { kind: 'check', number: 4_711 } });
});

test.each([
  [[], 'unknown-kind'],
  [[0x51, 0, 1], 'unknown-kind'],
  [[0x60, 0, 1], 'unknown-kind'],
  [[0x50], 'malformed'],
  [[0x50, 0], 'malformed'],
  [[0x50, 0, 1, 0], 'malformed'],
  [[0x50, 0x27, 0x10], 'malformed'],
] as const)('%j is refused: %s', (bytes, code) => {
  expect(decodeAirFrame(Uint8Array.from(bytes))).toEqual({ ok: false, code });
});

test('any bytes: never an exception, and one encoding for each frame', () => {
  const bytes = fc
    .tuple(fc.boolean(), fc.uint8Array({ maxLength: 254 }))
    .map(([ours, rest]) => (ours ? Uint8Array.from([0x50, ...rest.subarray(0, 3)]) : rest));
  fc.assert(
    fc.property(bytes, (some) => {
      const decoded = decodeAirFrame(some);
      if (decoded.ok) expect(encodeAirFrame(decoded.value)).toEqual(some);
    }),
    { numRuns: 2_000 },
  );
  expect(decodeAirFrame(encodeAirFrame({ kind: 'check', number: MAX_CHECK })).ok).toBe(true);
});
