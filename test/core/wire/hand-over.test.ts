/** A sealed bundle as the text of a QR code: how large it is, and what is no such text. */
import fc from 'fast-check';
import decodeQR from 'qr/decode.js';
import { encode } from 'uqr';
import { describe, expect, test } from 'vitest';
import { encodeBase45 } from '#core/bytes/base45.ts';
import { BUNDLE_CLASSES } from '#core/wire/bundle.ts';
import { handOverText, readHandOverText } from '#core/wire/hand-over.ts';
import { bytesOf, vectorFiles } from '#test/core/wire/vector-files.ts';
import { handOver } from '#test/fuzz/bundle-values.ts';

const RUNS = { numRuns: Number(process.env.FUZZ_RUNS ?? 200) };
const bundles = vectorFiles().find(({ message }) => message === 'bundle')?.valid ?? [];

test('the example of docs/protocol/bundle.md', () => {
  const bundle = bytesOf(
    '085607242023ff4a5ea0fa4df7675dd574ed7789310b3d2e7681f3790b466c773b1521fecf36577958371ea52f64e0f6557a7de063cf380fbe28cfc854b81ef4abf3c29af57364f67392d0f37957c49de6623a07c690fa748012d7c9d8222334de8b17ee0595fd9d1b8681adccb5849c16144ce7634a6581a094cbf4a9233fc1c0aa',
  );
  const text = handOverText(bundle);
  expect(text).toMatch(/^6F7I\*ANP4ZO43I9ZFKO%913DE.{130,}YQL C9$/);
  expect(readHandOverText(text)).toEqual({ ok: true, value: { kind: 'handOver', bundle } });
});

describe.each(bundles)('a bundle of $name', ({ bytes }) => {
  const bundle = bytesOf(bytes);
  /** Modules on a side, without the margin. */
  const MODULES: Readonly<Record<number, number>> = { 40: 29, 66: 33, 130: 45, 352: 65 };

  test('fits into a code that a camera in a waiting room reads', () => {
    expect(encode(handOverText(bundle), { ecc: 'L', border: 0 }).size).toBe(MODULES[bundle.length]);
  });

  test('comes back from the picture of its code', () => {
    const { data, size } = encode(handOverText(bundle), { ecc: 'L', border: 4 });
    const scale = 5;
    const side = size * scale;
    const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const dark = data[Math.floor(y / scale)]?.[Math.floor(x / scale)] === true;
        if (dark) pixels.fill(0, (y * side + x) * 4, (y * side + x) * 4 + 3);
      }
    }
    const read = readHandOverText(decodeQR({ width: side, height: side, data: pixels }));
    expect(read).toEqual({ ok: true, value: { kind: 'handOver', bundle } });
  });
});

test('every size of bundle has its code', () => {
  expect(bundles.map(({ bytes }) => bytes.length / 2)).toEqual([...BUNDLE_CLASSES]);
});

test('any bundle comes back, and with one sign changed it does not come as another', () => {
  const property = fc.property(handOver, fc.nat(), fc.nat(44), ({ bundle }, at, digit) => {
    const text = handOverText(bundle);
    expect(readHandOverText(text)).toEqual({ ok: true, value: { kind: 'handOver', bundle } });
    const index = at % text.length;
    const sign = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'[digit] ?? '';
    if (sign === text[index]) return;
    expect(readHandOverText(text.slice(0, index) + sign + text.slice(index + 1)).ok).toBe(false);
  });
  fc.assert(property, RUNS);
});

test.each([
  ['', 'unknown-kind'],
  ['https://relay.example/#/termine', 'unknown-kind'],
  ['HTTPS://RELAY.EXAMPLE/KIOSK', 'unknown-kind'],
  ['WIFI:T:WPA;S:Praxis;P:geheim;;', 'unknown-kind'],
  [encodeBase45(Uint8Array.of(0x3a)), 'malformed'],
  [encodeBase45(Uint8Array.of(0x7a, 1, 2, 3, 4)), 'unknown-kind'],
])('%j is refused: %s', (text, code) => {
  expect(readHandOverText(text)).toEqual({ ok: false, code });
});
