// `npm run firefox`: the app in the Firefox of this machine, against a demonstration relay: a search by postal code shows
// results, and nothing complains. What Chromium is asked in many tests, Firefox is asked in one.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { findFirefox } from '../../scripts/firefox.mjs';
import { freePort } from '../../scripts/free-port.mjs';
import { ROOT } from '../../scripts/source-hash.mjs';
import { openFirefox } from './bidi.mjs';

const PATIENCE_MS = 30_000;
/** Germany's middle, and as far as the app looks: the demonstration has something there. */
const SEARCH = '#/termine?wer=GKV&plz=80331&km=100';

/** @param {string} data @returns {Promise<{ origin: string, stop: () => Promise<void> }>} */
const startRelay = async (data) => {
  const port = await freePort();
  const options = [join(ROOT, 'dist/relay/main.mjs'), '--demo', '--port', `${port}`, '--data', data];
  const child = spawn(process.execPath, options, { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve, reject) => {
    let printed = '';
    child.once('exit', (code) => reject(new Error(`The relay ended with ${code}`)));
    child.stdout.on('data', (chunk) => {
      printed += chunk;
      if (printed.includes('\nOpen http')) resolve(undefined);
    });
  });
  return {
    origin: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        child.removeAllListeners('exit');
        child.once('exit', () => resolve(undefined));
        child.kill('SIGTERM');
      }),
  };
};

/** @param {import('./bidi.mjs').FirefoxPage} page @param {string} expression @param {string} what */
const until = async (page, expression, what) => {
  const end = Date.now() + PATIENCE_MS;
  while (!(await page.evaluate(expression))) {
    if (Date.now() > end) throw new Error(`${what}. On the page:\n${await page.evaluate('document.body.innerText')}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
};

const path = findFirefox();
if (path === undefined) throw new Error('No Firefox found: install firefox-esr, or set FIREFOX to its path.');
const data = mkdtempSync(join(tmpdir(), 'terminfunk-firefox-relay-'));
const relay = await startRelay(data);
const page = await openFirefox(path);
try {
  await page.open(`${relay.origin}/`);
  await until(page, "document.querySelector('h1') !== null", 'The first view did not come');
  await page.evaluate(`location.hash = ${JSON.stringify(SEARCH)}; true`);
  await until(page, `document.querySelector('main a[href*="#/termin/"]') !== null`, 'No slot was found');
  await page.evaluate("location.hash = '#/verbindungen'; true");
  await until(page, '/WebSocket|WebTransport/.test(document.body.innerText)', 'No link is shown');
  const errors = page.log.filter(({ level }) => level === 'error');
  if (errors.length > 0) throw new Error(`Firefox complains:\n${errors.map(({ text }) => text).join('\n')}`);
  const transport = await page.evaluate("/WebTransport/.test(document.body.innerText) ? 'WebTransport' : 'WebSocket'");
  process.stdout.write(`ok     Firefox finds slots, over ${transport}\n`);
} finally {
  await page.close();
  await relay.stop();
  rmSync(data, { recursive: true, force: true });
}
