import { afterEach, expect, test, vi } from 'vitest';
import { showBadge } from '#ui/badge.ts';

afterEach(() => vi.unstubAllGlobals());

test('the icon carries the sum of all kinds, and nothing when nothing is new', () => {
  const shown: number[] = [];
  vi.stubGlobal('navigator', {
    setAppBadge: async (count: number) => void shown.push(count),
    clearAppBadge: async () => void shown.push(0),
  });
  showBadge(2, 'answers');
  showBadge(3);
  showBadge(0, 'answers');
  showBadge(0);
  expect(shown).toEqual([2, 5, 3, 0]);
});

test('a browser without badges, or one that refuses, is no error', async () => {
  vi.stubGlobal('navigator', {});
  expect(() => showBadge(1)).not.toThrow();
  vi.stubGlobal('navigator', { setAppBadge: () => Promise.reject(new Error('not allowed')) });
  showBadge(1);
  await Promise.resolve();
});
