// `npm start -- [options of the relay]`: installs what is missing, builds what changed, then runs the relay in this very
// process, so that signals and the exit code are the relay's own.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { installDependencies } from './setup.mjs';
import { ROOT, sourceHash } from './source-hash.mjs';

const STAMP = join(ROOT, 'dist/build.json');
const RELAY = join(ROOT, 'dist/relay/main.mjs');

const isBuilt = () =>
  existsSync(RELAY) && existsSync(STAMP) && JSON.parse(readFileSync(STAMP, 'utf8')).hash === sourceHash();

installDependencies();
if (!isBuilt()) {
  console.log('Building the app and the relay …');
  const { buildAll } = await import('./build.mjs');
  await buildAll();
}
process.argv[1] = RELAY;
await import(pathToFileURL(RELAY).href);
