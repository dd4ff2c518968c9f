// `npm run --silent bench -- NAME [--json]`: runs one benchmark, built the way that the relay is built, so that what is
// measured is what is shipped. With --json, stdout gets one JSON object and nothing else.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { withBuilt } from '../scripts/load-built.mjs';
import { ROOT } from '../scripts/source-hash.mjs';

/** @typedef {{ what: string, value: string, goal?: string }} Row */

/** What there is: the function that the module of this name exports, and what it measures. */
const BENCHMARKS = new Map([
  ['bytes', { entry: 'measureBytes', about: 'the bytes of every message' }],
  ['search', { entry: 'measureSearch', about: 'the first 50 results from 100,000 announcements, and loading them' }],
  ['app', { entry: 'measureApp', about: "the patient's first view on a slow phone, and a start without a network" }],
  ['relay', { entry: 'measureRelay', about: 'a message from browser to relay to browser and back' }],
  ['airtime', { entry: 'measureAirtime', about: 'time on air, against the table that the radio link is planned with' }],
  ['kiss', { entry: 'measureKiss', about: "frames of a board's serial line, found among hostile bytes" }],
  ['erasure', { entry: 'measureErasure', about: 'repair symbols of an object, and frames until it is whole' }],
  ['carousel', { entry: 'measureCarousel', about: 'airtime until a kiosk that knows nothing has a hundred slots' }],
  ['radio', { entry: 'measureRadio', about: 'requests over two radio hops at 10 % loss' }],
  ['engine', { entry: 'measureEngine', about: 'engine steps and signature checks a second' }],
]);

/** @param {string} name @param {object} result @param {readonly Row[]} rows */
const printTable = (name, result, rows) => {
  /** @type {readonly Row[]} */
  const lines = rows.length > 0 ? rows : Object.entries(result).map(([what, value]) => ({ what, value: `${value}` }));
  const width = Math.max(...lines.map(({ what }) => what.length));
  console.log(name);
  for (const { what, value, goal } of lines) {
    console.log(`  ${what.padEnd(width)}  ${value}${goal === undefined ? '' : `  (goal: ${goal})`}`);
  }
};

/** @param {string} name @param {boolean} json */
const run = async (name, json) => {
  await withBuilt(`bench/${name}`, async (module) => {
    /** @type {Row[]} */
    const rows = [];
    const result = await module[BENCHMARKS.get(name)?.entry ?? '']((/** @type {Row} */ row) => rows.push(row));
    if (json) console.log(JSON.stringify(result));
    else printTable(name, result, rows);
  });
};

const words = process.argv.slice(2);
const [name] = words.filter((word) => !word.startsWith('--'));
const isThere = (/** @type {string} */ known) => existsSync(join(ROOT, `bench/${known}.ts`));
if (name === undefined || !BENCHMARKS.has(name) || !isThere(name)) {
  console.log('npm run --silent bench -- NAME [--json]');
  for (const [known, { about }] of [...BENCHMARKS].filter(([known]) => isThere(known)))
    console.log(`  ${known.padEnd(8)}${about}`);
  process.exit(name === undefined ? 0 : 2);
}
process.chdir(ROOT);
await run(name, words.includes('--json'));
// The native QUIC server keeps threads of its own.
process.exit(0);
