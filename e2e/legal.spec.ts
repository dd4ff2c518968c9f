/** Who runs the relay, and what becomes of what a person types: said by the relay's configuration, and kept for times without it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRelay } from './fixtures/relay.ts';
import { expect, test } from './fixtures/test.ts';

const IMPRINT = {
  name: 'Verein Freie Funkstrecke e. V.',
  address: ['Lindenweg 4', '04109 Leipzig'],
  email: 'post@example.org',
  phone: '+49 341 000000',
  more: ['Vereinsregister Leipzig VR 1'],
};

test('the imprint of an operator, also when the relay is gone afterwards', async ({ deviceAt }) => {
  const folder = mkdtempSync(join(tmpdir(), 'terminfunk-imprint-'));
  const file = join(folder, 'relay.jsonc');
  writeFileSync(file, JSON.stringify({ imprint: IMPRINT }));
  const relay = await startRelay(['--config', file]);
  try {
    const page = await (await deviceAt(relay)).newPage();
    await page.goto('/');
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.goto('/#/info');
    await page.getByRole('link', { name: 'Impressum' }).click();
    for (const text of [IMPRINT.name, ...IMPRINT.address, ...IMPRINT.more])
      await expect(page.getByText(text)).toBeVisible();
    await expect(page.getByRole('link', { name: IMPRINT.email })).toHaveAttribute('href', 'mailto:post@example.org');
    await expect(page.getByRole('link', { name: IMPRINT.phone })).toHaveAttribute('href', 'tel:+49341000000');
    await relay.kill('SIGKILL');
    await page.reload();
    await expect(page.getByText(IMPRINT.name)).toBeVisible();
    await page.goto('/#/datenschutz');
    await expect(page.getByRole('heading', { name: 'Datenschutz', level: 1 })).toBeVisible();
    await expect(page.getByText(IMPRINT.name)).toBeVisible();
  } finally {
    await relay.remove();
    rmSync(folder, { recursive: true, force: true });
  }
});

test('an operator that says nothing is said to say nothing', async ({ device }) => {
  const page = await (await device()).newPage();
  await page.goto('/#/impressum');
  await expect(page.getByText('Keine Angaben')).toBeVisible();
  // Nothing is fetched from anywhere else, and nothing is kept.
  expect(await page.evaluate(() => localStorage.getItem('imprint'))).toBeNull();
});
