// `npm run --silent bench -- NAME [--json]`: runs one benchmark, built the way that the relay is built, so that what is
// measured is what is shipped. With --json, stdout gets one JSON object and nothing else.
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { ROOT } from '../scripts/source-hash.mjs';

/** @typedef {{ what: string, value: string, goal?: string }} Row */

/** What there is: the function that the module of this name exports, and what it measures. */
const BENCHMARKS = new Map([
  ['bytes', { entry: 'measureBytes', about: 'the bytes of every message' }],
  ['search', { entry: 'measureSearch', about: 'the first 50 results from 100,000 announcements, and loading them' }],
  ['relay', { entry: 'measureRelay', about: 'a message from browser to relay to browser and back' }],
  ['engine', { entry: 'measureEngine', about: 'engine steps and signature checks a second' }],
]);

// Under node_modules, so that the packages that the built file asks for are found from where it lies.
const CACHE = join(ROOT, 'node_modules/.cache');

/** Builds and loads bench/NAME.ts. @param {string} name @param {string} folder */
const load = async (name, folder) => {
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'silent',
    publicDir: false,
    build: {
      ssr: `bench/${name}.ts`,
      outDir: folder,
      emptyOutDir: false,
      target: 'node20',
      minify: false,
      rollupOptions: { output: { entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' } },
    },
  });
  return import(pathToFileURL(join(folder, `${name}.mjs`)).href);
};

/** @param {string} name @param {object} result @param {readonly Row[]} rows */
const printTable = (name, result, rows) => {
  /** @type {readonly Row[]} */
  const lines = rows.length > 0 ? rows : Object.entries(result).map(([what, value]) => ({ what, value: `${value}` }));
  const width = Math.max(...lines.map(({ what }) => what.length));
  console.log(name);
  for (const { what, value, goal } of lines) {
    console.log(`  ${what.padEnd(width)}  ${value}${goal === undefined ? '' : `  (goal: ${goal})`}`);
  }
};

/** @param {string} name @param {boolean} json */
const run = async (name, json) => {
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, 'bench-'));
  try {
    const measure = (await load(name, folder))[BENCHMARKS.get(name)?.entry ?? ''];
    /** @type {Row[]} */
    const rows = [];
    const result = await measure((/** @type {Row} */ row) => rows.push(row));
    if (json) console.log(JSON.stringify(result));
    else printTable(name, result, rows);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const words = process.argv.slice(2);
const [name] = words.filter((word) => !word.startsWith('--'));
const isThere = (/** @type {string} */ known) => existsSync(join(ROOT, `bench/${known}.ts`));
if (name === undefined || !BENCHMARKS.has(name) || !isThere(name)) {
  console.log('npm run --silent bench -- NAME [--json]');
  for (const [known, { about }] of [...BENCHMARKS].filter(([known]) => isThere(known)))
    console.log(`  ${known.padEnd(8)}${about}`);
  process.exit(name === undefined ? 0 : 2);
}
process.chdir(ROOT);
await run(name, words.includes('--json'));
// The native QUIC server keeps threads of its own.
process.exit(0);
