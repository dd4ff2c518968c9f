import type { Page } from '@playwright/test';
import { dayFromNow, findSlot, openPractice } from './fixtures/people.ts';
import { readCode } from './fixtures/read-code.ts';
import { startRelay } from './fixtures/relay.ts';
import { expect, test } from './fixtures/test.ts';

/** One person shows another a slot: the records travel in the link, and whoever opens it checks them. */
const SLOT = { day: dayFromNow(4), time: '09:00' };

/** From a slot's page to the link in its QR code, read as a camera does. */
const scan = async (page: Page): Promise<string> => {
  await page.getByRole('button', { name: 'Termin teilen' }).click();
  const code = page.getByRole('img', { name: 'QR-Code mit diesem Termin' });
  await expect(code).toBeVisible();
  return readCode(page, code);
};
/** Another letter so many places from the end. */
const change = (link: string, fromEnd: number): string => {
  const at = link.length - fromEnd;
  return `${link.slice(0, at)}${link[at] === 'A' ? 'B' : 'A'}${link.slice(at + 1)}`;
};

test('a shared slot opens where nobody has heard of it; a forged or cut link says so', async ({
  browser,
  device,
  relay,
}) => {
  await openPractice(await (await device('laptop')).newPage(), SLOT);
  const giver = await (await device()).newPage();
  await findSlot(giver);
  const link = await scan(giver);
  expect(link).toContain(`${relay.origin}/#/geteilt/`);

  // A relay that knows no other, so that only the link can bring the slot.
  const elsewhere = await startRelay();
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, baseURL: elsewhere.origin });
  const taker = await context.newPage();
  const open = (shared: string) => taker.goto(shared.replace(relay.origin, elsewhere.origin));
  await taker.goto('/#/termine?wer=GKV&alle=1');
  await expect(taker.getByText(/nichts frei/).first()).toBeVisible();

  await open(change(link, 20));
  await expect(taker.getByRole('heading', { level: 2, name: 'Dieser Link ist nicht echt.' })).toBeVisible();
  await open(link.slice(0, -200));
  await expect(taker.getByRole('heading', { level: 2, name: 'Dieser Link ist beschädigt.' })).toBeVisible();
  await open(`${elsewhere.origin}/#/geteilt/`);
  await expect(taker.getByRole('heading', { level: 2, name: 'Dieser Link ist beschädigt.' })).toBeVisible();
  await taker.goto('/#/termine?wer=GKV&alle=1');
  await expect(taker.getByText(/nichts frei/).first()).toBeVisible();

  await open(link);
  await expect(taker.getByText('Dr. Miriam Aydın').first()).toBeVisible();
  await expect(taker.getByText('Ungeprüft').first()).toBeVisible();
  await expect(taker.getByRole('link', { name: 'Diesen Termin anfragen' })).toBeVisible();
  // The link with its records is not what stays in the history.
  await expect(taker).toHaveURL(/#\/termin\/[0-9a-f]{32}\//);
  await taker.goto('/#/termine?wer=GKV&alle=1');
  await expect(taker.locator('a[href*="#/termin/"]')).toHaveCount(1);
  await context.close();
  await elsewhere.remove();
});

test('the link is copied, and shown where there is no clipboard', async ({ device }) => {
  await openPractice(await (await device('laptop')).newPage(), SLOT);
  const context = await device();
  const page = await context.newPage();
  await findSlot(page);
  const link = await scan(page);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Link kopieren' }).click();
  await expect(page.getByText('Der Link ist kopiert.')).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);
  await page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new Error('none'));
  });
  await page.getByRole('button', { name: 'Link kopieren' }).click();
  await expect(page.getByLabel('Link zum Kopieren')).toHaveValue(link);
});
