// The size budget: what a patient's phone loads before it can search, compressed,
// in the language that has most to say. Reads dist/manifest.json of the build.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { ROOT } from './source-hash.mjs';

const APP = join(ROOT, 'dist/app');
/** Kilobytes (1,000 bytes), brotli. */
const BUDGET = { 'first view, scripts': 100, 'first view, all': 200, 'node worker': 130, 'postal codes': 90 };

/** @typedef {{ file: string, imports?: string[], css?: string[], isEntry?: boolean }} Chunk */
/** @type {Record<string, Chunk>} */
const manifest = JSON.parse(readFileSync(join(ROOT, 'dist/manifest.json'), 'utf8'));

/** @param {string} file */
const kilobytes = (file) => {
  const compressed = join(APP, `${file}.br`);
  return statSync(existsSync(compressed) ? compressed : join(APP, file)).size / 1_000;
};
/** The chunk and everything that it imports before it can run. @param {string} name @param {Set<string>} seen */
const closure = (name, seen = new Set()) => {
  const chunk = manifest[name];
  if (chunk === undefined || seen.has(name)) return seen;
  seen.add(name);
  for (const imported of chunk.imports ?? []) closure(imported, seen);
  return seen;
};
/** @param {Iterable<string>} files */
const total = (files) => [...files].reduce((sum, file) => sum + kilobytes(file), 0);

const chunks = [...closure('index.html')].map((name) => manifest[name]).filter((chunk) => chunk !== undefined);
const code = new Set(chunks.map((chunk) => chunk.file));
/** The first view's texts by language: one of them is loaded. */
const texts = readdirSync(join(APP, 'assets')).flatMap((file) => {
  const locale = /^texts_([\w-]+)_first-.*\.js$/.exec(file)?.[1];
  return locale === undefined ? [] : [{ locale, file: `assets/${file}` }];
});
for (const { locale, file } of texts) console.log(`texts  first view, ${locale}: ${kilobytes(file).toFixed(1)} KB`);
const longest = texts.toSorted((one, other) => kilobytes(other.file) - kilobytes(one.file))[0]?.file ?? '';
const scripts = new Set([...code, longest]);
const styles = new Set(chunks.flatMap((chunk) => chunk.css ?? []));
const page = readFileSync(join(APP, 'index.html'), 'utf8');
const fonts = [...page.matchAll(/href="\/(fonts\/[^"]+)"/g)].map((match) => match[1] ?? '');
const worker = readFileSync(join(APP, [...scripts][0] ?? ''), 'utf8').match(/assets\/node\.worker-[\w-]+\.js/)?.[0];

const measured = {
  'first view, scripts': total(scripts),
  'first view, all': total([...scripts, ...styles, ...fonts, 'index.html']),
  'node worker': worker === undefined ? 0 : kilobytes(worker),
  'postal codes': kilobytes('data/plz.bin'),
};
let over = false;
for (const [name, limit] of Object.entries(BUDGET)) {
  const size = measured[/** @type {keyof typeof measured} */ (name)];
  const fits = size > 0 && size <= limit;
  over ||= !fits;
  console.log(`${fits ? 'ok    ' : 'OVER  '} ${name}: ${size.toFixed(1)} KB of ${limit} KB`);
}
process.exitCode = over ? 1 : 0;
