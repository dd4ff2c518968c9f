import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** Every text of a message: one, or one for each form of a number. */
const texts = (message: unknown): string[] => {
  if (typeof message === 'string') return [message];
  if (Array.isArray(message)) return message.flatMap(texts);
  if (typeof message === 'object' && message !== null && 'match' in message) {
    return Object.values(message.match ?? {}).flatMap(texts);
  }
  return [];
};
const holes = (message: unknown): string[] =>
  [...new Set(texts(message).flatMap((text) => text.match(/\{\w+\}/g) ?? []))].sort();

const read = (locale: 'de' | 'en'): [string, unknown][] => {
  const parsed: unknown = JSON.parse(readFileSync(new URL(`../../messages/${locale}.json`, import.meta.url), 'utf8'));
  return typeof parsed === 'object' && parsed !== null ? Object.entries(parsed) : [];
};
const languages = { de: read('de'), en: read('en') };

test('both languages have the same texts, in the same order', () => {
  expect(languages.de.length).toBeGreaterThan(500);
  expect(languages.en.map(([key]) => key)).toEqual(languages.de.map(([key]) => key));
});

test('every text says something and fills the same gaps', () => {
  const english = new Map<string, unknown>(languages.en);
  for (const [key, message] of languages.de.slice(1)) {
    const other = english.get(key);
    expect(
      texts(message).every((text) => text.trim() !== ''),
      key,
    ).toBe(true);
    expect(texts(other), key).toHaveLength(texts(message).length);
    expect(holes(other), key).toEqual(holes(message));
  }
});

test('no exclamation marks: nobody is shouted at', () => {
  for (const [key, message] of [...languages.de, ...languages.en]) {
    expect(
      texts(message).some((text) => text.includes('!')),
      key,
    ).toBe(false);
  }
});
