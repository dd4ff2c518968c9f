// Whether the last build is still the one of these sources, and a build where it is not.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, sourceHash } from './source-hash.mjs';

const STAMP = join(ROOT, 'dist/build.json');
const RELAY = join(ROOT, 'dist/relay/main.mjs');

const isBuilt = () =>
  existsSync(RELAY) && existsSync(STAMP) && JSON.parse(readFileSync(STAMP, 'utf8')).hash === sourceHash();

/** Builds the app and the relay unless these sources were built last. Says so on stderr. */
export const ensureBuilt = async () => {
  if (isBuilt()) return;
  console.error('Building the app and the relay …');
  const { buildAll } = await import('./build.mjs');
  await buildAll();
};

if (process.argv[1] === import.meta.filename) await ensureBuilt();
