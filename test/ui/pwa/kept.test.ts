import { beforeEach, expect, test, vi } from 'vitest';
import { dropKept, keep, keepList, readKept, readKeptList } from '#ui/pwa/kept.ts';

beforeEach(() => {
  const stored = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (name: string) => stored.get(name) ?? null,
    setItem: (name: string, value: string) => void stored.set(name, value),
    removeItem: (name: string) => void stored.delete(name),
  });
  return () => vi.unstubAllGlobals();
});

test('a list is read as it was kept, and gone when it is dropped', () => {
  expect(readKeptList('list')).toBeUndefined();
  keepList('list', ['a', 'b']);
  expect(readKeptList('list')).toEqual(['a', 'b']);
  dropKept('list');
  expect(readKept('list')).toBeUndefined();
});

test('broken content is nothing kept', () => {
  for (const broken of ['', '[', 'null', '7', '{}', '"a"', '["a",1]']) {
    keep('list', broken);
    expect(readKeptList('list')).toBeUndefined();
  }
});

test('where storage is forbidden a list lasts as long as the page', () => {
  vi.stubGlobal('localStorage', undefined);
  keepList('list', ['a']);
  expect(readKeptList('list')).toEqual(['a']);
  dropKept('list');
  expect(readKeptList('list')).toBeUndefined();
});
