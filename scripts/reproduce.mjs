// `npm run reproduce`: builds these sources once more, in another folder, and compares every byte with the last build. The
// folder is a copy without history and without earlier builds, so that neither a path nor a time nor an order can hide.

import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { appHash, fileHashes } from './app-hash.mjs';
import { ensureBuilt } from './fresh-build.mjs';
import { ROOT } from './source-hash.mjs';

const LEFT_OUT = new Set(['node_modules', 'dist', '.git', '.tsbuild', '.cache', 'data', 'test-results']);
const GENERATED = join(ROOT, 'src/ui/paraglide');

/** @param {string} folder @returns {Map<string, string>} */
const sums = (folder) => new Map(fileHashes(folder, true).map(({ name, sum }) => [name, sum]));

await ensureBuilt();
const copy = mkdtempSync(join(tmpdir(), 'terminfunk-second-build-'));
try {
  for (const name of readdirSync(ROOT).filter((one) => !LEFT_OUT.has(one))) {
    cpSync(join(ROOT, name), join(copy, name), { recursive: true, filter: (path) => path !== GENERATED });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  const { status } = spawnSync(process.execPath, ['scripts/build.mjs'], {
    cwd: copy,
    // Another zone and language: neither may leave a trace.
    env: { ...process.env, TZ: 'Pacific/Auckland', LC_ALL: 'C' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error('The second build failed.');
  const different = ['app', 'relay'].flatMap((part) => {
    const [first, second] = [sums(join(ROOT, 'dist', part)), sums(join(copy, 'dist', part))];
    const names = [...new Set([...first.keys(), ...second.keys()])];
    return names.filter((name) => first.get(name) !== second.get(name)).map((name) => `${part}/${name}`);
  });
  for (const name of different) console.log(`DIFFERS ${name}`);
  if (different.length > 0) process.exitCode = 1;
  else console.log(`ok     two builds, the same bytes; the app is ${appHash(join(ROOT, 'dist/app'))}`);
} finally {
  rmSync(copy, { recursive: true, force: true });
}
