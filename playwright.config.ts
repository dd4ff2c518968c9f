import { defineConfig } from '@playwright/test';
import { CHROMIUM_FLAGS, findChromium } from './scripts/chromium.mjs';

/** End to end: real Chromium against a real relay process (e2e/fixtures/relay.ts). One at a time: two cores. */
export default defineConfig({
  testDir: 'e2e',
  workers: 1,
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 20_000, toHaveScreenshot: { pathTemplate: 'e2e/snapshots/{arg}{ext}' } },
  reporter: 'list',
  outputDir: '.cache/e2e-results',
  use: {
    actionTimeout: 15_000,
    locale: 'de-DE',
    timezoneId: 'Europe/Berlin',
    launchOptions: { executablePath: findChromium() ?? '', args: [...CHROMIUM_FLAGS] },
  },
});
