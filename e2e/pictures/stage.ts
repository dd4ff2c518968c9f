import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import {
  type Browser,
  type BrowserContext,
  chromium,
  type Locator,
  type Page,
  expect as patient,
} from '@playwright/test';
import { CHROMIUM_FLAGS, findChromium } from '../../scripts/chromium.mjs';
import { createRegistrar, type TestRegistrar } from '../fixtures/registrar.ts';
import { type RelayProcess, startRelay } from '../fixtures/relay.ts';

/** Where pictures are taken: a demonstration's relay, devices whose clocks are set, and a small file for each picture. */
export interface Stage {
  readonly registrar: TestRegistrar;
  /** `first`: a script that its window and its workers run before anything else. */
  readonly device: (size: keyof typeof SIZES, first?: string) => Promise<Page>;
  /** What the window shows now; or from this element on. */
  readonly shoot: (page: Page, name: string, from?: Locator) => Promise<void>;
  readonly end: () => Promise<void>;
}

/** The machine may be busy with other things. */
export const expect = patient.configure({ timeout: 30_000 });

const SIZES = {
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 1.5 },
  laptop: { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1 },
  kiosk: { viewport: { width: 1080, height: 1920 }, deviceScaleFactor: 0.6 },
} as const;

/** A worker whose script went through a test's hands may not dial a relay on this machine otherwise. */
const FLAGS = [...CHROMIUM_FLAGS, '--disable-features=LocalNetworkAccessChecks', '--lang=de'];
const MOST_BYTES = 60_000;
const QUALITIES = [0.86, 0.78, 0.7, 0.6, 0.5, 0.4, 0.3];
/** Fonts, the arrow of a menu that closes, the last frame of a transition. */
const SETTLE_MS = 400;

const shiftSource = (offset: number): string => `(() => {
  const Real = Date;
  globalThis.Date = class extends Real {
    constructor(...given) { super(...(given.length === 0 ? [Real.now() + ${offset}] : given)); }
    static now() { return Real.now() + ${offset}; }
  };
})();\n`;

/** The window's and the worker's clock; a service worker would serve the worker's script as it is. */
const openDevice = async (browser: Browser, origin: string, size: keyof typeof SIZES, before: string) => {
  const context: BrowserContext = await browser.newContext({
    ...SIZES[size],
    baseURL: origin,
    locale: 'de-DE',
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
    serviceWorkers: 'block',
  });
  await context.addInitScript(before);
  await context.route(/\/assets\/[\w.-]*worker-[\w-]+\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: before + (await response.text()) });
  });
  return context.newPage();
};

/** WebP, by the browser itself, at the best quality that keeps the file small. */
const createEncoder = async (browser: Browser) => {
  const page = await browser.newPage();
  return (png: Buffer): Promise<Buffer> =>
    page
      .evaluate(
        async ([source, qualities, most]) => {
          const image = new Image();
          image.src = `data:image/png;base64,${source}`;
          await image.decode();
          const canvas = document.createElement('canvas');
          [canvas.width, canvas.height] = [image.width, image.height];
          canvas.getContext('2d')?.drawImage(image, 0, 0);
          let smallest = '';
          for (const quality of qualities) {
            smallest = canvas.toDataURL('image/webp', quality).split(',')[1] ?? '';
            if (smallest.length * 0.75 <= most) break;
          }
          return smallest;
        },
        [png.toString('base64'), QUALITIES, MOST_BYTES] as const,
      )
      .then((text) => Buffer.from(text, 'base64'));
};

export const openStage = async (folder: string, offset: number): Promise<Stage> => {
  const registrar = createRegistrar();
  const relay: RelayProcess = await startRelay(['--config', registrar.config, '--demo', '--no-webtransport']);
  const browser = await chromium.launch({
    executablePath: findChromium() ?? '',
    args: FLAGS,
    env: { ...process.env, LANGUAGE: 'de' },
  });
  const encode = await createEncoder(browser);
  return {
    registrar,
    device: (size, first = '') => openDevice(browser, relay.origin, size, shiftSource(offset) + first),
    shoot: async (page, name, from) => {
      if (from === undefined) await page.evaluate(() => scrollTo(0, 0));
      // Below the bar that stays at the top.
      else await from.evaluate((node) => scrollTo(0, node.getBoundingClientRect().top + scrollY - 72));
      await page.waitForTimeout(SETTLE_MS);
      const picture = await encode(await page.screenshot());
      writeFileSync(join(folder, `${name}.webp`), picture);
    },
    end: async () => {
      await browser.close();
      await relay.remove();
      registrar.remove();
    },
  };
};
