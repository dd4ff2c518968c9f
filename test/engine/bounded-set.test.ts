import { expect, test } from 'vitest';
import { createBoundedSet } from '#engine/bounded-set.ts';

test('remembers the newest, and says what it knew', () => {
  const set = createBoundedSet(3);
  expect(['a', 'b', 'a', 'c'].map((value) => set.add(value))).toEqual([true, true, false, true]);
  expect(set.size).toBe(3);
  expect(set.add('d')).toBe(true);
  expect(['a', 'b', 'c', 'd'].map((value) => set.has(value))).toEqual([false, true, true, true]);
  set.delete('c');
  set.delete('never there');
  expect([set.size, set.has('c')]).toEqual([2, false]);
  set.clear();
  expect([set.size, set.has('d')]).toEqual([0, false]);
});

test('holds no more than it may, whatever comes', () => {
  const set = createBoundedSet(100);
  for (let index = 0; index < 10_000; index++) {
    set.add(`${index}`);
    expect(set.size).toBeLessThanOrEqual(100);
  }
  expect(set.has('9900')).toBe(true);
  expect(set.has('9899')).toBe(false);
});
