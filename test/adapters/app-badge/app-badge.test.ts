import { afterEach, expect, test, vi } from 'vitest';
import { showBadge } from '#adapters/app-badge/app-badge.ts';

afterEach(() => vi.unstubAllGlobals());

test('the icon carries the number, and nothing when nothing is new', async () => {
  const shown: number[] = [];
  vi.stubGlobal('navigator', {
    setAppBadge: async (count: number) => void shown.push(count),
    clearAppBadge: async () => void shown.push(0),
  });
  await showBadge(2);
  await showBadge(0);
  expect(shown).toEqual([2, 0]);
});

test('a browser without badges, or one that refuses, is no error', async () => {
  vi.stubGlobal('navigator', {});
  await expect(showBadge(1)).resolves.toBeUndefined();
  vi.stubGlobal('navigator', { setAppBadge: () => Promise.reject(new Error('not allowed')) });
  await expect(showBadge(1)).resolves.toBeUndefined();
});
