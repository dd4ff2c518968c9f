/** One node per browser, in real tabs: who leads, and who takes over when the leader closes, stalls or is frozen. */
import { rm } from 'node:fs/promises';
import process from 'node:process';
import { type Browser, type BrowserContext, expect, type Page, test } from '@playwright/test';
import { build, type PreviewServer, preview } from 'vite';

const OUT = '.cache/e2e-leadership';
let server: PreviewServer;
let url: string;

test.beforeAll(async () => {
  const root = 'e2e/leadership';
  await build({
    configFile: false,
    logLevel: 'error',
    root,
    worker: { format: 'es' },
    build: { outDir: `../../${OUT}`, emptyOutDir: true },
  });
  server = await preview({
    configFile: false,
    root,
    build: { outDir: `../../${OUT}` },
    preview: { port: 0, host: '127.0.0.1' },
  });
  url = server.resolvedUrls?.local[0] ?? '';
});
test.afterAll(async () => {
  await server.close();
  await rm(OUT, { recursive: true, force: true });
});

const openTab = async (page: Page): Promise<Page> => {
  await page.goto(url);
  await page.waitForFunction(async () => (await window.harness.client.status()).role !== 'starting');
  return page;
};
const roleOf = (page: Page): Promise<string> => page.evaluate(async () => (await window.harness.client.status()).role);
/** Milliseconds until the tab leads: measured here, promised in virtual time (test/host/leadership). */
const untilLeading = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const start = performance.now();
    for (;;) {
      const { role } = await window.harness.client.status();
      if (role === 'leading') return performance.now() - start;
      await new Promise((done) => setTimeout(done, 5));
    }
  });
const cancel = (page: Page, id: string): Promise<unknown> =>
  page.evaluate((request) => window.harness.client.cancel(request), id);
const doneIn = (page: Page): Promise<string[]> =>
  page.evaluate(async () => (await window.harness.client.places('')).map(({ place }) => place));

test('the first tab leads, the second follows and is answered by it', async ({ context }) => {
  const a = await openTab(await context.newPage());
  const b = await openTab(await context.newPage());
  expect([await roleOf(a), await roleOf(b)]).toEqual(['leading', 'following']);
  expect(await cancel(b, 'r1')).toEqual({ ok: false, code: 'not-found' });
  expect(await doneIn(a)).toEqual(['r1 1']);
});

test('the leader closes in the middle of a call: another leads, and the call is done once', async ({ context }) => {
  const a = await openTab(await context.newPage());
  const b = await openTab(await context.newPage());
  const call = cancel(b, 'r1');
  const [took] = await Promise.all([untilLeading(b), a.close()]);
  test.info().annotations.push({ type: 'takeover after close, ms', description: took.toFixed(0) });
  expect(await call).toEqual({ ok: false, code: 'not-found' });
  expect(await doneIn(b)).toEqual(['r1 1']);
});

test('the leader stalls: a visible tab takes over; awake again, the old one follows and wrote nothing late', async ({
  context,
}) => {
  const a = await openTab(await context.newPage());
  const b = await openTab(await context.newPage());
  const late = cancel(a, 'late');
  await a.evaluate(() => window.harness.stall(5_000));
  const took = await untilLeading(b);
  test.info().annotations.push({ type: 'takeover after stall, ms', description: took.toFixed(0) });
  expect(await cancel(b, 'r1')).toEqual({ ok: false, code: 'not-found' });
  expect(await late).toEqual({ ok: false, code: 'not-found' });
  await expect.poll(() => roleOf(a)).toBe('following');
  expect(await roleOf(b)).toBe('leading');
  expect(await doneIn(a)).toEqual(['late 1', 'r1 1']);
});

/** What a trace begins with: every frame of the browser and the process that draws it. */
interface TraceStart {
  readonly name: string;
  readonly args: { readonly data?: { readonly frames?: readonly { frame: string; processId: number }[] } };
}

/** The operating system's number of the process in which a page runs. */
const processOf = async (browser: Browser, context: BrowserContext, page: Page): Promise<number> => {
  const devtools = await context.newCDPSession(page);
  const { frameTree } = await devtools.send('Page.getFrameTree');
  await browser.startTracing(page, { categories: ['disabled-by-default-devtools.timeline'] });
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceStart[] };
  await devtools.detach();
  const frames = traceEvents
    .filter(({ name }) => name === 'TracingStartedInBrowser')
    .flatMap(({ args }) => args.data?.frames ?? []);
  const found = frames.find(({ frame }) => frame === frameTree.frame.id);
  if (found === undefined) throw new Error('the trace names no process for the page');
  return found.processId;
};

// DevTools' own freezing spares pages that automation keeps visible, so the page's process is stopped, as a phone does.
test('the leader is frozen whole: a visible tab takes over, and keeps the node after the thaw', async ({
  browser,
  context,
}) => {
  const a = await openTab(await context.newPage());
  const b = await openTab(await context.newPage());
  const frozen = await processOf(browser, context, a);
  const late = cancel(a, 'late');
  process.kill(frozen, 'SIGSTOP');
  try {
    const took = await untilLeading(b);
    test.info().annotations.push({ type: 'takeover after freeze, ms', description: took.toFixed(0) });
    expect(await cancel(b, 'r1')).toEqual({ ok: false, code: 'not-found' });
  } finally {
    process.kill(frozen, 'SIGCONT');
  }
  expect(await late).toEqual({ ok: false, code: 'not-found' });
  await expect.poll(() => roleOf(a)).toBe('following');
  expect(await roleOf(b)).toBe('leading');
  expect(await doneIn(a)).toEqual(['late 1', 'r1 1']);
});
