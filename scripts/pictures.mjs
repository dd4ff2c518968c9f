// `npm run pictures`: takes the pictures of the guides (docs/pictures) from the built app: a real relay with the
// demonstration, real browsers, one fixed Monday morning. Keys, words and codes are new each time; everything else is not.
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { ensureBuilt } from './fresh-build.mjs';
import { withBuilt } from './load-built.mjs';
import { ROOT } from './source-hash.mjs';

const OUT = process.argv[2] ?? join(ROOT, 'docs/pictures');
const SHIFT = join(ROOT, 'scripts/pictures/shift-date.mjs');
const MOST_PICTURES = 40;
/** Monday, 9:40 in Berlin; no holiday near. */
const MORNING = Date.parse('2027-03-08T08:40:00Z');

await ensureBuilt();
const offset = MORNING - Date.now();
// The relay and the registrar's command, which are started from here, take over the same clock.
process.env.PICTURES_OFFSET = String(offset);
process.env.NODE_OPTIONS = `--import=${pathToFileURL(SHIFT).href}`;
await import(pathToFileURL(SHIFT).href);

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
await withBuilt('e2e/pictures/take-pictures', ({ takePictures }) => takePictures(OUT, offset));
const names = readdirSync(OUT);
const bytes = names.reduce((sum, name) => sum + statSync(join(OUT, name)).size, 0);
console.log(`${names.length} pictures, ${Math.round(bytes / 1_000)} KB`);
if (names.length > MOST_PICTURES) throw new Error(`More than ${MOST_PICTURES} pictures`);
process.exit(0);
