// `npm start -- [options of the relay]`: installs what is missing, builds what changed, then runs the relay in this very
// process, so that signals and the exit code are the relay's own.
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { installDependencies } from './setup.mjs';
import { ROOT } from './source-hash.mjs';

const RELAY = join(ROOT, 'dist/relay/main.mjs');

installDependencies();
const { ensureBuilt } = await import('./fresh-build.mjs');
await ensureBuilt();
process.argv[1] = RELAY;
await import(pathToFileURL(RELAY).href);
