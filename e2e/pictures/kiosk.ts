import type { Page } from '@playwright/test';
import { startEmulator } from '../fixtures/emulator.ts';
import { keepLedger } from '../fixtures/radio-kiosk.ts';
import { expect, type Stage } from './stage.ts';

/** The pictures of docs/kiosk.md, on an upright touch screen. */
const PIN = '482719';
const IDLE_MS = 46_000;

const fillSetUp = async (page: Page): Promise<void> => {
  await page.goto('/#/kiosk/einrichten');
  await page.getByLabel('Name des Ortes').fill('Stadtbibliothek');
  const place = page.getByRole('combobox', { name: /Wo steht|Ort|Postleitzahl/ });
  await place.fill('80331');
  await page.getByRole('option', { name: /80331/ }).first().click();
  await page.getByLabel('Neue PIN', { exact: true }).fill(PIN);
  await page.getByLabel('Neue PIN noch einmal').fill(PIN);
};
const start = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Speichern und Kiosk starten' }).click();
  await expect(page).not.toHaveURL(/einrichten/);
};

export const pictureKiosk = async ({ shoot, device }: Stage): Promise<void> => {
  const page = await device('kiosk');
  await fillSetUp(page);
  await shoot(page, 'kiosk-setup');
  await start(page);
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

/** Two kiosks with radios that hear each other, and what one of them shows of it. */
export const pictureRadio = async ({ shoot, device }: Stage): Promise<void> => {
  const emulator = await startEmulator([
    { name: 'library', kind: 'esp32', serialNumber: '1' },
    { name: 'surgery', kind: 'nrf52', serialNumber: '2' },
  ]);
  try {
    const [other, page] = [
      await device('kiosk', emulator.scriptFor('surgery')),
      await device('kiosk', emulator.scriptFor('library')),
    ];
    for (const kiosk of [other, page]) {
      await kiosk.goto('/#/kiosk');
      await keepLedger(kiosk);
      await fillSetUp(kiosk);
      await kiosk.getByRole('button', { name: 'Funkgerät auswählen' }).click();
      await expect(kiosk.getByRole('region', { name: 'Funkgerät' })).toContainText('auf Empfang');
      await start(kiosk);
      await kiosk.goto('/#/kiosk/einrichten');
      await kiosk.getByLabel('PIN', { exact: true }).fill(PIN);
      await kiosk.getByRole('button', { name: 'Öffnen', exact: true }).click();
    }
    const radio = page.getByRole('region', { name: 'Funkgerät' });
    await expect(radio).toContainText(/[1-9]\d* Meldung/, { timeout: 60_000 });
    await expect(radio).toContainText(/Gerät [0-9A-F]{4}.*hört dieses Gerät/, { timeout: 90_000 });
    // Nobody touched it meanwhile.
    await page.mouse.click(5, 5);
    await shoot(page, 'kiosk-radio', radio);
  } finally {
    await emulator.end();
  }
};
