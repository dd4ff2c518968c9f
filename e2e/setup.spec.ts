import type { Page } from '@playwright/test';
import { createPractice, fillProfile } from './fixtures/people.ts';
import { expect, test } from './fixtures/test.ts';

/** A practice's first minutes, on a phone. */
const wordsOf = async (page: Page): Promise<string> => {
  const items = page.getByRole('listitem').filter({ hasText: /^\s*\d*\.?\s*[a-z]+\s*$/ });
  await expect(items).toHaveCount(24);
  return (await items.allInnerTexts()).join(' ').replace(/[^a-z ]/g, '');
};

test('the words stay while the page lives; loaded anew they are others, and that is said', async ({ device }) => {
  const page = await (await device()).newPage();
  await page.goto('/#/praxis/anlegen');
  const words = await wordsOf(page);
  const replaced = page.getByText(/Das sind neue Wörter/);
  await expect(replaced).toBeHidden();
  await page.goto('/#/praxis');
  await page.getByRole('link', { name: /anlegen/i }).click();
  expect(await wordsOf(page)).toBe(words);
  await expect(replaced).toBeHidden();
  await page.reload();
  expect(await wordsOf(page)).not.toBe(words);
  await expect(replaced).toBeVisible();
});

test('back from the check stands before the words again, by the browser or by the app', async ({ device }) => {
  const page = await (await device()).newPage();
  await page.goto('/#/praxis');
  await page.getByRole('link', { name: /anlegen/i }).click();
  const words = await wordsOf(page);
  const check = page.getByRole('heading', { level: 1, name: 'Stimmt Ihr Zettel?' });
  const begin = async (): Promise<void> => {
    await page.getByRole('button', { name: /aufgeschrieben/ }).click();
    await expect(check).toBeVisible();
    // They are not there to be copied.
    await expect(page.getByText(words.split(' ')[0] ?? '', { exact: true })).toHaveCount(0);
  };
  await begin();
  await page.goBack();
  expect(await wordsOf(page)).toBe(words);
  await begin();
  await page.getByRole('button', { name: 'Zurück', exact: true }).click();
  expect(await wordsOf(page)).toBe(words);
  await begin();
  await page.getByRole('button', { name: 'Wörter noch einmal zeigen' }).click();
  expect(await wordsOf(page)).toBe(words);
  await page.goBack();
  await expect(page).toHaveURL(/praxis$/);
  await page.goForward();
  expect(await wordsOf(page)).toBe(words);

  await begin();
  for (const field of await page.getByRole('textbox').all()) {
    const label = await field.evaluate((input: HTMLInputElement) => input.labels?.[0]?.textContent ?? '');
    await field.fill(words.split(' ')[Number(/\d+/.exec(label)?.[0]) - 1] ?? '');
  }
  await page.getByRole('button', { name: 'Praxis anlegen' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Profil' })).toBeVisible();
  // Used, they are nowhere behind.
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1, name: 'Anfragen' })).toBeVisible();
});

test('the check opened by its address shows words first', async ({ device }) => {
  const page = await (await device()).newPage();
  await page.goto('/#/praxis/anlegen/pruefen');
  await wordsOf(page);
  await expect(page).toHaveURL(/anlegen$/);
  await page.getByRole('button', { name: /aufgeschrieben/ }).click();
  await page.reload();
  await wordsOf(page);
  await expect(page.getByText(/Das sind neue Wörter/)).toBeVisible();
});

test('the town follows the code, and what was saved leads to the first offer', async ({ device }) => {
  const page = await (await device()).newPage();
  await createPractice(page);
  await fillProfile(page);
  const town = page.getByLabel('Ort', { exact: true });
  const setCode = async (code: string): Promise<void> => {
    await page.getByRole('button', { name: 'Ort löschen' }).click();
    await page.getByRole('combobox', { name: 'Postleitzahl' }).fill(code);
  };
  await expect(town).toHaveValue('München');
  await page.reload();
  await expect(town).toHaveValue('München');
  await setCode('04109');
  await expect(town).toHaveValue('Leipzig');
  await town.fill('Markkleeberg');
  await setCode('80799');
  await expect(town).toHaveValue('Markkleeberg');
  await expect(page.getByText('Zu 80799 gehört München.')).toBeVisible();
  await page.getByRole('textbox', { name: /Telefon/ }).fill('089 / 123 45-67 (AB)');
  await page.getByRole('button', { name: 'Profil speichern' }).click();
  await expect(page.getByText('Gespeichert.')).toBeVisible();
  await page.getByRole('link', { name: /Was bieten Sie an/ }).click();
  await expect(page).toHaveURL(/angebote\/neu/);
});

test('what was typed into the profile waits while another page is looked at, until it is saved or discarded', async ({
  device,
}) => {
  const page = await (await device()).newPage();
  await createPractice(page);
  await fillProfile(page);
  const unsaved = page.getByText('Noch nicht gespeichert');
  const discard = page.getByRole('button', { name: 'Änderungen verwerfen' });
  const street = page.getByLabel('Straße und Hausnummer');
  const plz = page.getByRole('combobox', { name: 'Postleitzahl' });
  const lookElsewhere = async (): Promise<void> => {
    const places = page.getByRole('navigation', { name: 'Für Praxen' });
    await places.getByRole('link', { name: 'Angebote' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Angebote' })).toBeVisible();
    await places.getByRole('link', { name: 'Profil' }).click();
    await expect(street).toBeVisible();
  };
  await lookElsewhere();
  await expect(unsaved).toBeHidden();

  await street.fill('Schellingstraße 3');
  await page.getByRole('button', { name: 'Ort löschen' }).click();
  await plz.fill('04109');
  await page.getByRole('checkbox', { name: 'Aufzug' }).check({ force: true });
  await lookElsewhere();
  await expect(unsaved).toBeVisible();
  await expect(street).toHaveValue('Schellingstraße 3');
  await expect(plz).toHaveValue(/04109/);
  await expect(page.getByRole('checkbox', { name: 'Aufzug' })).toBeChecked();

  // A reload would lose it: the browser asks first.
  await street.press('End');
  const asked = page.waitForEvent('dialog');
  await page.evaluate(() => void setTimeout(() => location.reload()));
  const dialog = await asked;
  expect(dialog.type()).toBe('beforeunload');
  await dialog.dismiss();
  await expect(street).toHaveValue('Schellingstraße 3');

  await discard.click();
  await page.getByRole('button', { name: 'Weiter bearbeiten' }).click();
  await expect(street).toHaveValue('Schellingstraße 3');
  await discard.click();
  await page.getByRole('dialog').getByRole('button', { name: 'Änderungen verwerfen' }).click();
  await expect(unsaved).toBeHidden();
  await expect(street).toHaveValue('Türkenstraße 1');
  await expect(plz).toHaveValue(/80799/);
  await expect(page.getByRole('checkbox', { name: 'Aufzug' })).not.toBeChecked();
  await lookElsewhere();
  await expect(street).toHaveValue('Türkenstraße 1');

  await street.fill('Schellingstraße 3');
  await page.getByRole('button', { name: 'Profil speichern' }).click();
  await expect(page.getByText('Gespeichert.', { exact: true })).toBeVisible();
  await expect(unsaved).toBeHidden();
  await lookElsewhere();
  await expect(unsaved).toBeHidden();
  await expect(street).toHaveValue('Schellingstraße 3');
});

test('nothing is counted before a time is entered', async ({ device }) => {
  const page = await (await device()).newPage();
  await createPractice(page);
  await fillProfile(page);
  await page.goto('/#/praxis/angebote/neu');
  for (const name of ['Verhaltenstherapie', 'Gesetzliche Kasse', 'Video'])
    await page.getByText(name, { exact: true }).click();
  await page.getByRole('button', { name: 'Angebot speichern' }).click();
  await expect(page.getByRole('button', { name: 'Termine melden', exact: true })).toBeVisible();
  await expect(page.getByLabel('Angebot').locator('option')).toHaveText(/^\s*Sprechstunde, \d+ Minuten\s*$/);
  await expect(page.getByText(/^Verhaltenstherapie, Gesetzliche Kasse, .*Video$/)).toBeVisible();
  await page.getByLabel(/^Uhrzeit 1/).fill('09:00');
  await expect(page.getByRole('button', { name: '1 Termin melden' })).toBeVisible();
});
