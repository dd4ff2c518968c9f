// `npm run snapshots`: takes the pictures of the component page (e2e/snapshots) anew and makes them small. Look at each that
// changed before you commit it: git shows which.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { findChromium } from './chromium.mjs';
import { shrinkPng } from './shrink-png.mjs';
import { ROOT } from './source-hash.mjs';

const FOLDER = join(ROOT, 'e2e/snapshots');
/** Pictures of another major version are compared less strictly (e2e/parts.spec.ts). */
const chromium = spawnSync(findChromium() ?? 'chromium', ['--version'], { encoding: 'utf8' }).stdout;
writeFileSync(join(FOLDER, 'chromium.txt'), `${/\d+/.exec(chromium)?.[0] ?? ''}\n`);
/** Only what no longer looks as it did is taken anew. */
const { status } = spawnSync('npx', ['playwright', 'test', 'e2e/parts.spec.ts', '--update-snapshots=changed'], {
  cwd: ROOT,
  stdio: 'inherit',
});
const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.png'));
let bytes = 0;
for (const file of files) {
  const path = join(FOLDER, file);
  const small = shrinkPng(readFileSync(path));
  writeFileSync(path, small);
  bytes += small.length;
}
console.log(`${files.length} pictures, ${Math.round(bytes / 1000)} KB`);
process.exitCode = status ?? 1;
