import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { confirm, dayFromNow, findSlot, openPractice, phase, reserve } from './fixtures/people.ts';
import { expect, test } from './fixtures/test.ts';
import { RULES, THEMES } from './fixtures/violations.ts';

/** Every screen of the core loop: no violation that axe finds, light, dark and in high contrast, and nothing to scroll sideways for. */
const SLOT = { day: dayFromNow(4), time: '09:00' };
const NARROW = { width: 320, height: 700 };

const check = async (page: Page, place: string): Promise<void> => {
  await expect(page.locator('main')).toBeVisible();
  const size = page.viewportSize();
  // So tall that nothing is half under the strip that stays at the foot: axe does not scroll.
  await page.setViewportSize({ width: size?.width ?? NARROW.width, height: 3_000 });
  for (const { contrast, colorScheme } of THEMES) {
    await page.emulateMedia({ colorScheme, contrast, reducedMotion: 'reduce' });
    const axe = new AxeBuilder({ page });
    // Only colours differ from the theme before.
    const { violations } = await (contrast === 'more'
      ? axe.withRules('color-contrast')
      : axe.withTags(RULES)
    ).analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    expect(found, `${place}, ${colorScheme}, contrast: ${contrast}`).toEqual([]);
  }
  await page.emulateMedia({ contrast: 'no-preference' });
  await page.setViewportSize(NARROW);
  const overhang = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overhang, `${place} at 320 px`).toBeLessThanOrEqual(0);
  if (size !== null) await page.setViewportSize(size);
};

const visit = async (page: Page, path: string): Promise<void> => {
  await page.goto(path);
  await check(page, path);
};

test('every screen, light and dark, in high contrast, and at 320 px', async ({ device }) => {
  test.setTimeout(480_000);
  const practice = await (await device('laptop')).newPage();
  await visit(practice, '/#/praxis');
  await visit(practice, '/#/praxis/anlegen');
  await visit(practice, '/#/praxis/wiederherstellen');
  await openPractice(practice, SLOT);
  const patient = await (await device()).newPage();
  for (const path of ['/', '/#/termine?wer=GKV', '/#/termine?wer=GKV&alle=1', '/#/anfragen', '/#/daten', '/#/info'])
    await visit(patient, path);
  for (const path of ['/#/impressum', '/#/datenschutz', '/#/nirgends', '/#/geteilt/kaputt']) await visit(patient, path);
  for (const path of ['/#/gemerkt', '/#/abholen', '/#/kiosk/einrichten']) await visit(patient, path);
  await findSlot(patient);
  await check(patient, 'a slot');
  await patient.getByRole('button', { name: 'Termin teilen' }).click();
  await check(patient, 'a slot to be shared');
  await patient
    .getByRole('link', { name: /anfragen/i })
    .last()
    .click();
  await check(patient, 'the request to be written');
  await patient.goBack();
  await reserve(patient, 'Mondlicht', 'Vormittags geht es bei mir leichter.');
  await expect(phase(patient, /Angekommen/)).toBeVisible();
  await check(patient, 'a request');
  await confirm(practice, 'Mondlicht');
  await expect(phase(patient, /Zugesagt/)).toBeVisible();
  await check(patient, 'an appointment');
  for (const page of ['', '/termine', '/angebote', '/angebote/neu', '/profil', '/nachweis', '/statistik'])
    await visit(practice, `/#/praxis${page}`);
  await visit(practice, '/#/verbindungen');
  await practice.goto('/#/kiosk');
  await practice.getByText('Gesetzliche Kasse', { exact: true }).click();
  await check(practice, 'the kiosk');
});

test('from the search to the request by keyboard alone', async ({ device }) => {
  await openPractice(await (await device('laptop')).newPage(), SLOT);
  const page = await (await device('laptop')).newPage();
  await page.goto('/#/termine?wer=GKV&alle=1');
  await expect(page.locator('a[href*="#/termin/"]').first()).toBeVisible();
  /** Goes on with Tab until the focus is where somebody wants it. */
  const tabTo = async (selector: string): Promise<void> => {
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press('Tab');
      if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
    }
    throw new Error(`the focus never reached ${selector}`);
  };
  await tabTo('a[href*="#/termin/"]');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#\/termin\//);
  await tabTo('a[href*="anfragen/"], a[href*="/anfrage"]');
  await page.keyboard.press('Enter');
  await tabTo('input[type="text"], input:not([type])');
  await page.keyboard.type('Mondlicht');
  await tabTo('button[type="submit"]');
  await page.keyboard.press('Enter');
  await expect(phase(page, /Angekommen|gespeichert|verwahrt|unterwegs/i)).toBeVisible();
});
