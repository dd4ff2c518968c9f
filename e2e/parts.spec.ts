import { readFileSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Locator, Page } from '@playwright/test';
import { CHROMIUM_FLAGS, findChromium } from '../scripts/chromium.mjs';
import { expect, type Look, test } from './fixtures/parts-page.ts';
import { RULES, THEMES } from './fixtures/violations.ts';

/**
 * Every part of the interface in every state against the pictures in e2e/snapshots (docs/components.md says how they are
 * taken anew). Letters are drawn in grey and without hinting, so that they are the same on every machine.
 */
const LETTERS = ['--font-render-hinting=none', '--disable-lcd-text', '--force-color-profile=srgb'];
test.use({ launchOptions: { executablePath: findChromium() ?? '', args: [...CHROMIUM_FLAGS, ...LETTERS] } });

const PHONE = { width: 390, height: 844 };
const LAPTOP = { width: 1280, height: 800 };
const DARK = ['colours', 'buttons', 'choices', 'fields', 'signs', 'slots', 'notices', 'nothing', 'bars', 'screens'];
/** Light on a phone all of it; in the other looks what differs there: colours, or the width. */
const LOOKS: readonly (Look & { readonly sections?: readonly string[] })[] = [
  { name: 'phone-light', size: PHONE, colorScheme: 'light', contrast: 'no-preference' },
  { name: 'laptop-dark', size: LAPTOP, colorScheme: 'dark', contrast: 'no-preference', sections: DARK },
  { name: 'phone-dark', size: PHONE, colorScheme: 'dark', contrast: 'no-preference', sections: ['slots'] },
  {
    name: 'laptop-light',
    size: LAPTOP,
    colorScheme: 'light',
    contrast: 'no-preference',
    sections: ['screens'],
  },
  {
    name: 'phone-contrast',
    size: PHONE,
    colorScheme: 'light',
    contrast: 'more',
    sections: ['colours', 'choices', 'fields'],
  },
];
/** Where a theme's colours meet each other. */
const COLOURED = ['colours', 'buttons', 'choices', 'fields', 'signs', 'slots', 'notices'];
const STRICT = {
  animations: 'disabled',
  caret: 'hide',
  scale: 'css',
  stylePath: 'e2e/snapshots/snapshots.css',
  threshold: 0.04,
  maxDiffPixelRatio: 0.001,
  timeout: 5_000,
} as const;
/** Another version of the browser may draw the edges of letters otherwise: that is not the app's doing. */
const OTHER_BROWSER = { ...STRICT, maxDiffPixelRatio: 0.03 } as const;

/** The major version with which the pictures were taken (scripts/snapshots.mjs notes it). */
const taken = readFileSync(new URL('./snapshots/chromium.txt', import.meta.url), 'utf8').trim();
const strictness = (browser: Browser) => (browser.version().split('.')[0] === taken ? STRICT : OTHER_BROWSER);

/** Nothing but these sections: a small page is drawn, and judged, fast. */
const show = async (page: Page, ...ids: readonly string[]): Promise<Locator> => {
  await page.evaluate((shown) => {
    for (const one of document.querySelectorAll<HTMLElement>('main > section')) one.hidden = !shown.includes(one.id);
  }, ids);
  return page.locator('main > section:not([hidden])');
};

for (const look of LOOKS) {
  test(`every part looks as it did: ${look.name}`, async ({ browser, showParts }) => {
    const page = await showParts(look);
    const all = await page.locator('main > section').evaluateAll((sections) => sections.map(({ id }) => id));
    expect(all.length).toBeGreaterThan(8);
    for (const id of look.sections ?? all) {
      await expect.soft(await show(page, id)).toHaveScreenshot([look.name, `${id}.png`], strictness(browser));
    }
  });
}

test('a shade, a corner or a space that changes is seen', async ({ showParts }) => {
  const [look] = LOOKS;
  if (look === undefined) throw new Error('no look');
  const page = await showParts(look);
  for (const css of ['--primary: #17666a', '--r-md: 2px', '--t-md: 1.05rem', '--border-control: 2px']) {
    const section = await show(page, 'buttons');
    await page.evaluate((style) => document.documentElement.setAttribute('style', style), css);
    await expect.soft(section, css).not.toHaveScreenshot([look.name, 'buttons.png'], STRICT);
  }
  await page.evaluate(() => document.documentElement.removeAttribute('style'));
});

test('axe finds nothing, and no contrast is too low, in every theme', async ({ showParts }) => {
  for (const theme of THEMES) {
    const page = await showParts({ ...theme, name: 'axe', size: { width: 390, height: 3_600 } });
    const isFirst = theme.colorScheme === 'light' && theme.contrast === 'no-preference';
    // Whole screens have their own test (accessibility.spec.ts).
    await show(page, ...COLOURED, ...(isFirst ? ['measures', 'requests', 'nothing', 'facts', 'bars'] : []));
    const axe = new AxeBuilder({ page }).exclude('iframe');
    // Only colours differ from the theme before.
    const { violations } = await (isFirst ? axe.withTags(RULES) : axe.withRules('color-contrast')).analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    expect.soft(found, JSON.stringify(theme)).toEqual([]);
    expect.soft(await page.locator('[data-least].low').allTextContents(), JSON.stringify(theme)).toEqual([]);
  }
});
