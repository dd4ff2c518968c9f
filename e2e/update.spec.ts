import { appendFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from './fixtures/test.ts';

/** A new version of the app is offered, waits for what somebody is typing, and is loaded when they say so. */
test('a new version waits until it is wanted, and until nothing typed would be lost', async ({
  deviceAt,
  relayWith,
}) => {
  const folder = mkdtempSync(join(tmpdir(), 'terminfunk-app-'));
  const app = join(folder, 'app');
  cpSync('dist/app', app, { recursive: true });
  for (const packed of ['br', 'gz']) rmSync(join(app, `service.worker.js.${packed}`), { force: true });
  const config = join(folder, 'relay.json');
  writeFileSync(config, JSON.stringify({ app }));
  const relay = await relayWith(['--config', config]);
  const page = await (await deviceAt(relay)).newPage();
  await page.goto('/');
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);

  appendFileSync(join(app, 'service.worker.js'), '\n// A new version.\n');
  await relay.kill();
  await relay.start();
  await page.goto('/#/praxis/wiederherstellen');
  await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
  const bar = page.getByText('Neue Version bereit');
  await expect(bar).toBeVisible();
  await page.evaluate(() => document.documentElement.setAttribute('data-before', ''));
  const words = page.locator('main').getByRole('textbox').first();
  await words.fill('abandon');
  await page.getByRole('button', { name: 'Jetzt laden' }).click();
  await expect(page.getByText(/noch etwas Eingetipptes/)).toBeVisible();
  await expect(words).toHaveValue('abandon');
  await words.fill('');
  await page.getByRole('button', { name: 'Jetzt laden' }).click();
  await expect(page.locator('html[data-before]')).toHaveCount(0);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(bar).toBeHidden();
  rmSync(folder, { recursive: true, force: true });
});
