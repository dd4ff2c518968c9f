import type { BrowserContext, Page } from '@playwright/test';
import { expect, test } from './fixtures/test.ts';

/** Whoever must not be seen here is gone at once: by a tap, by the keyboard, without internet, and "back" does not betray them. */
const NEUTRAL = 'https://www.wikipedia.org/';

/** The harmless site, without the internet. */
const serveNeutral = async (context: BrowserContext): Promise<void> => {
  await context.route(`${NEUTRAL}**`, (route) =>
    route.fulfill({ contentType: 'text/html; charset=utf-8', body: '<h1>Enzyklopädie</h1>' }),
  );
};

const walk = async (page: Page): Promise<void> => {
  await page.goto('/');
  await page.goto('/#/termine?wer=GKV&alle=1');
  await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible();
};
const exit = (page: Page) => page.locator('header').getByRole('button', { name: 'Seite sofort verlassen' });

test('a tap leaves, and "back" leads past everything that was seen here', async ({ device }) => {
  const context = await device();
  await serveNeutral(context);
  const page = await context.newPage();
  await walk(page);
  await page.goto('/#/anfragen');
  await exit(page).click();
  await expect(page).toHaveURL(NEUTRAL);
  for (let steps = 0; steps < 2; steps++) {
    await page.goBack({ waitUntil: 'commit' }).catch(() => undefined);
    await expect(page).toHaveURL(NEUTRAL);
    await expect(page.getByText('Enzyklopädie')).toBeVisible();
  }
  // Whoever opens it anew finds it.
  await page.goto('/');
  await expect(exit(page)).toBeVisible();
});

test('Escape three times leaves, also out of the menu; twice does not', async ({ device }) => {
  const context = await device();
  await serveNeutral(context);
  const page = await context.newPage();
  await walk(page);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.reload();
  await expect(exit(page)).toBeVisible();
  await page.getByRole('button', { name: 'Menü', exact: true }).click();
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Seite sofort verlassen' })).toBeVisible();
  for (let presses = 0; presses < 3; presses++) await page.keyboard.press('Escape');
  await expect(page).toHaveURL(NEUTRAL);
});

test('without internet the page is empty', async ({ device }) => {
  const context = await device();
  const page = await context.newPage();
  await walk(page);
  await context.setOffline(true);
  await exit(page).click();
  await expect(page).toHaveURL('about:blank');
  expect(await page.evaluate(() => document.body.innerText)).toBe('');
});

test('a desk and a kiosk are not left by Escape, and the data page says what leaving does', async ({ device }) => {
  const page = await (await device('laptop')).newPage();
  for (const path of ['/#/praxis', '/#/praxis/anlegen', '/#/praxis/angebote/neu', '/#/kiosk']) {
    await page.goto(path);
    await expect(page.locator('main')).toBeVisible();
    await expect(page.getByRole('button', { name: /verlassen/ })).toHaveCount(0);
    for (let presses = 0; presses < 3; presses++) await page.keyboard.press('Escape');
    await expect(page.locator('main')).toBeVisible();
    expect(page.url()).toContain(path);
  }
  await page.goto('/#/daten');
  await expect(page.getByText(/dreimal Esc innerhalb von zwei Sekunden/)).toBeVisible();
  await expect(page.getByText(/nur sein Zeichen/).locator('svg')).toBeVisible();
});
