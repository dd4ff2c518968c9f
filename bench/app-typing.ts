/**
 * From a key until the picture that shows it, in the two fields that do most while somebody types: the place, which is looked
 * up with every key, and the first text of a request. The browser's own Event Timing says it, in steps of 8 ms: what it does
 * not mention was drawn within 16 ms, one frame.
 */
import type { Browser, Page } from 'playwright';

export interface Typing {
  /** Milliseconds per key, the slowest event of each. */
  readonly keys: readonly number[];
}

const WORDS = ['8033', 'Muench', '10999', 'Augsbrug'] as const;
const KEY_PAUSE_MS = 120;
const FRAME_MS = 16;

declare global {
  var keysByBench: number[];
}

const watch = (): void => {
  globalThis.keysByBench = [];
  new PerformanceObserver((list) => {
    for (const { name, duration } of list.getEntries()) {
      if (name === 'keydown' || name === 'keypress' || name === 'input') globalThis.keysByBench.push(duration);
    }
  }).observe({ type: 'event', durationThreshold: FRAME_MS } as PerformanceObserverInit);
};

/** Keys one after the other; what each took until it was seen. */
const typeInto = async (page: Page, selector: string): Promise<number[]> => {
  const field = page.locator(selector).first();
  await field.waitFor();
  await field.focus();
  const keys: number[] = [];
  for (const word of WORDS) {
    await field.fill('');
    for (const key of word) {
      const before = await page.evaluate(() => globalThis.keysByBench.length);
      await page.keyboard.press(key);
      await page.waitForTimeout(KEY_PAUSE_MS);
      const seen = await page.evaluate((from) => globalThis.keysByBench.slice(from), before);
      keys.push(Math.max(FRAME_MS, ...seen));
    }
  }
  return keys;
};

/** `slowed`: how many times slower than it is the processor pretends to be. */
export const measureTyping = async (browser: Browser, origin: string, slowed: number): Promise<Typing> => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'de-DE' });
  try {
    const page = await context.newPage();
    await page.addInitScript(watch);
    await page.goto(`${origin}/#/termine?wer=GKV&alle=1`);
    const card = page.locator('a[href*="#/termin/"]').first();
    await card.waitFor();
    const slot = (await card.getAttribute('href')) ?? '';
    await page.goto(`${origin}/#/`);
    const session = await context.newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: slowed });
    const place = await typeInto(page, 'input[role="combobox"]');
    await page.goto(`${origin}/${slot}/anfragen`);
    const request = await typeInto(page, 'form input[type="text"], form input:not([type])');
    return { keys: [...place, ...request] };
  } finally {
    await context.close();
  }
};
