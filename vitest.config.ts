import { existsSync } from 'node:fs';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { CHROMIUM_FLAGS, findChromium } from './scripts/chromium.mjs';

const executablePath = findChromium();
/** Starts in Node what browser tests talk to (a relay's listeners) and provides its addresses. */
const BROWSER_SETUP = 'test/contracts/browser-setup.ts';

/** Texts load as they are used; where no window asks for them, all of the German ones are there. */
const TEXTS = 'src/ui/paraglide/parts.js';
const GERMAN = 'test/german-texts.ts';

/**
 * Two projects: `unit` runs in Node, `browser` (*.browser.test.ts) in Chromium, for adapters whose runtime that is.
 * The slow tests are the same ones with more cases: FUZZ_RUNS, see test/fuzz.
 */
export default defineConfig({
  define: { __BUILD__: JSON.stringify('test') },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          setupFiles: existsSync(TEXTS) ? [GERMAN] : [],
          environment: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.browser.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['test/**/*.browser.test.ts'],
          globalSetup: existsSync(BROWSER_SETUP) ? [BROWSER_SETUP] : [],
          testTimeout: 240_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: { args: CHROMIUM_FLAGS, ...(executablePath === undefined ? {} : { executablePath }) },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
