import { expect, test } from 'vitest';
import { moved, wishRefusal } from '#ui/patient/wishes/wish-words.ts';

test.each([
  ['b', -1, ['b', 'a', 'c']],
  ['b', 1, ['a', 'c', 'b']],
  ['a', -1, ['a', 'b', 'c']],
  ['c', 1, ['a', 'b', 'c']],
  ['x', 1, ['a', 'b', 'c']],
] as const)('%s moved by %i', (id, by, order) => {
  expect(moved(['a', 'b', 'c'], id, by)).toEqual(order);
});

test('a refused wish says why in its own words', () => {
  const said = (['over-capacity', 'replayed', 'slot-gone', 'code-required'] as const).map(wishRefusal);
  expect(new Set(said).size).toBe(4);
});
