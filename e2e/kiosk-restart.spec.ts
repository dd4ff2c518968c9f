import type { BrowserContext, Page } from '@playwright/test';
import { startEmulator } from './fixtures/emulator.ts';
import { expect, test } from './fixtures/test.ts';

/** The power goes and comes back: a kiosk's browser is started on its address by the machine, and nobody touches anything. */
const startKiosk = async (page: Page) => {
  await page.getByLabel('Name des Ortes').fill('Stadtbibliothek');
  await page.getByLabel('Neue PIN', { exact: true }).fill('482719');
  await page.getByLabel('Neue PIN noch einmal').fill('482719');
  await page.getByRole('button', { name: 'Speichern und Kiosk starten' }).click();
  await runs(page);
};
/** Its first screen, locked. */
const runs = async (page: Page) => {
  await expect(page.getByText('Bitte wählen Sie zuerst, wer bezahlt.')).toBeVisible();
  await expect(page.getByText('Stadtbibliothek', { exact: true })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Kiosk einrichten' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Beenden' })).toHaveCount(0);
};
const RUNNING = '"running":true';

test('after a power cut the kiosk runs again, and its board goes on air, without a click', async ({
  machine,
  relay,
}) => {
  const emulator = await startEmulator([{ name: 'board', kind: 'esp32', serialNumber: '1' }]);
  /** A service worker would serve the node's script as it is. */
  const open = async (context: BrowserContext, page: Page, path: string) => {
    await context.addInitScript(() => {
      navigator.serviceWorker.register = () => new Promise(() => undefined);
    });
    await emulator.plugInto(context);
    await page.goto(`${relay.origin}${path}`);
  };
  const before = await machine.start('about:blank');
  await open(before.context, before.page, '/#/kiosk/einrichten');
  await startKiosk(before.page);
  await machine.kept(RUNNING);
  await before.page.getByRole('link', { name: 'Kiosk einrichten' }).click();
  await before.page.getByLabel('PIN').fill('482719');
  await before.page.getByRole('button', { name: 'Öffnen' }).click();
  await before.page.getByRole('button', { name: 'Funkgerät auswählen' }).click();
  await expect.poll(() => emulator.isOnAir('board'), { timeout: 30_000 }).toBe(true);

  await before.kill();
  await emulator.control({ do: 'unplug', board: 'board' });
  expect(await emulator.isOnAir('board')).toBe(false);
  await emulator.control({ do: 'plug', board: 'board' });

  const after = await machine.start('about:blank');
  await open(after.context, after.page, '/#/kiosk');
  await runs(after.page);
  await expect.poll(() => emulator.isOnAir('board'), { timeout: 30_000 }).toBe(true);
  await emulator.end();
});

test('it also runs again while there is no network yet', async ({ machine, relay }) => {
  const before = await machine.start(`${relay.origin}/#/kiosk/einrichten`);
  await startKiosk(before.page);
  await before.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await machine.kept(RUNNING);
  await before.kill();
  await relay.kill();

  const { page, context } = await machine.start(`${relay.origin}/#/kiosk`);
  await runs(page);
  expect(context.pages()).toHaveLength(1);
  const session = await context.newCDPSession(page);
  expect(await session.send('Browser.getWindowForTarget')).toMatchObject({ bounds: { windowState: 'fullscreen' } });
});
