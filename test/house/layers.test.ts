// The rules of docs/architecture.md really refuse a wrong import: a small house with one wrong import each is shown to
// the same configuration, and to the compiler with the same projects.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import { afterEach, beforeEach, expect, test } from 'vitest';
import config from '../../dependency-cruiser.config.mjs';
import { ROOT } from '../../scripts/source-hash.mjs';

let house = '';

beforeEach(() => {
  house = mkdtempSync(join(tmpdir(), 'terminfunk-house-'));
  for (const layer of ['src/core', 'src/ports', 'src/engine', 'src/host', 'src/adapters', 'src/ui', 'relay']) {
    mkdirSync(join(house, layer), { recursive: true });
    cpSync(join(ROOT, layer, 'tsconfig.json'), join(house, layer, 'tsconfig.json'));
    write(`${layer}/right.ts`, `export const right = '${layer}';\n`);
  }
  for (const file of ['package.json', 'tsconfig.base.json']) cpSync(join(ROOT, file), join(house, file));
});

afterEach(() => rmSync(house, { recursive: true, force: true }));

const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(house, path)), { recursive: true });
  writeFileSync(join(house, path), text);
};

/** Names of the rules that the house breaks. */
const brokenRules = async (): Promise<string[]> => {
  const result = await cruise(
    ['src', 'relay'],
    { ...config.options, baseDir: house, validate: true, ruleSet: { forbidden: config.forbidden ?? [] } },
    config.options?.enhancedResolveOptions,
  );
  if (typeof result.output === 'string') throw new Error(result.output);
  return [...new Set(result.output.summary.violations.map((violation) => violation.rule.name))];
};

/** What the compiler says about one layer's project. */
const compile = (layer: string): { ok: boolean; output: string } => {
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-b', layer], { cwd: house, encoding: 'utf8' });
  return { ok: status === 0, output: stdout };
};

const WRONG: readonly { readonly from: string; readonly imports: string; readonly rule: string }[] = [
  { from: 'src/core/wrong.ts', imports: '#engine/right.ts', rule: 'core' },
  { from: 'src/core/wrong.ts', imports: '#ports/right.ts', rule: 'core' },
  { from: 'src/core/wrong.ts', imports: 'node:fs', rule: 'core' },
  { from: 'src/ports/wrong.ts', imports: '#engine/right.ts', rule: 'ports' },
  { from: 'src/engine/wrong.ts', imports: '#host/right.ts', rule: 'engine' },
  { from: 'src/engine/wrong.ts', imports: '#adapters/right.ts', rule: 'engine' },
  { from: 'src/host/wrong.ts', imports: '#adapters/right.ts', rule: 'host' },
  { from: 'src/adapters/wrong.ts', imports: '#engine/right.ts', rule: 'adapters' },
  { from: 'src/ui/wrong.ts', imports: '#host/right.ts', rule: 'ui' },
  { from: 'src/ui/wrong.ts', imports: '#core/right.ts', rule: 'ui' },
  { from: 'relay/wrong.ts', imports: '#adapters/right.ts', rule: 'relay' },
  { from: 'src/host/wrong.ts', imports: 'node:fs', rule: 'no-node-in-the-browser' },
  { from: 'src/adapters/wrong.ts', imports: '#relay/right.ts', rule: 'apart' },
  { from: 'src/engine/wrong.ts', imports: '#core/missing.ts', rule: 'resolvable' },
];

test.each(WRONG)('$from may not import $imports', async ({ from, imports, rule }) => {
  write(from, `import '${imports}';\n`);
  expect(await brokenRules()).toContain(rule);
});

test('a cycle is refused, also one of types alone', async () => {
  write('src/core/one.ts', `import type { Two } from '#core/two.ts';\nexport type One = Two[];\n`);
  write('src/core/two.ts', `import type { One } from '#core/one.ts';\nexport type Two = One | 0;\n`);
  expect(await brokenRules()).toEqual(['no-cycles']);
});

test('a shipped module may not import a test', async () => {
  write('test/right.ts', 'export {};\n');
  write('src/engine/wrong.ts', `import '../../test/right.ts';\n`);
  expect(await brokenRules()).toContain('nothing-shipped-sees-tests');
});

test('right imports pass', async () => {
  write('src/engine/also-right.ts', `import '#core/right.ts';\nimport '#ports/right.ts';\n`);
  write('relay/main.ts', `import '#adapters/right.ts';\nimport '#host/right.ts';\nimport 'node:fs';\n`);
  expect(await brokenRules()).toEqual([]);
});

const WRONG_FOR_COMPILER: readonly { readonly layer: string; readonly text: string; readonly error: string }[] = [
  {
    layer: 'src/core',
    text: `import { right } from '#engine/right.ts';\nexport const wrong = right;\n`,
    error: 'TS6307',
  },
  {
    layer: 'src/engine',
    text: `import { right } from '#host/right.ts';\nexport const wrong = right;\n`,
    error: 'TS6307',
  },
  {
    layer: 'src/host',
    text: `import { right } from '#adapters/right.ts';\nexport const wrong = right;\n`,
    error: 'TS6307',
  },
  { layer: 'src/core', text: 'export const wrong = setTimeout;\n', error: 'TS2304' },
  { layer: 'src/engine', text: 'export const wrong = document.title;\n', error: 'TS2584' },
  { layer: 'src/engine', text: 'export const wrong = crypto.subtle;\n', error: 'TS2304' },
];

test.each(WRONG_FOR_COMPILER)('$layer does not compile with: $text', ({ layer, text, error }) => {
  write(`${layer}/wrong.ts`, text);
  const { ok, output } = compile(layer);
  expect(ok).toBe(false);
  expect(output).toContain(error);
});

test('noble brings neither the DOM nor Node into core', () => {
  cpSync(join(ROOT, 'node_modules/@noble'), join(house, 'node_modules/@noble'), { recursive: true });
  write('src/core/hash.ts', `import { sha256 } from '@noble/hashes/sha2.js';\nexport const hash = sha256;\n`);
  expect(compile('src/core').ok).toBe(true);
  write('src/core/wrong.ts', 'export const wrong = [setTimeout, document, Buffer];\n');
  const { output } = compile('src/core');
  for (const name of ['setTimeout', 'document', 'Buffer']) expect(output).toContain(`Cannot find name '${name}'`);
});
