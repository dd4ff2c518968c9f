/** One first visit: nothing cached, CPU and network slowed by Chromium itself. */
import type { Browser, CDPSession, Page } from 'playwright';

export interface FirstVisit {
  readonly fcpMs: number;
  readonly lcpMs: number;
  readonly tbtMs: number;
  /** Bytes over the wire of what was asked for before the largest paint. */
  readonly scriptBytes: number;
  readonly allBytes: number;
  /** The same of the whole visit, as far as the page itself asked for it. */
  readonly visitBytes: number;
}

/** A cheap phone beside this machine, as Lighthouse has it. */
export const SLOWED = 4;
/** 1.6 Mbit/s down, 750 kbit/s up, 150 ms: Lighthouse's "Slow 4G". */
const NETWORK = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 93_750 } as const;
const QUIET_MS = 5_000;
const PATIENCE_MS = 40_000;

interface Seen {
  lcp: number;
  quietSince: number;
  tasks: { start: number; duration: number }[];
}
declare global {
  var seenByBench: Seen;
}

/** In the page, before anything else of it. */
const watch = (): void => {
  const seen: Seen = { lcp: 0, quietSince: 0, tasks: [] };
  globalThis.seenByBench = seen;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.lcp = entry.startTime;
  }).observe({ type: 'largest-contentful-paint', buffered: true });
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) {
      seen.tasks.push({ start: startTime, duration });
      seen.quietSince = startTime + duration;
    }
  }).observe({ type: 'longtask', buffered: true });
};

interface Transfer {
  readonly path: string;
  readonly script: boolean;
  /** Seconds on the browser's own clock. */
  readonly asked: number;
  bytes: number;
}

/** What comes over the wire, by request, as the network stack counts it: headers and compressed bodies. */
const countTransfers = async (session: CDPSession): Promise<Map<string, Transfer>> => {
  const transfers = new Map<string, Transfer>();
  session.on('Network.requestWillBeSent', ({ requestId, request, timestamp, type }) => {
    const path = new URL(request.url).pathname;
    transfers.set(requestId, { path, script: type === 'Script' || path.endsWith('.js'), asked: timestamp, bytes: 0 });
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const transfer = transfers.get(requestId);
    if (transfer !== undefined) transfer.bytes = encodedDataLength;
  });
  await session.send('Network.enable');
  return transfers;
};

/** Until neither a long task nor a transfer has been for a while. */
const untilQuiet = async (page: Page): Promise<void> => {
  const ends = Date.now() + PATIENCE_MS;
  while (Date.now() < ends) {
    const quiet = await page.evaluate(() => {
      const resources = performance.getEntriesByType('resource').map((entry) => entry.startTime + entry.duration);
      return performance.now() - Math.max(globalThis.seenByBench.quietSince, globalThis.seenByBench.lcp, ...resources);
    });
    if (quiet >= QUIET_MS) return;
    await page.waitForTimeout(250);
  }
};

const sum = (transfers: readonly Transfer[]): number => transfers.reduce((all, { bytes }) => all + bytes, 0);

export const visit = async (browser: Browser, url: string): Promise<FirstVisit> => {
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    locale: 'de-DE',
  });
  try {
    const page = await context.newPage();
    await page.addInitScript(watch);
    const session = await context.newCDPSession(page);
    const transfers = await countTransfers(session);
    await session.send('Network.emulateNetworkConditions', NETWORK);
    await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWED });
    await page.goto(url, { waitUntil: 'commit' });
    await untilQuiet(page);
    const { lcp, tasks, fcp } = await page.evaluate(() => ({
      ...globalThis.seenByBench,
      fcp: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
    }));

    const all = [...transfers.values()];
    const begun = Math.min(...all.map(({ asked }) => asked));
    const early = all.filter(({ asked }) => (asked - begun) * 1_000 < lcp);
    return {
      fcpMs: fcp,
      lcpMs: lcp,
      tbtMs: tasks.reduce(
        (blocked, { start, duration }) => blocked + (start >= fcp ? Math.max(0, duration - 50) : 0),
        0,
      ),
      scriptBytes: sum(early.filter(({ script }) => script)),
      allBytes: sum(early),
      visitBytes: sum(all),
    };
  } finally {
    await context.close();
  }
};
