import { expect, test } from 'vitest';
import { createNewWords } from '#ui/therapist/new-words.ts';

const createStorage = () => {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
};
const counter = () => {
  let made = 0;
  return () => Promise.resolve(`words ${++made}`);
};

test('leaving the screen and coming back shows the same words', async () => {
  const storage = createStorage();
  const page = createNewWords(() => storage);
  const make = counter();
  expect(await page.words(make)).toBe('words 1');
  expect(await page.words(make)).toBe('words 1');
  expect(page.replaced).toBe(false);
});

test('a page that was loaded anew says that these words are others', async () => {
  const storage = createStorage();
  const make = counter();
  await createNewWords(() => storage).words(make);
  const reloaded = createNewWords(() => storage);
  expect(await reloaded.words(make)).toBe('words 2');
  expect(reloaded.replaced).toBe(true);
});

test('the words themselves are never stored', async () => {
  const storage = createStorage();
  await createNewWords(() => storage).words(() => Promise.resolve('abandon ability'));
  expect([...storage.kept].join()).not.toMatch(/abandon|ability/);
});

test('once a practice has them they are forgotten, and the next ones replace nothing', async () => {
  const storage = createStorage();
  const make = counter();
  const page = createNewWords(() => storage);
  await page.words(make);
  page.used();
  expect(storage.kept.size).toBe(0);
  expect(await page.words(make)).toBe('words 2');
  expect(page.replaced).toBe(false);
});

test('a node that could not answer is asked again', async () => {
  const page = createNewWords(createStorage);
  await expect(page.words(() => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
  expect(await page.words(counter())).toBe('words 1');
});

test('without storage there are words all the same', async () => {
  const page = createNewWords(() => {
    throw new Error('denied');
  });
  expect(await page.words(counter())).toBe('words 1');
  expect(page.replaced).toBe(false);
  page.used();
});
