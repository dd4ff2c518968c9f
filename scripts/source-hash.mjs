// The hash of everything that a build is made from: the same sources give the same hash on every machine. It is shown in
// the app as the build's name, and tells `npm start` whether the last build is still the right one.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's root, with a trailing slash. */
export const ROOT = fileURLToPath(new URL('../', import.meta.url));

const SOURCES = [
  'index.html',
  'messages',
  'package-lock.json',
  'package.json',
  'project.inlang/settings.json',
  'public',
  'relay',
  'scripts/build.mjs',
  'scripts/first-view-plugin.mjs',
  'scripts/source-hash.mjs',
  'scripts/text-parts.mjs',
  'scripts/texts-plugin.mjs',
  'scripts/texts.mjs',
  'src',
  'tsconfig.base.json',
  'vite.config.ts',
  'workers',
];
const GENERATED = new Set([join('src', 'ui', 'paraglide')]);

/** @param {string} path @returns {string[]} */
const filesUnder = (path) => {
  if (!existsSync(path) || GENERATED.has(relative(ROOT, path))) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path).flatMap((name) => filesUnder(join(path, name)));
};

/** SHA-256 over names and contents, in hex. @returns {string} */
export const sourceHash = () => {
  const hash = createHash('sha256');
  const names = SOURCES.flatMap((source) => filesUnder(join(ROOT, source)))
    .map((path) => relative(ROOT, path).split(sep).join('/'))
    .sort();
  for (const name of names) {
    const content = readFileSync(join(ROOT, name));
    hash.update(`${name}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
};
