/**
 * A device that wakes: whatever the browser says of it, the page's node hears of it, and links come back. How soon they do is
 * promised in virtual time (test/host/node/resume.test.ts).
 *
 * Playwright keeps every page visible and awake: `Page.setWebLifecycleState` and another tab in front change nothing there, and
 * pages do not go to the back-forward cache. So only `online` is the browser's own here; the other events are made.
 */
import type { Page } from '@playwright/test';
import { createPractice } from './fixtures/people.ts';
import { expect, test } from './fixtures/test.ts';

declare global {
  interface Window {
    /** How often the page told its node that somebody is back. */
    resumed: number;
  }
}

/** Counts at the one way from a page to its node: what it posts to its worker. */
const countResumes = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    window.resumed = 0;
    Worker.prototype.postMessage = new Proxy(Worker.prototype.postMessage, {
      apply: (post, worker, args: [unknown]) => {
        const [message] = args;
        if (typeof message === 'object' && message !== null && 'method' in message && message.method === 'resume')
          window.resumed++;
        return Reflect.apply(post, worker, args);
      },
    });
  });
/** How many more times the node was told after the page saw this. */
const resumesBy = async (page: Page, seen: () => Promise<unknown>): Promise<number> => {
  const before = await page.evaluate(() => window.resumed);
  await seen();
  return (await page.evaluate(() => window.resumed)) - before;
};
const documentSees = (page: Page, name: string) => () =>
  page.evaluate((type) => document.dispatchEvent(new Event(type)), name);
const windowSeesPage = (page: Page, persisted: boolean) => () =>
  page.evaluate((kept) => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: kept })), persisted);

test('whatever wakes a page, its node is told, and links come back', async ({ device, relay }) => {
  const context = await device('laptop');
  const page = await context.newPage();
  await countResumes(page);
  await createPractice(page);
  await page.goto('/#/praxis');
  const connected = page.getByText('Im Netz', { exact: true });
  await expect(connected).toBeVisible();

  expect(await resumesBy(page, documentSees(page, 'visibilitychange'))).toBe(1);
  expect(await resumesBy(page, documentSees(page, 'resume'))).toBe(1);
  expect(await resumesBy(page, windowSeesPage(page, true))).toBe(1);
  // A page that was loaded, not thawed, has a node that has just begun.
  expect(await resumesBy(page, windowSeesPage(page, false))).toBe(0);
  await page.evaluate(() =>
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true }),
  );
  expect(await resumesBy(page, documentSees(page, 'visibilitychange'))).toBe(0);
  await page.evaluate(() => Reflect.deleteProperty(document, 'visibilityState'));

  const before = await page.evaluate(() => window.resumed);
  await relay.kill();
  await expect(connected).toBeHidden();
  await context.setOffline(true);
  await relay.start();
  await context.setOffline(false);
  await expect.poll(() => page.evaluate(() => window.resumed)).toBe(before + 1);
  await expect(connected).toBeVisible();
});
