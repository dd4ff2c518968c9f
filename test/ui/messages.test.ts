import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { textParts } from '../../scripts/text-parts.mjs';
import { readLanguages, readTexts } from '../../scripts/texts.mjs';
import { GERMAN_ONLY } from './german-only.ts';

/** Every text of a message: one, or one for each form of a number. */
const texts = (message: unknown): string[] => {
  if (typeof message === 'string') return [message];
  if (Array.isArray(message)) return message.flatMap(texts);
  if (typeof message === 'object' && message !== null && 'match' in message) {
    return Object.values(message.match ?? {}).flatMap(texts);
  }
  return [];
};
const holes = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
const holesOf = (message: unknown): string[] => [...new Set(texts(message).flatMap(holes))].sort();
/** The forms of a number that a language has: one and other in German, one, few, many and other in Ukrainian. */
const forms = (message: unknown): string[] =>
  Array.isArray(message) ? message.flatMap((one) => Object.keys(one?.match ?? {})).sort() : [];
const formsOf = (locale: string): string[] =>
  new Intl.PluralRules(locale)
    .resolvedOptions()
    .pluralCategories.map((form) => `n=${form}`)
    .sort();

const { base, locales } = readLanguages();
const german = readTexts(base);
const SIMPLE = 'de-simple';
const fallsBack = (locale: string, key: string): boolean =>
  locale === SIMPLE && GERMAN_ONLY.some((name) => (name.endsWith('_') ? key.startsWith(name) : key === name));
/** The build itself reads these: each language's name in the choice of languages. */
const OF_THE_BUILD = new Set(['language_name', 'language_short']);

test('every file with texts is a language of the app', () => {
  expect(readdirSync('messages').sort()).toEqual(locales.map((locale) => `${locale}.json`).sort());
});

test.each(locales)('%s has every text, in the same order', (locale) => {
  const own = Object.keys(readTexts(locale));
  expect(own).toEqual(Object.keys(german).filter((key) => !fallsBack(locale, key)));
  expect(own.length).toBeGreaterThan(300);
});

test.each(locales)('%s says something everywhere, in every form of a number, and fills the same gaps', (locale) => {
  for (const [key, message] of Object.entries(readTexts(locale))) {
    expect(texts(message).length, key).toBeGreaterThan(0);
    for (const text of texts(message)) expect(text.trim(), key).not.toBe('');
    expect(holesOf(message), key).toEqual(holesOf(german[key]));
    expect(forms(message), key).toEqual(Array.isArray(german[key]) ? formsOf(locale) : []);
  }
});

test.each(locales)('%s has no exclamation marks: nobody is shouted at', (locale) => {
  for (const [key, message] of Object.entries(readTexts(locale))) {
    expect(texts(message).join(' '), key).not.toContain('!');
  }
});

test('every text is used, and every text that is used exists', () => {
  const used = new Set([...textParts().values()].flatMap((keys) => [...keys]));
  expect([...used].filter((key) => !(key in german))).toEqual([]);
  expect(Object.keys(german).filter((key) => !used.has(key) && !OF_THE_BUILD.has(key))).toEqual([]);
});

test('no text is in two parts of the app', () => {
  const keys = [...textParts().values()].flatMap((part) => [...part]);
  expect(keys).toHaveLength(new Set(keys).size);
});

test('no text is asked for by a name that only exists when the app runs', () => {
  const sources = readdirSync('src/ui', { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(ts|svelte)$/.test(path) && !path.startsWith('paraglide'))
    .map((path) => ({ path, text: readFileSync(`src/ui/${path}`, 'utf8') }));
  const odd = sources.filter(({ text }) => /\bm\[|\.\.\.m\b|\bas m\b|= m;/.test(text)).map(({ path }) => path);
  expect(odd).toEqual([]);
});

/** Rules of Leichte Sprache that can be counted: short sentences, no Konjunktiv, long words with a middle dot. */
const MOST_WORDS = 16;
const LONGEST_WORD = 20;
const KONJUNKTIV = /\b(würden?|könnten?|sollten?|müssten?|hätten?|wären?|dürften?|möchten?)\b/;
const POLITE = 'möchten Sie';

test('Leichte Sprache keeps its rules', () => {
  for (const [key, message] of Object.entries(readTexts(SIMPLE))) {
    for (const text of texts(message)) {
      for (const sentence of text.split(/[.?:](?:\s|$)/)) {
        expect(sentence.split(/\s+/).length, `${key}: ${sentence}`).toBeLessThanOrEqual(MOST_WORDS);
      }
      for (const word of text.split(/[\s·-]+/))
        expect(word.length, `${key}: ${word}`).toBeLessThanOrEqual(LONGEST_WORD);
      expect(text.replaceAll(POLITE, ''), key).not.toMatch(KONJUNKTIV);
      expect(text, key).not.toMatch(/[;]|:innen?\b|:in\b|„[^{]/);
    }
  }
});
