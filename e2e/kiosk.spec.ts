import { expect, test } from '@playwright/test';
import { readCode } from './fixtures/read-code.ts';
import { startRelay } from './fixtures/relay.ts';

/** The kiosk's list: a slot that somebody takes along on a phone. */

test('a code beside each slot opens this slot on a phone, and says that this is a demonstration', async ({
  browser,
}) => {
  const relay = await startRelay(['--demo']);
  const kiosk = await browser.newPage({ viewport: { width: 1280, height: 800 }, baseURL: relay.origin });
  await kiosk.goto('/#/kiosk');
  await kiosk.getByText('Gesetzliche Kasse', { exact: true }).click();
  const code = kiosk.locator('a.qr').first();
  await expect(code).toBeVisible({ timeout: 30_000 });
  await expect(kiosk.getByText(/Vorführung/).first()).toBeVisible();
  const link = await readCode(kiosk, code);
  expect(link).toContain(`${relay.origin}/#/termin/`);
  const phone = await browser.newPage({ viewport: { width: 390, height: 844 } });
  await phone.goto(link);
  await expect(phone.getByRole('link', { name: /anfragen/i }).last()).toBeVisible();
  await expect(phone.getByText(/Vorführung/).first()).toBeVisible();
  await kiosk.close();
  await phone.close();
  await relay.remove();
});
