import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { contrastRatio, PAIRS, parseHex } from './parts-page/contrast.ts';

const PAGE = 'test/ui/parts-page';
const sources = readdirSync(PAGE)
  .filter((name) => name.endsWith('.svelte'))
  .map((name) => readFileSync(`${PAGE}/${name}`, 'utf8'));
const parts = readdirSync('src/ui/parts').filter((name) => name.endsWith('.svelte'));

/** True where a component of this file is imported and drawn. */
const draws = (source: string, file: string): boolean => {
  const name = new RegExp(`import (\\w+) from '#ui/parts/${file.replace('.', '\\.')}'`).exec(source)?.[1];
  return name !== undefined && new RegExp(`<${name}[\\s/>]`).test(source);
};

test.each(parts)('%s is on the page of all parts', (file) => {
  expect(sources.some((source) => draws(source, file))).toBe(true);
});

test.each(parts)('%s is named above a state of it', (file) => {
  const name = file.replace('.svelte', '');
  expect(sources.some((source) => new RegExp(`part(=|: )["']${name}["']`).test(source))).toBe(true);
});

test('what is drawn without its import, or imported and not drawn, does not count', () => {
  expect(draws("import Chip from '#ui/parts/chip.svelte';", 'chip.svelte')).toBe(false);
  expect(draws('<Chip />', 'chip.svelte')).toBe(false);
  expect(draws("import Chip from '#ui/parts/chip.svelte'; <Chip />", 'chip.svelte')).toBe(true);
});

test('contrast is that of WCAG 2.2', () => {
  const ratio = (one: string, other: string): number => contrastRatio(parseHex(one)!, parseHex(other)!);
  expect(ratio('#fff', '#000000')).toBeCloseTo(21, 5);
  expect(ratio('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
  expect(ratio('#0f5459', '#f2f4ef')).toBeCloseTo(7.8, 1);
  expect(parseHex('teal')).toBeUndefined();
  expect(parseHex('#12345')).toBeUndefined();
});

test('each colour that is read on another is one of the tokens', () => {
  const tokens = readFileSync('src/ui/tokens.css', 'utf8');
  for (const [one, other] of PAIRS) for (const name of [one, other]) expect(tokens).toContain(`--${name}:`);
});
