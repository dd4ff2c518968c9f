// The hash of a built app: SHA-256 over the list of all its files with theirs, as `sha256sum` writes it
// (docs/reproducible-build.md). What is compressed from other files (`.br`) is left out. On the command line: of FOLDER.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { ROOT } from './source-hash.mjs';

/** @param {string | Buffer} content */
const sha256 = (content) => createHash('sha256').update(content).digest('hex');

/** Every file below the folder with its hash, sorted by name. @param {string} folder @param {boolean} [all] the compressed ones too */
export const fileHashes = (folder, all = false) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile() && (all || !name.endsWith('.br')))
    .map((name) => ({ name: `./${name}`, sum: sha256(readFileSync(join(folder, name))) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));

/** @param {string} folder */
export const appHash = (folder) =>
  sha256(
    fileHashes(folder)
      .map(({ name, sum }) => `${sum}  ${name}\n`)
      .join(''),
  );

if (process.argv[1] === import.meta.filename) console.log(appHash(process.argv[2] ?? join(ROOT, 'dist/app')));
