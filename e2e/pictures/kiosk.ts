import { expect, type Stage } from './stage.ts';

/** The pictures of docs/kiosk.md, on an upright touch screen. */
const PIN = '482719';
const IDLE_MS = 46_000;

export const pictureKiosk = async ({ shoot, device }: Stage): Promise<void> => {
  const page = await device('kiosk');
  await page.goto('/#/kiosk/einrichten');
  await page.getByLabel('Name des Ortes').fill('Stadtbibliothek');
  const place = page.getByRole('combobox', { name: /Wo steht|Ort|Postleitzahl/ });
  await place.fill('80331');
  await page.getByRole('option', { name: /80331/ }).first().click();
  await page.getByLabel('Neue PIN', { exact: true }).fill(PIN);
  await page.getByLabel('Neue PIN noch einmal').fill(PIN);
  await shoot(page, 'kiosk-setup');
  await page.getByRole('button', { name: 'Speichern und Kiosk starten' }).click();
  await expect(page.getByText('Bitte wählen Sie zuerst, wer bezahlt.')).toBeVisible();
  await shoot(page, 'kiosk-start');
  await page.getByText('Gesetzliche Kasse', { exact: true }).click();
  await expect(page.locator('article svg[role=img]').first()).toBeVisible();
  await shoot(page, 'kiosk-list');
  await page.waitForTimeout(IDLE_MS);
  await expect(page.getByRole('dialog', { name: 'Sind Sie noch da?' })).toBeVisible();
  await shoot(page, 'kiosk-idle');
  await page.mouse.click(5, 5);
  await page.getByRole('button', { name: 'Hier anfragen' }).first().click();
  await page.getByLabel('Welchen Namen soll die Praxis sehen?').fill('Mondlicht');
  await page.getByRole('button', { name: 'Verschlossen absenden' }).click();
  await expect(page.getByRole('heading', { name: 'Nehmen Sie diesen Code mit' })).toBeVisible();
  await expect(page.getByText('Angekommen. Jetzt ist die Praxis dran.')).toBeVisible({ timeout: 30_000 });
  await shoot(page, 'kiosk-code');
  const code = (await page.locator('p.code').innerText()).trim();
  await page.getByRole('button', { name: 'Fertig, alles löschen' }).click();
  await page.getByRole('button', { name: 'Ja, alles löschen' }).click();
  await page.getByRole('button', { name: 'Antwort abholen' }).click();
  await page.getByLabel('Abholcode').fill(code);
  await page.getByRole('button', { name: 'Antwort suchen' }).click();
  // The practices of the demonstration answer after some seconds.
  await expect(page.getByRole('button', { name: 'Antwort drucken' })).toBeVisible({ timeout: 60_000 });
  await shoot(page, 'kiosk-answer');
};
