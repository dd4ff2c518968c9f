import type { Page } from '@playwright/test';
import { addSlot, createPractice, dayFromNow, makeOffer } from './fixtures/people.ts';
import { expect, test } from './fixtures/test.ts';
import { noViolations } from './fixtures/violations.ts';

/** How a patient finds something on a phone: the map, the finer choices, and what to do where nothing is free. */
const SLOT = { day: dayFromNow(4), time: '09:00' };

/** One slot in Munich: Verhaltenstherapie by video, for the public insurance, of a practice that speaks Turkish. */
const openTurkishPractice = async (page: Page): Promise<void> => {
  await createPractice(page);
  await page.goto('/#/praxis/profil');
  await page.getByLabel('Name', { exact: true }).fill('Dr. Miriam Aydın');
  await page.getByLabel('Straße und Hausnummer').fill('Türkenstraße 1');
  await page.getByRole('combobox', { name: 'Postleitzahl' }).fill('80799');
  await page.getByRole('option', { name: /80799/ }).click();
  await page.getByRole('textbox', { name: /Telefon/ }).fill('089 123456');
  await page.getByText('Türkisch', { exact: true }).click();
  await page.getByLabel('Impressum').fill('Dr. Miriam Aydın\nTürkenstraße 1\n80799 München');
  await page.getByRole('button', { name: 'Profil speichern' }).click();
  await expect(page.getByText('Gespeichert.', { exact: true })).toBeVisible();
  await makeOffer(page);
  await addSlot(page, SLOT);
  await expect(page.getByText(/1 freier Termin gemeldet/)).toBeVisible();
};

const openMap = (page: Page): Promise<void> => page.locator('summary', { hasText: 'Wo etwas frei ist' }).click();
/** Pixels that are not transparent: that something was drawn. */
const drawn = (page: Page): Promise<number> =>
  page.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
    const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    let count = 0;
    for (let at = 3; at < data.length; at += 4) count += data[at] === 0 ? 0 : 1;
    return count;
  });

test('the map shows where something is free; a region or a tap sets the place', async ({ device }) => {
  await openTurkishPractice(await (await device('laptop')).newPage());
  const page = await (await device()).newPage();
  await page.goto('/');
  await openMap(page);
  await expect(page.getByText(/Dann zeigt die Karte/)).toBeVisible();
  await expect.poll(() => drawn(page)).toBeGreaterThan(3_000);
  await page.goto('/#/?wer=GKV&alle=1');
  await expect(page.getByText('1 freier Termin passt zu Ihrer Suche, in ganz Deutschland gezählt.')).toBeVisible();
  await noViolations(page);
  const region = page.getByRole('button', { name: /Region um München \(80…\)/ });
  await expect(region).toContainText('1 Termin');
  await region.focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/plz=80\d{3}/);
  await expect(region).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByRole('combobox', { name: /Ort/ })).toHaveValue(/^80\d{3} München/);
  // About where Munich is: the lit dot within a finger of the tap is meant, not the nearest postal code.
  const box = await page.locator('canvas').boundingBox();
  if (box === null) throw new Error('no map');
  await page.locator('canvas').click({ position: { x: box.width * 0.62, y: box.height * 0.88 } });
  await expect(page).toHaveURL(/plz=80799/);
  // Another payer: nothing is free, and the map does not show what is free for others.
  await page.getByText('Private Kasse', { exact: true }).click();
  await expect(page.getByText(/in ganz Deutschland nichts frei/)).toBeVisible();
  await expect(region).toHaveCount(0);
});

test('a search without hits says what each way on would give, and explains reimbursement', async ({ device }) => {
  await openTurkishPractice(await (await device('laptop')).newPage());
  const page = await (await device()).newPage();
  await page.goto('/#/termine?wer=GKV&alle=1&plz=86150&km=10&v=TP&wie=VOR_ORT');
  await expect(page.getByText('Gerade ist hier nichts frei.')).toBeVisible();
  await expect(page.getByText('Auch mit weniger Vorgaben ist gerade nichts frei.')).toBeVisible();
  await noViolations(page);
  await page.goto('/#/termine?wer=GKV&alle=1&plz=86150&km=10&v=VT');
  await expect(page.getByRole('button', { name: /Umkreis auf/ })).toHaveText(/100 km\s*1 freier Termin/);
  await expect(page.getByRole('button', { name: /Video oder Telefon/ })).toContainText('1 freier Termin');
  await expect(page.getByRole('button', { name: /ganz Deutschland/ })).toContainText('1 freier Termin');
  await page.getByRole('link', { name: /Kostenerstattung/ }).click();
  await expect(page.getByRole('heading', { name: /Kostenerstattung/ })).toBeVisible();
  await noViolations(page);
  await page.goBack();
  await page.getByRole('button', { name: /Umkreis auf/ }).click();
  await expect(page.getByRole('article')).toContainText(/80799\s+München,\s\d+\skm/);
  await expect(page).toHaveURL(/km=100/);
});

test('language, access, length and series narrow the search and stay in the fragment', async ({ device }) => {
  await openTurkishPractice(await (await device('laptop')).newPage());
  const page = await (await device()).newPage();
  await page.goto('/#/?wer=GKV&alle=1');
  const button = page.locator('button[type="submit"][form="search"]');
  await expect(button).toHaveText('1 freien Termin ansehen');
  await page.locator('summary', { hasText: 'Genauer suchen' }).click();
  const tap = (name: string): Promise<void> => page.getByText(name, { exact: true }).click();
  await tap('Türkisch');
  await expect(page).toHaveURL(/spricht=tr/);
  await tap('50 Minuten');
  await expect(button).toHaveText('1 freien Termin ansehen');
  await noViolations(page);
  await tap('Jede Woche');
  await expect(button).toHaveText('Nichts frei: Was nun?');
  await tap('Einzelner Termin');
  await expect(button).toHaveText('1 freien Termin ansehen');
  await tap('Gebärdensprache');
  await expect(button).toHaveText('Nichts frei: Was nun?');
  await expect(page).toHaveURL(/min=50&reihe=nein&spricht=tr&zugang=dgs/);
  await page.reload();
  await expect(button).toHaveText('Nichts frei: Was nun?');
  await button.click();
  await page.getByRole('button', { name: /Ohne Länge, .*Sprache/ }).click();
  await expect(page.locator('a[href*="#/termin/"]')).toHaveCount(1);
});
