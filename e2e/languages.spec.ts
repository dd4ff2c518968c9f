import { readdirSync, readFileSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { readLanguages, readTexts } from '../scripts/texts.mjs';
import { expect, test } from './fixtures/test.ts';

/** Each language's texts are loaded when somebody reads them, and no other's. */
const ASSETS = 'dist/app/assets';
const { locales } = readLanguages();
const HEADINGS: Readonly<Record<string, string>> = {
  de: 'Freie Termine für Psychotherapie',
  en: 'Free psychotherapy appointments',
  'de-simple': 'Freie Termine für Psycho·therapie',
};
const LOOKS = { 'terminfunk.theme': 'dark', 'terminfunk.contrast': 'more' } as const;

const heading = (page: Page) => page.getByRole('heading', { level: 1 });
const languageOf = (url: string): string | undefined => /texts_([\w-]+?)_/.exec(url)?.[1];
/** Sentences that stand in a language's file word for word. */
const sentences = (locale: string): string[] =>
  Object.values(readTexts(locale)).filter(
    (text): text is string => typeof text === 'string' && text.length > 24 && !/[{`\\]/.test(text),
  );

test('the built files: texts are in the files of their language and nowhere else', () => {
  const files = readdirSync(ASSETS)
    .filter((name) => name.endsWith('.js') && !name.startsWith('node.worker'))
    .map((name) => ({ name, language: languageOf(name), content: readFileSync(`${ASSETS}/${name}`, 'utf8') }));
  for (const locale of locales) {
    const own = sentences(locale);
    expect(own.length).toBeGreaterThan(50);
    const all = files.filter(({ language }) => language === locale).map(({ content }) => content);
    expect(own.filter((text) => !all.some((content) => content.includes(text)))).toEqual([]);
    const shared = new Set(locales.filter((other) => other !== locale).flatMap(sentences));
    const astray = files
      .filter(({ language }) => language !== locale)
      .flatMap(({ name, content }) =>
        own.filter((text) => !shared.has(text) && content.includes(text)).map((text) => `${name}: ${text}`),
      );
    // Leichte Sprache is the one that German stands in for, inside its own files.
    expect(astray.filter((found) => !(locale === 'de' && found.startsWith('texts_de-simple_')))).toEqual([]);
  }
});

const textsAskedFor = (page: Page): string[] => {
  const asked: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (languageOf(pathname) !== undefined) asked.push(pathname);
  });
  return asked;
};

for (const locale of locales) {
  test(`the first view in ${locale} asks for one file of texts, its own`, async ({ browser, relay }) => {
    const context = await browser.newContext({ baseURL: relay.origin, serviceWorkers: 'block', locale: 'fr-FR' });
    await context.addInitScript((chosen) => localStorage.setItem('PARAGLIDE_LOCALE', chosen), locale);
    // What is fetched ahead for the next screens comes later than this test looks.
    await context.addInitScript(() => {
      const later = window.setTimeout.bind(window);
      Object.assign(window, {
        setTimeout: (run: () => void, ms?: number) => (ms === 1_500 ? 0 : later(run, ms)),
      });
    });
    const page = await context.newPage();
    const asked = textsAskedFor(page);
    await page.goto('/');
    await expect(heading(page)).toHaveText(HEADINGS[locale] ?? '');
    await expect(page.locator('html')).toHaveAttribute('lang', locale);
    await expect(page.locator('html')).toHaveAttribute('dir', 'ltr');
    await page.waitForLoadState('networkidle');
    expect(asked).toHaveLength(1);
    expect(asked[0]).toContain(`texts_${locale}_first-`);
    for (const path of ['/#/info', '/#/anfragen', '/#/termine?wer=GKV']) await page.goto(path);
    await expect(page.locator('main h1, main h2').first()).toBeVisible();
    expect(new Set(asked.map(languageOf))).toEqual(new Set([locale]));
    expect(new Set(asked).size).toBe(asked.length);
    await context.close();
  });
}

test("the browser's language is taken, and German where it is none of ours", async ({ browser, relay }) => {
  for (const [spoken, expected] of [
    ['en-US', 'en'],
    ['de-AT', 'de'],
    ['fr-FR', 'de'],
  ] as const) {
    const context = await browser.newContext({ baseURL: relay.origin, locale: spoken });
    const page = await context.newPage();
    await page.goto('/');
    await expect(page.locator('html')).toHaveAttribute('lang', expected);
    await expect(heading(page)).toHaveText(HEADINGS[expected] ?? '');
    await context.close();
  }
});

test('another language changes the words and nothing else, and is kept', async ({ device }) => {
  const page = await (await device()).newPage();
  await page.goto('/');
  const place = page.locator('main input[role=combobox]');
  await place.fill('80799');
  const choice = page.locator('header select');
  await choice.selectOption('de-simple');
  await expect(heading(page)).toHaveText(HEADINGS['de-simple'] ?? '');
  await expect(page.locator('html')).toHaveAttribute('lang', 'de-simple');
  await expect(place).toHaveValue(/80799/);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  await choice.selectOption('en');
  await expect(heading(page)).toHaveText(HEADINGS.en ?? '');
  await expect(page).toHaveTitle('Search · Terminfunk');
  await expect(place).toHaveValue(/80799/);
  await page.reload();
  await expect(heading(page)).toHaveText(HEADINGS.en ?? '');
});

test('without a network: the chosen language is there, another one says that it is not', async ({ device, relay }) => {
  const context = await device();
  const first = await context.newPage();
  await first.goto('/');
  await first.locator('header select').selectOption('en');
  await expect(heading(first)).toHaveText(HEADINGS.en ?? '');
  await first.evaluate(async () => void (await navigator.serviceWorker.ready));
  const isKept = () =>
    first.evaluate(async () => {
      const kept = await (await caches.open('terminfunk.texts')).keys();
      return kept.filter(({ url }) => url.includes('texts_en_')).length;
    });
  await expect.poll(isKept).toBe(readdirSync(ASSETS).filter((name) => /^texts_en_.*\.js$/.test(name)).length);
  await first.close();
  await relay.kill();
  await context.setOffline(true);
  const second = await context.newPage();
  await second.goto('/#/info');
  await expect(second).toHaveTitle('About Terminfunk · Terminfunk');
  await second.goto('/');
  await second.locator('header select').selectOption('de-simple');
  await expect(second.getByText('This language cannot be loaded right now')).toBeVisible();
  await expect(second.locator('header select')).toHaveValue('en');
});

/** What is stored before the visit, the language of the browser, and whether the drawn view is the one to take over. */
const VISITS = [
  { name: 'German, nothing stored', spoken: 'de-DE', stored: {}, taken: true },
  { name: 'German in the dark', spoken: 'de-DE', stored: LOOKS, taken: true },
  { name: 'English, nothing stored', spoken: 'en-US', stored: {}, taken: false },
  { name: 'English chosen, in the dark', spoken: 'de-DE', stored: { ...LOOKS, PARAGLIDE_LOCALE: 'en' }, taken: false },
] as const;

for (const { name, spoken, stored, taken } of VISITS) {
  test(`the view that the build drew and the app's own agree: ${name}`, async ({ browser, relay }) => {
    const context = await browser.newContext({ baseURL: relay.origin, locale: spoken });
    await context.addInitScript((kept) => {
      for (const [key, value] of Object.entries(kept)) localStorage.setItem(key, value);
      // The app's module runs when the page is parsed and not before, so this is the heading that the build drew.
      document.addEventListener('readystatechange', () => {
        if (document.readyState === 'interactive') document.querySelector('h1')?.setAttribute('data-drawn', '');
      });
    }, stored);
    const page = await context.newPage();
    const said: string[] = [];
    page.on('console', (message) => {
      if (['warning', 'error'].includes(message.type())) said.push(message.text());
    });
    page.on('pageerror', ({ message }) => said.push(message));
    await page.goto('/');
    // A tap that is answered: the view is the app's now.
    await page.getByRole('button', { name: /^Men/ }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await expect(page.locator('h1[data-drawn]')).toHaveCount(taken ? 1 : 0);
    expect(said).toEqual([]);
    await context.close();
  });
}
