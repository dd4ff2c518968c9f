import { encode } from 'uqr';
import { expect, test } from 'vitest';
import { qrPath } from '#ui/kiosk/qr-path.ts';

const LINK = `https://terminfunk.example/#/termin/${'ab'.repeat(16)}/3/1795526400000`;

test('the path covers exactly the dark modules, with a quiet zone of four', () => {
  const { size, path } = qrPath(LINK);
  const { data } = encode(LINK, { ecc: 'M', border: 4 });
  const drawn = data.map((row) => row.map(() => false));
  for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let dx = 0; dx < Number(width); dx += 1) drawn[Number(y)]![Number(x) + dx] = true;
  }
  expect(drawn).toEqual(data);
  expect(size).toBe(data.length);
  expect(data[3]?.some((dark) => dark)).toBe(false);
});

test('paper gets as much correction as leaves the modules half a millimetre wide, and never more than fits', () => {
  const sizeOf = (characters: number) => qrPath('x'.repeat(characters), 'paper').size;
  const plain = (characters: number, ecc: 'L' | 'M' | 'Q') => encode('x'.repeat(characters), { ecc, border: 4 }).size;
  expect(sizeOf(60)).toBe(plain(60, 'Q'));
  expect(sizeOf(240)).toBe(plain(240, 'M'));
  expect(sizeOf(600)).toBe(plain(600, 'L'));
  for (const characters of [60, 180, 240]) expect(sizeOf(characters)).toBeLessThanOrEqual(69);
});
