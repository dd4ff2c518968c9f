// The size budget: what a patient's phone loads before it can search, compressed,
// in the language that has most to say. Reads dist/manifest.json of the build.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { ROOT } from './source-hash.mjs';

const APP = join(ROOT, 'dist/app');
/** Kilobytes (1,000 bytes), brotli. */
const BUDGET = { 'first view, scripts': 100, 'first view, all': 200, 'node worker': 144, 'postal codes': 90 };

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

const page = readFileSync(join(APP, 'index.html'), 'utf8');
/** @param {RegExp} pattern */
const named = (pattern) => [...page.matchAll(pattern)].map((match) => match[1] ?? '');
const asked = new Set(named(/<script[^>]* src="\/([^"]+)"/g));
const entries = Object.entries(manifest).filter(([, { file }]) => asked.has(file));
const needed = new Set(entries.flatMap(([name]) => [...closure(name)]));
const code = new Set([...asked, ...[...needed].map((name) => manifest[name]?.file ?? '')]);
/** The first view's texts by language: one of them is loaded. */
const texts = readdirSync(join(APP, 'assets')).flatMap((file) => {
  const locale = /^texts_([\w-]+)_first-.*\.js$/.exec(file)?.[1];
  return locale === undefined ? [] : [{ locale, file: `assets/${file}` }];
});
for (const { locale, file } of texts) console.log(`texts  first view, ${locale}: ${kilobytes(file).toFixed(1)} KB`);
const longest = texts.toSorted((one, other) => kilobytes(other.file) - kilobytes(one.file))[0]?.file ?? '';
const scripts = new Set([...code, longest]);
const styles = named(/<link[^>]* href="\/(assets\/[^"]+\.css)"/g);
const fonts = named(/href="\/(fonts\/[^"]+)"/g);
const worker = [...code]
  .map((file) => /assets\/node\.worker-[\w-]+\.js/.exec(readFileSync(join(APP, file), 'utf8'))?.[0])
  .find((file) => file !== undefined);

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
