import { createRequire } from 'node:module';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { startRelay } from './fixtures/relay.ts';

/** The kiosk's list: a slot that somebody takes along on a phone. */
// A CommonJS package whose types say otherwise.
const decode = createRequire(import.meta.url)('jsqr') as typeof import('jsqr').default;

/** What a phone's camera reads off the screen. */
const readCode = async (page: Page, code: Locator): Promise<string> => {
  const picture = (await code.screenshot({ scale: 'css' })).toString('base64');
  const { data, width, height } = await page.evaluate(async (base64) => {
    const image = await createImageBitmap(
      new Blob([Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0))], { type: 'image/png' }),
    );
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext('2d');
    context?.drawImage(image, 0, 0);
    const pixels = context?.getImageData(0, 0, image.width, image.height);
    return { data: [...(pixels?.data ?? [])], width: image.width, height: image.height };
  }, picture);
  return decode(Uint8ClampedArray.from(data), width, height)?.data ?? '';
};

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
