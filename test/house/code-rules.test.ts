import { describe, expect, test } from 'vitest';
import { findImpurities, findLongFunctions } from '../../scripts/code-rules.mjs';

const IMPURE = [
  'export const now = () => Date.now();',
  'export const when = new Date(0);',
  'export const dice = () => Math.random();',
  'export const later = async () => 1;',
  'export const f = async function () { await 1; };',
  'export const p = (): Promise<number> => p();',
  'export const module = import("./x.ts");',
  'export const t = globalThis.setTimeout;',
  'export const t = () => setTimeout(() => 1, 1);',
  'export const log = () => console.log(1);',
  'import { randomBytes } from "@noble/hashes/utils.js";',
  'import { randomBytes as bytes } from "@noble/hashes/utils.js";',
  'export const key = ed25519.utils.randomSecretKey();',
  'export const now = Temporal.Now.instant();',
];

describe('purity of core and engine', () => {
  test.each(IMPURE)('refuses %s', (text) => {
    expect(findImpurities('wrong.ts', text)).not.toEqual([]);
  });

  test('says the line and what is wrong', () => {
    expect(findImpurities('wrong.ts', '// Date\n\nexport const at = Date.now();\n')).toEqual([
      { line: 3, message: 'Date has no place in core and engine' },
    ]);
  });

  test.each([
    "export const text = 'async Date.now()'; // await",
    'export interface Times { readonly Date: number; process: string }',
    'export const of = (effect: { crypto: number }) => effect.crypto;',
    'export const floor = Math.floor(1.5);',
  ])('accepts %s', (text) => {
    expect(findImpurities('right.ts', text)).toEqual([]);
  });
});

describe('length of functions', () => {
  const lines = (count: number): string => '  work();\n'.repeat(count);

  test('counts the lines of a function itself', () => {
    expect(findLongFunctions('right.ts', `const f = () => {\n${lines(48)}};\n`)).toEqual([]);
    expect(findLongFunctions('wrong.ts', `\nconst f = () => {\n${lines(49)}};\n`)).toEqual([
      { line: 2, message: 'a function of 51 lines; at most 50' },
    ]);
  });

  test('does not count the functions inside it', () => {
    const inner = `const g = () => {\n${lines(40)}};\n`;
    expect(findLongFunctions('right.ts', `const f = () => {\n${inner}${inner}};\n`)).toEqual([]);
  });
});
