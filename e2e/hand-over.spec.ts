import { AxeBuilder } from '@axe-core/playwright';
import type { BrowserContext, Page } from '@playwright/test';
import { renderSVG } from 'uqr';
import type { Bucket, Millis } from '#core/brand.ts';
import { toWireMinute } from '#core/domain/wire-time.ts';
import { encodeBundle } from '#core/wire/bundle.ts';
import { handOverText } from '#core/wire/hand-over.ts';
import { type CameraBrowser, pictureOf, startCameraBrowser } from './fixtures/camera.ts';
import { confirm, dayFromNow, findSlot, openPractice, phase, reserve } from './fixtures/people.ts';
import { test as base, expect } from './fixtures/test.ts';

/** A phone without a network shows its sealed request to a kiosk's camera; the kiosk sends it, and cannot read it. */
const SLOT = { day: dayFromNow(4), time: '09:00' };
const GERMAN = { locale: 'de-DE', timezoneId: 'Europe/Berlin' } as const;

const test = base.extend<{ readonly cameraBrowser: (answer?: 'allow' | 'deny') => Promise<CameraBrowser> }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from the pattern.
  cameraBrowser: async ({}, use) => {
    const started: CameraBrowser[] = [];
    await use(async (answer) => {
      const one = await startCameraBrowser(answer);
      started.push(one);
      return one;
    });
    for (const one of started) await one.remove();
  },
});

/** A phone that found the slot, lost its network, and asked. */
const askOffline = async (context: BrowserContext): Promise<Page> => {
  const first = await context.newPage();
  await findSlot(first);
  await first.evaluate(async () => void (await navigator.serviceWorker.ready));
  const address = first.url();
  await first.close();
  await context.setOffline(true);
  const phone = await context.newPage();
  await phone.goto(address);
  await reserve(phone, 'Mondlicht', 'Guten Tag');
  await expect(phase(phone, /gespeichert/i)).toBeVisible();
  return phone;
};

const showCode = async (phone: Page): Promise<Buffer> => {
  await phone.getByRole('button', { name: 'Am Kiosk abgeben' }).click();
  return pictureOf(phone.getByRole('img', { name: 'QR-Code mit der verschlossenen Anfrage' }));
};

const openKiosk = async (camera: CameraBrowser, baseURL: string): Promise<Page> => {
  const context = await camera.browser.newContext({ ...GERMAN, baseURL, viewport: { width: 1280, height: 800 } });
  const kiosk = await context.newPage();
  await kiosk.goto('/#/kiosk');
  return kiosk;
};

const bring = (kiosk: Page) => kiosk.getByRole('button', { name: 'Anfrage vom Handy abgeben' });
const dialogOf = (kiosk: Page) => kiosk.getByRole('dialog', { name: 'Anfrage vom Handy abgeben' });

/** Camera tracks of the page that are live, as the browser counts them. */
const watchTracks = async (kiosk: Page): Promise<void> => {
  await kiosk.addInitScript(() => {
    const media = navigator.mediaDevices;
    const open = media.getUserMedia.bind(media);
    const tracks: MediaStreamTrack[] = [];
    Object.assign(window, { liveTracks: () => tracks.filter(({ readyState }) => readyState === 'live').length });
    media.getUserMedia = async (wanted) => {
      const stream = await open(wanted);
      tracks.push(...stream.getTracks());
      return stream;
    };
  });
};
const liveTracks = (kiosk: Page): Promise<number> =>
  kiosk.evaluate(() => (window as unknown as { liveTracks: () => number }).liveTracks());

test('from a phone without a network to the practice and back: once, and the kiosk reads nothing', async ({
  cameraBrowser,
  device,
  relay,
}) => {
  const practice = await (await device('laptop')).newPage();
  await openPractice(practice, SLOT);
  const context = await device();
  const phone = await askOffline(context);
  const code = await showCode(phone);
  await phone.getByRole('button', { name: 'Fertig' }).click();
  await expect(phone.getByText(/^Am Kiosk gezeigt: /)).toBeVisible();
  await expect(phase(phone, /gespeichert/i)).toBeVisible();

  const camera = await cameraBrowser();
  await camera.see(phone, code);
  const kiosk = await openKiosk(camera, relay.origin);
  await bring(kiosk).click();
  await expect(dialogOf(kiosk).getByText('Angenommen.', { exact: true })).toBeVisible();
  await expect(kiosk.locator('body')).not.toContainText('Mondlicht');
  await practice.goto('/#/praxis');
  await expect(practice.getByText('Mondlicht').first()).toBeVisible();
  await confirm(practice, 'Mondlicht', 'Klingel zweimal');
  await expect(phase(phone, /gespeichert/i)).toBeVisible();

  // Long enough for the practice's seconds of thinking again to pass.
  await expect(practice.getByText(/zugesagt/i).first()).toBeVisible();
  await context.setOffline(false);
  await phone.reload();
  await expect(phase(phone, /zugesagt/i)).toBeVisible({ timeout: 40_000 });
  await expect(phone.getByText('Klingel zweimal').first()).toBeVisible();
  await practice.goto('/#/praxis');
  await expect(practice.getByRole('button', { name: 'Mondlicht zusagen' })).toHaveCount(0);
});

test('the network comes back while the code is shown: that is said there', async ({ device }) => {
  await openPractice(await (await device('laptop')).newPage(), SLOT);
  const context = await device();
  const phone = await askOffline(context);
  await showCode(phone);
  await context.setOffline(false);
  const dialog = phone.getByRole('dialog', { name: 'Am Kiosk abgeben' });
  await expect(dialog.getByText(/^Dieses Gerät hat wieder Netz und hat die Anfrage selbst geschickt/)).toBeVisible();
  await expect(dialog.getByRole('img')).toHaveCount(0);
  await dialog.getByRole('button', { name: 'Fertig' }).click();
  await expect(phone.getByRole('button', { name: 'Am Kiosk abgeben' })).toHaveCount(0);
});

test('a request that was only shown, and is taken back: what is open is said, and why it stays', async ({ device }) => {
  await openPractice(await (await device('laptop')).newPage(), SLOT);
  const phone = await askOffline(await device());
  await showCode(phone);
  await phone.getByRole('button', { name: 'Fertig' }).click();
  await phone.getByRole('button', { name: 'Anfrage zurückziehen' }).click();
  await phone.getByRole('dialog').getByRole('button', { name: 'Anfrage zurückziehen' }).click();
  await expect(phone.getByText(/Hat ein Kiosk sie angenommen, bekommt die Praxis Bescheid/)).toBeVisible();
  await expect(phone.getByText(/^Löschen geht, sobald die Praxis Bescheid hat, spätestens /)).toBeVisible();
  await expect(phone.getByRole('button', { name: 'Von diesem Gerät löschen' })).toHaveCount(0);
});

const HOUR = 3_600_000;

/** Any bundle, sealed so long ago. */
const sealed = (age = 0): string =>
  handOverText(
    encodeBundle({
      kind: 'bundle',
      bucket: 7 as Bucket,
      created: toWireMinute((Date.now() - age) as Millis),
      commitment: new Uint8Array(8),
      body: new Uint8Array(339).map((_, at) => at * 7),
    }),
  );

/** A screen with this code on it. */
const screenWith = async (context: BrowserContext, text: string): Promise<Buffer> => {
  const page = await context.newPage();
  await page.setContent(`<div style="width: 340px">${renderSVG(text, { ecc: 'L', border: 4 })}</div>`);
  const picture = await pictureOf(page.locator('svg'));
  await page.close();
  return picture;
};

test('another code is said to be one; the right one is taken; one that is over, or of another clock, is not', async ({
  cameraBrowser,
  device,
  relay,
}) => {
  const context = await device();
  const page = await context.newPage();
  const camera = await cameraBrowser();
  await camera.see(page, await screenWith(context, 'https://example.org/termine'));
  const kiosk = await openKiosk(camera, relay.origin);
  await watchTracks(kiosk);
  await kiosk.reload();
  await bring(kiosk).click();
  const dialog = dialogOf(kiosk);
  await expect(dialog.getByText(/^Das ist ein anderer Code/)).toBeVisible();
  expect(await liveTracks(kiosk)).toBe(1);
  expect((await new AxeBuilder({ page: kiosk }).include('dialog[open]').analyze()).violations).toEqual([]);
  await dialog.getByRole('button', { name: 'Schließen' }).click();
  await expect(dialog).toBeHidden();
  expect(await liveTracks(kiosk)).toBe(0);

  const text = sealed();
  await camera.see(page, await screenWith(context, text));
  await bring(kiosk).click();
  await expect(dialog.getByText('Angenommen.', { exact: true })).toBeVisible();
  await expect(dialog.locator('video')).toHaveCount(0);
  expect(await liveTracks(kiosk)).toBe(0);
  expect((await new AxeBuilder({ page: kiosk }).include('dialog[open]').analyze()).violations).toEqual([]);

  await camera.see(page, await screenWith(context, sealed(49 * HOUR)));
  await dialog.getByRole('button', { name: 'Noch eine Anfrage abgeben' }).click();
  await expect(dialog.getByText(/^Diese Anfrage ist älter als 48 Stunden/)).toBeVisible();
  await camera.see(page, await screenWith(context, sealed(-HOUR)));
  await dialog.getByRole('button', { name: 'Noch einmal versuchen' }).click();
  await expect(dialog.getByText(/^Die Uhren von Handy und Kiosk gehen verschieden/)).toBeVisible();
});

test('a kiosk without a way keeps what it took, and says that it knows it', async ({
  cameraBrowser,
  device,
  relay,
}) => {
  const context = await device();
  const camera = await cameraBrowser();
  await camera.see(await context.newPage(), await screenWith(context, sealed()));
  const kiosk = await openKiosk(camera, relay.origin);
  // What reads codes is kept on the device with everything else.
  await kiosk.evaluate(async () => void (await navigator.serviceWorker.ready));
  await kiosk.reload();
  await expect(bring(kiosk)).toBeVisible();
  await relay.kill();
  await bring(kiosk).click();
  await expect(dialogOf(kiosk).getByText('Angenommen.', { exact: true })).toBeVisible();
  await dialogOf(kiosk).getByRole('button', { name: 'Noch eine Anfrage abgeben' }).click();
  await expect(dialogOf(kiosk).getByText('Schon angenommen.')).toBeVisible();
});

test('a browser that does not allow the camera: whose matter that is, and what else there is', async ({
  cameraBrowser,
  relay,
}) => {
  const kiosk = await openKiosk(await cameraBrowser('deny'), relay.origin);
  await bring(kiosk).click();
  await expect(dialogOf(kiosk).getByText(/^Der Browser dieses Kiosks erlaubt die Kamera nicht/)).toBeVisible();
  await expect(dialogOf(kiosk).getByText(/Oder Sie fragen den Termin hier am Kiosk an/)).toBeVisible();
  await expect(dialogOf(kiosk).locator('video')).toHaveCount(0);
});

test('without a camera nothing is offered; one that is gone by then is said to be', async ({
  cameraBrowser,
  device,
  relay,
}) => {
  const bare = await (await device('laptop')).newPage();
  await bare.goto('/#/kiosk');
  await expect(bare.getByRole('button', { name: 'Antwort abholen' })).toBeVisible();
  expect(await bare.evaluate(async () => (await navigator.mediaDevices.enumerateDevices()).length)).toBe(0);
  await expect(bring(bare)).toHaveCount(0);

  const kiosk = await openKiosk(await cameraBrowser(), relay.origin);
  await bring(kiosk).waitFor();
  // As it is where somebody pulled the plug a moment ago: the browser's own words.
  await kiosk.evaluate(() => {
    const wanted = { video: { deviceId: { exact: 'pulled out' } } };
    const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = () => open(wanted);
  });
  await bring(kiosk).click();
  await expect(dialogOf(kiosk).getByText(/^Der Kiosk findet keine Kamera/)).toBeVisible();
});

/** In steps: a jump would fire each timer once, and nobody would have been seen in between. */
const passTime = async (page: Page, seconds: number): Promise<void> => {
  for (let passed = 0; passed < seconds; passed += 4) await page.clock.fastForward(4_000);
};

test('the camera goes off by itself: after a minute, when the page is left, and with the visitor', async ({
  cameraBrowser,
  relay,
}) => {
  const kiosk = await openKiosk(await cameraBrowser(), relay.origin);
  await watchTracks(kiosk);
  await kiosk.clock.install();
  await kiosk.reload();
  await bring(kiosk).click();
  const dialog = dialogOf(kiosk);
  const off = dialog.getByText(/^Die Kamera ist wieder aus/);
  await expect.poll(() => liveTracks(kiosk)).toBe(1);
  // Whoever holds a phone there touches nothing, and is not asked whether they are there.
  const question = kiosk.getByRole('dialog', { name: 'Sind Sie noch da?' });
  await passTime(kiosk, 56);
  await expect(question).toBeHidden();
  expect(await liveTracks(kiosk)).toBe(1);
  await passTime(kiosk, 8);
  await expect(off).toBeVisible();
  await expect(question).toBeHidden();
  expect(await liveTracks(kiosk)).toBe(0);

  const again = dialog.getByRole('button', { name: 'Noch einmal versuchen' });
  await again.click();
  await expect.poll(() => liveTracks(kiosk)).toBe(1);
  await kiosk.evaluate(() => {
    Object.defineProperty(document, 'hidden', { value: true, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
    Reflect.deleteProperty(document, 'hidden');
  });
  await expect(off).toBeVisible();
  expect(await liveTracks(kiosk)).toBe(0);

  await again.click();
  await expect.poll(() => liveTracks(kiosk)).toBe(1);
  await passTime(kiosk, 64);
  await expect(off).toBeVisible();
  expect(await liveTracks(kiosk)).toBe(0);
  await passTime(kiosk, 64);
  await expect(dialog).toBeHidden();
  await expect(question).toBeHidden();
});
