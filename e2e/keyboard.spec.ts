/** Both journeys without a pointer: a practice from the first screen to calling off, a patient from search to giving back. */
import type { Page } from '@playwright/test';
import { expectAtMain, pressAt, tabTo, typeAt } from './fixtures/keys.ts';
import { phase } from './fixtures/people.ts';
import { expect, test } from './fixtures/test.ts';

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const link = (page: Page, name: string | RegExp) => page.getByRole('link', { name });

/** From the first screen to a key whose words were written down. */
const createPractice = async (page: Page): Promise<void> => {
  await page.goto('/');
  await pressAt(page, button(page, 'Menü'));
  // Enter once more leads on, and not out of the site.
  await expect(page.getByRole('dialog').getByRole('navigation').getByRole('link').first()).toBeFocused();
  await pressAt(page, page.getByRole('dialog').getByRole('link', { name: 'Für Praxen' }));
  await expectAtMain(page);
  await pressAt(page, link(page, /Neue Praxis anlegen/));
  const items = page.getByRole('listitem').filter({ hasText: /^\s*\d*\.?\s*[a-z]+\s*$/ });
  await expect(items).toHaveCount(24);
  const words = (await items.allInnerTexts()).map((text) => text.replace(/[^a-z]/g, ''));
  await pressAt(page, button(page, /aufgeschrieben/));
  for (const field of await page.getByRole('textbox', { name: /^Wort/ }).all()) {
    const label = await field.evaluate((input: HTMLInputElement) => input.labels?.[0]?.textContent ?? '');
    await tabTo(page, field);
    await page.keyboard.type(words[Number(/\d+/.exec(label)?.[0]) - 1] ?? '');
  }
  await pressAt(page, button(page, 'Praxis anlegen'));
  await expect(page).not.toHaveURL(/anlegen/);
};

const fillProfile = async (page: Page): Promise<void> => {
  // Whoever has just written down the words is asked who they are.
  await expect(page.getByRole('heading', { level: 1, name: 'Profil' })).toBeVisible();
  await expectAtMain(page);
  await typeAt(page, page.getByLabel('Name', { exact: true }), 'Dr. Miriam Aydın');
  await typeAt(page, page.getByLabel('Straße und Hausnummer'), 'Türkenstraße 1');
  await typeAt(page, page.getByRole('combobox', { name: 'Postleitzahl' }), '80799');
  await expect(page.getByRole('option', { name: /80799/ })).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await typeAt(page, page.getByLabel('Impressum'), 'Dr. Miriam Aydın, Türkenstraße 1, 80799 München');
  await pressAt(page, button(page, 'Profil speichern'));
  await expect(page.getByText('Gespeichert.', { exact: true })).toBeVisible();
};

const makeOffer = async (page: Page): Promise<void> => {
  await pressAt(page, link(page, 'Angebote'));
  await expectAtMain(page);
  await pressAt(page, link(page, 'Neues Angebot').first());
  await pressAt(page, page.getByLabel('Verhaltenstherapie', { exact: true }), 'Space');
  await pressAt(page, page.getByLabel('Gesetzliche Kasse', { exact: true }), 'Space');
  await pressAt(page, page.getByLabel('Video', { exact: true }), 'Space');
  await pressAt(page, button(page, 'Angebot speichern'));
  await expect(page).not.toHaveURL(/neu$/);
};

/** In the week grid, a week from now. */
const offerSlot = async (page: Page): Promise<void> => {
  // Whoever has just saved an offer is asked for its slots.
  await expect(page.getByRole('heading', { level: 1, name: 'Termine' })).toBeVisible();
  await expectAtMain(page);
  await tabTo(page, page.getByRole('gridcell').or(page.locator('[role=grid] [tabindex="0"]')));
  await page.keyboard.press('PageDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.locator('.block.free')).toHaveCount(1);
  await expect(page.locator('[role=grid] [tabindex="0"]')).toBeFocused();
  await page.waitForTimeout(1_500);
};

/** Searches for what the public insurance pays, opens the one slot there is and asks for it. */
const reserve = async (page: Page): Promise<void> => {
  await page.goto('/#/?alle=1');
  await pressAt(page, button(page, 'Etwas anderes'), 'Space');
  // The first of those that came, and not the page's beginning.
  await expect(page.locator('input[value=KOSTENERSTATTUNG_13_3]')).toBeFocused();
  for (const key of ['ArrowRight', 'ArrowRight']) await page.keyboard.press(key);
  await expect(page.getByRole('radio', { name: 'Gesetzliche Kasse' })).toBeChecked();
  await expect(page.locator('button[type=submit]')).toContainText(/1/);
  await pressAt(page, page.locator('button[type=submit]'));
  await expectAtMain(page);
  await pressAt(page, page.locator('a[href*="#/termin/"]').first());
  await expectAtMain(page);
  await pressAt(page, link(page, /anfragen/i).last());
  await expectAtMain(page);
  await typeAt(page, page.getByRole('textbox').first(), 'Mondlicht');
  await pressAt(page, page.locator('button[type=submit]'));
  await expect(phase(page, /Angekommen/)).toBeVisible();
};

const confirm = async (page: Page): Promise<void> => {
  await pressAt(page, link(page, /^Anfragen/).first());
  await pressAt(page, button(page, 'Mondlicht zusagen'));
  const onSite = page.getByRole('radio', { name: 'Vor Ort' });
  await expect(onSite).toBeFocused();
  await pressAt(page, button(page, 'Abbrechen'));
  await expect(button(page, 'Mondlicht zusagen')).toBeFocused();
  await page.keyboard.press('Enter');
  await pressAt(page, button(page, 'Jetzt zusagen'));
  await expect(onSite).toBeFocused();
  await expect(onSite).toHaveAttribute('aria-invalid', 'true');
  await page.keyboard.press('Space');
  await pressAt(page, button(page, 'Jetzt zusagen'));
  await expect(button(page, 'Rückgängig')).toBeFocused();
};

test('a practice and a patient, by keys alone', async ({ device }) => {
  test.setTimeout(240_000);
  const practice = await (await device('laptop')).newPage();
  await createPractice(practice);
  await fillProfile(practice);
  await makeOffer(practice);
  await offerSlot(practice);
  const patient = await (await device()).newPage();
  await reserve(patient);

  await confirm(practice);
  await expect(phase(patient, /Zugesagt/)).toBeVisible();
  // What had the focus is gone: it is handed on, never lost.
  await expect(practice.locator('main')).toBeFocused();

  await pressAt(practice, button(practice, 'Termin mit Mondlicht absagen'));
  // The reason that says nothing about anybody's health comes first, and is chosen.
  const neutral = practice.getByRole('radio', { name: 'anderer Grund' });
  const illness = practice.getByRole('radio', { name: 'Krankheit' });
  await expect(neutral).toBeFocused();
  await expect(neutral).toBeChecked();
  await pressAt(practice, button(practice, 'Abbrechen'));
  await expect(button(practice, 'Termin mit Mondlicht absagen')).toBeFocused();
  await practice.keyboard.press('Enter');
  await practice.keyboard.press('ArrowRight');
  await expect(illness).toBeChecked();
  await typeAt(practice, practice.getByLabel('Nachricht zur Absage'), 'Bitte rufen Sie an.');
  await pressAt(practice, button(practice, 'Jetzt absagen'));
  await expect(button(practice, 'Rückgängig')).toBeFocused();
  await practice.keyboard.press('Enter');
  await expect(practice.getByLabel('Nachricht zur Absage')).toHaveValue('Bitte rufen Sie an.');
  await expect(illness).toBeFocused();
  await pressAt(practice, button(practice, 'Jetzt absagen'));
  await expect(phase(patient, /Die Praxis hat abgesagt/)).toBeVisible();
  await expect(patient.getByText('Grund: Krankheit in der Praxis.')).toBeVisible();
  await expect(patient.getByText('Bitte rufen Sie an.')).toBeVisible();
  await expect(link(patient, 'Aus dem Kalender nehmen')).toHaveAttribute('download', 'termin-abgesagt.ics');

  await pressAt(practice, button(practice, /wieder anbieten$/));
  await reserve(patient);
  await confirm(practice);
  await expect(phase(patient, /Zugesagt/)).toBeVisible();
  const giveBack = button(patient, 'Termin absagen');
  await pressAt(patient, giveBack.first());
  const dialog = patient.getByRole('dialog');
  await expect(dialog.getByRole('button', { name: 'Termin behalten' })).toBeFocused();
  await patient.keyboard.press('Enter');
  await expect(giveBack).toBeFocused();
  await patient.keyboard.press('Enter');
  await tabTo(patient, dialog.getByRole('button', { name: 'Termin absagen' }), 'Shift+Tab');
  await patient.keyboard.press('Enter');
  await expect(phase(patient, /Abgesagt. Dieser Termin ist nicht mehr/)).toBeInViewport();
  await expectAtMain(patient);
  await expect(practice.getByRole('heading', { name: 'Mondlicht hat den Termin abgesagt' })).toBeVisible();
});
