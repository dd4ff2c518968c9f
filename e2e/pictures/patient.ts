import type { Page } from '@playwright/test';
import { confirm, phase, reject } from '../fixtures/people.ts';
import { expect, type Stage } from './stage.ts';

/** The pictures of docs/patients.md. */
const SEARCH = 'wer=GKV&plz=80331';
/** Only the practice of these pictures offers it. */
export const OWN = 'wer=GKV&plz=80799&km=10&wie=TELEFON';

const pictureSearch = async ({ shoot }: Stage, page: Page): Promise<void> => {
  await page.goto('/');
  await expect(page.getByText(/^Vorführung/)).toBeVisible();
  await page.waitForTimeout(2_000);
  await shoot(page, 'search');
  await page.getByText('Gesetzliche Kasse', { exact: true }).click();
  await page.getByRole('combobox', { name: /Ort/ }).pressSequentially('8033');
  await expect(page.getByRole('option', { name: /80331/ })).toBeVisible();
  await shoot(page, 'search-place');
  await page.goto(`/#/?${SEARCH}`);
  const finer = page.locator('summary', { hasText: 'Genauer suchen' });
  await finer.click();
  await shoot(page, 'search-finer', finer);
  await finer.click();
  const map = page.locator('summary', { hasText: 'Wo etwas frei ist' });
  await map.click();
  await expect(page.getByRole('button', { name: /Region um München \(80…\)/ })).toBeVisible();
  await shoot(page, 'map', map);
};

const pictureSlot = async ({ shoot }: Stage, page: Page): Promise<void> => {
  await page.goto(`/#/termine?${SEARCH}`);
  await expect(page.getByRole('article').first()).toBeVisible();
  await shoot(page, 'results');
  await page.goto('/#/termine?wer=GKV&plz=99084&km=10&v=AP');
  await expect(page.getByText('Gerade ist hier nichts frei.')).toBeVisible();
  await expect(page.getByText('Wird gezählt, was sonst frei ist …')).toBeHidden();
  await shoot(page, 'nothing-free');
  await page.getByRole('link', { name: /Kostenerstattung/ }).click();
  await expect(page.getByRole('heading', { level: 1, name: /Kostenerstattung/ })).toBeVisible();
  await shoot(page, 'reimbursement');
  await page.goto(`/#/termine?${SEARCH}`);
  await page.locator('a[href*="#/termin/"]').first().click();
  await expect(page.getByRole('link', { name: 'Diesen Termin anfragen' })).toBeVisible();
  await shoot(page, 'slot');
  await shoot(page, 'vouches', page.getByRole('heading', { name: 'Wer bürgt für diese Praxis?' }));
  await page.getByRole('button', { name: 'Termin teilen' }).click();
  const share = page.getByRole('heading', { name: 'Jemandem zeigen' });
  await expect(page.getByText(/Mit der Kamera/)).toBeVisible();
  await shoot(page, 'share', share);
};

/** Kept before anything fits, so that what is free later is new. */
const keepSearch = async (page: Page): Promise<void> => {
  await page.goto(`/#/termine?${OWN}`);
  await page.getByRole('button', { name: 'Suche merken' }).click();
  await expect(page.getByText('Diese Suche ist gemerkt.')).toBeVisible();
};

const ask = async (page: Page, slot: string): Promise<void> => {
  await page.goto(`/${slot}`);
  await page.getByRole('link', { name: 'Diesen Termin anfragen' }).click();
  await page.getByRole('textbox').first().fill('Mondlicht');
  await page.locator('textarea').fill('Guten Tag, ich suche ein erstes Gespräch. Vormittags passt es mir gut.');
};

const pictureRequest = async ({ shoot }: Stage, page: Page, practice: Page): Promise<void> => {
  await page.goto(`/#/termine?${OWN}`);
  const own = page.getByRole('article').locator('a[href*="#/termin/"]');
  await expect(own.first()).toBeVisible();
  const slots = await own.evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
  await ask(page, slots[0] ?? '');
  await shoot(page, 'request-form');
  await page.getByRole('button', { name: 'Verschlossen absenden' }).click();
  await expect(phase(page, /Angekommen/)).toBeVisible();
  await shoot(page, 'request-arrived');
  for (const slot of slots.slice(1, 3)) {
    await page.goto(`/${slot}`);
    await page.getByRole('button', { name: 'Als nächsten Wunsch merken' }).click();
    await expect(page.getByText('Gemerkt als Ihr nächster Wunsch.')).toBeVisible();
  }
  await page.goto('/#/anfragen');
  await expect(page.getByRole('listitem').filter({ hasText: 'Wunsch' })).toHaveCount(2);
  await shoot(page, 'wishes');
  await reject(practice, 'Mondlicht');
  await expect(page.getByText('Nicht zugesagt')).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText('In der Praxis angekommen')).toBeVisible({ timeout: 30_000 });
  await page.getByRole('link', { name: /Nicht zugesagt/ }).click();
  await expect(phase(page, /kann leider nicht zusagen/)).toBeVisible();
  await expect(page.getByRole('heading', { name: /ähnlich/i })).toBeVisible();
  await shoot(page, 'rejected');
  await confirm(practice, 'Mondlicht', 'Hinterhaus, 2. Stock, Klingel „Aydın“');
  await page.goto('/#/anfragen');
  await expect(page.getByText('Zugesagt', { exact: true })).toBeVisible({ timeout: 30_000 });
  await page.getByRole('link', { name: /Zugesagt/ }).click();
  await expect(phase(page, /gehört Ihnen/)).toBeVisible();
  await shoot(page, 'confirmed');
  const move = page.locator('summary', { hasText: 'Anderen Termin' });
  await move.click();
  await expect(page.getByRole('button', { name: /Stattdessen anfragen/ }).first()).toBeVisible();
  await shoot(page, 'move', move);
};

const pictureKept = async ({ shoot }: Stage, page: Page): Promise<void> => {
  await page.goto('/#/gemerkt');
  await expect(page.getByText(/neue Termine|Neuer Termin|neuer Termin/).first()).toBeVisible();
  await shoot(page, 'alerts');
  await page.goto('/#/daten');
  await shoot(page, 'data');
  await page.goto('/#/abholen');
  await expect(page.getByLabel('Abholcode')).toBeVisible();
  await shoot(page, 'collect');
  await page.goto('/#/verbindungen');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await shoot(page, 'connections');
  await page.goto(`/#/termine?${SEARCH}`);
  await expect(page.getByRole('article').first()).toBeVisible();
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.context().setOffline(true);
  await expect(page.getByText(/Kein Internet/)).toBeVisible();
  await shoot(page, 'offline-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.context().setOffline(false);
};

export const beginPatient = async (stage: Stage): Promise<Page> => {
  const page = await stage.device('phone');
  await pictureSearch(stage, page);
  await pictureSlot(stage, page);
  await keepSearch(page);
  return page;
};

export const endPatient = async (stage: Stage, page: Page, practice: Page): Promise<void> => {
  await pictureRequest(stage, page, practice);
  await pictureKept(stage, page);
};
