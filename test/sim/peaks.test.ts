/** The fullest that tables were, and by how much one was beyond its bound. */
import { expect, test } from 'vitest';
import { createPeaks } from '#sim/peaks.ts';

test('keeps the most of each table, and tells what was beyond its bound even where the bound grew later', () => {
  const peaks = createPeaks();
  peaks.look('a', 2, 5);
  peaks.look('a', 1, 5);
  peaks.look('b', 7, 4);
  peaks.look('b', 9, 10);
  expect(peaks.sizes()).toEqual([
    { name: 'a', entries: 2, bound: 5 },
    { name: 'b', entries: 9, bound: 10 },
  ]);
  expect(peaks.over).toBe(3);
});
