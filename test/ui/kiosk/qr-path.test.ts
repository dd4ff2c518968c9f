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
