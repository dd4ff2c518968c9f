/**
 * What a patient's phone loads and how long it takes until there is something to use: the first visit in Chromium with a CPU
 * slowed fourfold and 1.6 Mbit/s with 150 ms there and back, against a real relay process with demonstration practices; and a
 * start without a network with 100,000 announcements on the device (app-offline.ts). Beside it, in turns, a bare page that
 * draws one heading from one script of as many bytes.
 */
import { spawnSync } from 'node:child_process';
import { get, type IncomingMessage } from 'node:http';
import process from 'node:process';
import { type Browser, chromium } from 'playwright';
import { CHROMIUM_FLAGS, findChromium } from '../scripts/chromium.mjs';
import { measureOfflineStarts } from './app-offline.ts';
import { measureTyping } from './app-typing.ts';
import { type FirstVisit, SLOWED, visit } from './app-visit.ts';
import { type BareBytes, serveBarePage } from './bare-page.ts';
import { startRelayProcess } from './relay-process.ts';
import type { Report } from './row.ts';
import { median, percentile, rounded } from './statistics.ts';

export interface AppResult {
  /** Compressed JavaScript that was asked for before the largest paint, in kilobytes of 1,000 bytes. */
  readonly patientKb: number;
  /** Everything that was asked for before the largest paint, headers of answers included. */
  readonly totalKb: number;
  /** The packed postal codes as they come over the wire. */
  readonly plzKb: number;
  /** Navigation to largest contentful paint, slowed, the median of five first visits. */
  readonly lcpMs: number;
  /** Over 50 ms in tasks of the page's thread, from the first paint until it was quiet for 5 s; slowed, median of five. */
  readonly tbtMs: number;
  /** Navigation to the first list of results, offline, with 100,000 announcements; not slowed, the median of five. */
  readonly offlineMs: number;
}

const RUNS = 5;
const GOALS = { patientKb: 100, totalKb: 200, plzKb: 90, lcpMs: 1_800, tbtMs: 100, offlineMs: 1_000 } as const;
const PLZ = '/data/plz.bin';

const kilobytes = (bytes: number): number => rounded(bytes / 1_000);
const middle = (visits: readonly FirstVisit[], of: (visit: FirstVisit) => number): number => median(visits.map(of));

const ensureBuilt = (): void => {
  const { status } = spawnSync(process.execPath, ['scripts/fresh-build.mjs'], { stdio: ['ignore', 2, 'inherit'] });
  if (status !== 0) throw new Error('The build failed.');
};

/** Bytes of the compressed body: the node's worker asks for it, which the page's session does not see. */
const transferSize = async (url: string): Promise<number> => {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { headers: { 'Accept-Encoding': 'br' } }, resolve).once('error', reject);
  });
  let bytes = 0;
  for await (const chunk of answer) bytes += Buffer.isBuffer(chunk) ? chunk.length : 0;
  return bytes;
};

/** In turns, so that a machine that slows down slows both. The first of each warms the relay and is not counted. */
const measureVisits = async (browser: Browser, origin: string) => {
  const first = await visit(browser, `${origin}/`);
  const bytes: BareBytes = { script: first.scriptBytes, rest: first.allBytes - first.scriptBytes };
  const bare = await serveBarePage(bytes);
  const app: FirstVisit[] = [];
  const peer: FirstVisit[] = [];
  try {
    await visit(browser, bare.origin);
    for (let run = 0; run < RUNS; run++) {
      app.push(await visit(browser, `${origin}/`));
      peer.push(await visit(browser, bare.origin));
    }
  } finally {
    await bare.close();
  }
  return { app, peer };
};

export const measureApp = async (report: Report = () => undefined): Promise<AppResult> => {
  ensureBuilt();
  const browser = await chromium.launch({ executablePath: findChromium() ?? '', args: [...CHROMIUM_FLAGS] });
  const demo = await startRelayProcess(['--demo']);
  try {
    const { app, peer } = await measureVisits(browser, demo.origin);
    const offline = await measureOfflineStarts(browser, RUNS);
    const typed = await measureTyping(browser, demo.origin, 1);
    const typedSlowly = await measureTyping(browser, demo.origin, SLOWED);
    const result: AppResult = {
      patientKb: kilobytes(middle(app, ({ scriptBytes }) => scriptBytes)),
      totalKb: kilobytes(middle(app, ({ allBytes }) => allBytes)),
      plzKb: kilobytes(await transferSize(`${demo.origin}${PLZ}`)),
      lcpMs: rounded(middle(app, ({ lcpMs }) => lcpMs)),
      tbtMs: rounded(middle(app, ({ tbtMs }) => tbtMs)),
      offlineMs: rounded(median(offline.startMs)),
    };
    for (const [what, goal] of Object.entries(GOALS)) {
      report({ what, value: `${result[what as keyof AppResult]}`, goal: `at most ${goal}` });
    }
    const all = app.map(({ lcpMs }) => Math.round(lcpMs)).join(', ');
    report({ what: 'lcpMs, each', value: all });
    report({ what: 'tbtMs, each', value: app.map(({ tbtMs }) => Math.round(tbtMs)).join(', ') });
    report({ what: 'offlineMs, each', value: offline.startMs.map(Math.round).join(', ') });
    for (const [how, { keys }] of [
      ['', typed],
      [', slowed', typedSlowly],
    ] as const) {
      const value = `${percentile(keys, 0.5)} and ${Math.max(...keys)} ms`;
      report({ what: `a key until it is seen${how}: median and slowest`, value, goal: 'one frame: 16 ms' });
    }
    report({ what: 'first contentful paint', value: `${rounded(middle(app, ({ fcpMs }) => fcpMs))} ms` });
    report({
      what: 'what the page itself loads in the end, without node and service worker',
      value: `${kilobytes(middle(app, ({ visitBytes }) => visitBytes))} KB`,
    });
    report({ what: 'beside it: bare page, largest paint', value: `${rounded(middle(peer, ({ lcpMs }) => lcpMs))} ms` });
    report({ what: 'beside it: bare page, blocked', value: `${rounded(middle(peer, ({ tbtMs }) => tbtMs))} ms` });
    report({
      what: 'beside it: reading the rows of 100,000 from IndexedDB alone',
      value: `${rounded(median(offline.readMs))} ms`,
    });
    return result;
  } finally {
    await demo.stop();
    await browser.close();
  }
};
