import type { Browser, Page } from '@playwright/test';
import { dayFromNow, openPractice } from './fixtures/people.ts';
import { speakPseudoLanguage } from './fixtures/pseudo-language.ts';
import { expect, test } from './fixtures/test.ts';

/** Every screen in a language that runs from right to left and takes more room: nothing sticks out, nothing is cut off. */
const SLOT = { day: dayFromNow(4), time: '09:00' };
const SIZES = [
  { width: 320, height: 700 },
  { width: 1280, height: 800 },
];

/** What is wider than its place, in words for the report. Runs in the page. */
const findOverflow = (): string[] => {
  const width = document.documentElement.clientWidth;
  const seen = (element: Element): boolean =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const hidden = (element: Element): boolean => element.closest('.vh, svg, canvas, [aria-hidden="true"]') !== null;
  /** Inside something that scrolls by itself, such as a wide table. */
  const scrolls = (element: Element): boolean => {
    for (let up = element.parentElement; up !== null && up !== document.body; up = up.parentElement) {
      if (['auto', 'scroll'].includes(getComputedStyle(up).overflowX)) return true;
    }
    return false;
  };
  const name = (element: Element): string =>
    `${element.outerHTML.slice(0, 120)} … ${element.textContent?.trim().slice(0, 60)}`;
  const found: string[] = [];
  if (document.documentElement.scrollWidth > width) found.push(`the page: ${document.documentElement.scrollWidth} px`);
  if (document.body.scrollWidth > document.body.clientWidth) found.push(`the body: ${document.body.scrollWidth} px`);
  for (const element of document.body.querySelectorAll(
    'button, a, label, legend, h1, h2, h3, p, li, dt, dd, th, td, span, b',
  )) {
    if (!seen(element) || hidden(element)) continue;
    const own = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
    const button = element.matches('button, .btn');
    // One pixel: widths are rounded.
    if ((own || button) && element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1)
      found.push(`cut off or sticking out: ${name(element)}`);
    const box = element.getBoundingClientRect();
    if (own && !scrolls(element) && (box.left < -1 || box.right > width + 1))
      found.push(`beside the page: ${name(element)}`);
  }
  return found;
};

const check = async (page: Page, place: string): Promise<void> => {
  await expect(page.locator('main')).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
  await expect(page.locator('main h1, main h2').first()).toBeVisible();
  for (const size of SIZES) {
    await page.setViewportSize(size);
    expect(await page.evaluate(findOverflow), `${place} at ${size.width} px`).toEqual([]);
  }
};

const visit = async (page: Page, path: string): Promise<void> => {
  await page.goto(path);
  await check(page, path);
};

/** A device without a service worker: what it would answer could not be changed on the way. */
const deviceOf = (browser: Browser, origin: string) =>
  browser.newContext({ baseURL: origin, serviceWorkers: 'block', viewport: SIZES[1] ?? null, reducedMotion: 'reduce' });

test('every screen from right to left, with long texts, at 320 and 1280 px', async ({ browser, relay }) => {
  test.setTimeout(300_000);
  const desk = await deviceOf(browser, relay.origin);
  const german = await desk.newPage();
  await openPractice(german, SLOT);
  await german.close();

  const home = await deviceOf(browser, relay.origin);
  await speakPseudoLanguage(home);
  const patient = await home.newPage();
  for (const path of ['/#/praxis', '/#/praxis/anlegen', '/#/praxis/wiederherstellen']) await visit(patient, path);
  await visit(patient, '/');
  await patient.locator('header button[aria-haspopup="dialog"]').click();
  await check(patient, 'the menu');
  await patient.keyboard.press('Escape');
  await visit(patient, '/#/termine?wer=GKV&alle=1');
  await patient.locator('a[href*="#/termin/"]').first().click();
  await expect(patient).toHaveURL(/#\/termin\//);
  await check(patient, 'a slot');
  await patient.locator('a[href*="#/anfragen/"], a[href*="/anfrage"]').last().click();
  await expect(patient.getByRole('textbox').first()).toBeVisible();
  await check(patient, 'the request to be written');
  await patient.getByRole('textbox').first().fill('Mondlicht');
  await patient.locator('button[type=submit]').click();
  await expect(patient).toHaveURL(/#\/anfrage\//);
  await check(patient, 'a request');
  for (const path of ['/#/anfragen', '/#/daten', '/#/info', '/#/nirgends']) await visit(patient, path);

  await speakPseudoLanguage(desk);
  const practice = await desk.newPage();
  for (const page of ['', '/termine', '/angebote', '/angebote/neu', '/profil', '/nachweis', '/statistik'])
    await visit(practice, `/#/praxis${page}`);
  await visit(practice, '/#/verbindungen');
  await visit(practice, '/#/kiosk');
  await practice
    .locator('label')
    .filter({ has: practice.locator('input[type=radio]') })
    .first()
    .click();
  await check(practice, 'the kiosk');
  await home.close();
  await desk.close();
});
