import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import {
  addSlot,
  confirm,
  dayFromNow,
  fillRequest,
  findSlot,
  openPractice,
  phase,
  reject,
  reserve,
  sendRequest,
} from './fixtures/people.ts';
import { expect, test } from './fixtures/test.ts';

/** A patient's journey, step by step with its bad input, on a phone and on a laptop. */
const DAY = dayFromNow(4);

const submitOf = (page: Page) => page.locator('button[type=submit][form=search]');
const place = (page: Page) => page.getByRole('combobox', { name: /Ort/ });

const openFiner = async (page: Page): Promise<void> => {
  const finer = page.locator('summary', { hasText: 'Genauer suchen' });
  if (await finer.isVisible()) await finer.click();
};

/** Neither a payer nor a place that does not exist leads to a list. */
const refusedAtTheField = async (page: Page): Promise<void> => {
  await expect(submitOf(page)).toHaveText('Bitte wählen Sie, wer bezahlt');
  await submitOf(page).click({ force: true });
  await expect(page.locator('article')).toHaveCount(0);
  await page.getByText('Gesetzliche Kasse', { exact: true }).click();
  for (const wrong of ['00000', 'ABCDE']) {
    await place(page).fill(wrong);
    await submitOf(page).click();
    await expect(place(page)).toHaveAttribute('aria-invalid', 'true');
    await expect(page.getByRole('alert').or(page.locator('.error')).first()).toBeVisible();
    await expect(page).not.toHaveURL(/termine/);
    await expect(place(page)).toHaveValue(wrong);
  }
};

const choosePlace = async (page: Page): Promise<void> => {
  await place(page).fill('');
  await place(page).pressSequentially('8033');
  await expect(page.getByRole('option')).not.toHaveCount(0);
  await page.getByRole('option', { name: /80331/ }).click();
  await expect(place(page)).toHaveValue('80331 München');
  await page.getByLabel('Umkreis').selectOption('25');
  await expect(page).toHaveURL(/plz=80331/);
};

const distances = (page: Page): Promise<number[]> =>
  page
    .locator('article')
    .evaluateAll((cards) =>
      cards.map((card) => Number((/([\d.,]+)\s+km/.exec(card.textContent ?? '')?.[1] ?? '-1').replace(',', '.'))),
    );

for (const size of ['phone', 'laptop'] as const) {
  test(`${size}: who pays and where, then cards sorted by distance, none of them for another payer`, async ({
    deviceAt,
    relayWith,
  }) => {
    const relay = await relayWith(['--demo']);
    const page = await (await deviceAt(relay, size)).newPage();
    await page.goto('/');
    await refusedAtTheField(page);
    await choosePlace(page);
    await expect(submitOf(page)).toContainText(/\d/);
    await submitOf(page).click();
    await expect(page.locator('article').first()).toBeVisible();
    const found = await distances(page);
    expect(found.length).toBeGreaterThan(3);
    expect(found).toEqual([...found].sort((a, b) => a - b));
    expect(Math.min(...found)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...found)).toBeLessThanOrEqual(25);
    for (const card of await page.locator('article').all()) {
      await expect(card).toContainText(/\d\d:\d\d\sUhr/);
      await expect(card).toContainText(/\d+\s+Min/);
      await expect(card).toContainText('gesetzlich');
      await expect(card).toContainText(/Geprüft|Empfohlen|Kammer bestätigt/);
      await expect(card).toContainText(/gerade eben|vor /);
      await expect(card).not.toContainText(/selbst bezahlt|Heilpraktiker/);
    }
    await page.goBack();
    await openFiner(page);
    for (const name of ['Verhaltenstherapie', 'Sprechstunde', 'Video', '14 Tage'])
      await page.getByText(name, { exact: true }).click();
    await expect(page).toHaveURL(/v=VT/);
    await page.goto(`${page.url().replace('#/?', '#/termine?').replace('km=25', 'km=100')}`);
    // One practice of the demonstration is in Munich with all of that, and free several times within a week.
    const narrower = page.locator('article');
    await expect(narrower.first()).toBeVisible();
    const cards = await narrower.all();
    expect(cards.length).toBeGreaterThan(1);
    for (const card of cards) await expect(card).toContainText(/Sprechstunde.*Verhaltenstherapie/);
    await page.goto('/#/termine?wer=GKV&plz=80331&km=25');
    await expect(narrower.first()).toBeVisible();
    // Who reads about another way to pay looks from the same place again.
    await page.goto('/#/kostenerstattung');
    await page.getByRole('link', { name: 'Praxen mit Kostenerstattung suchen' }).click();
    await expect(page).toHaveURL(/plz=80331/);
    await page.goto('/#/termine?wer=GKV&plz=80331&km=25');
    await page.locator('article a').first().click();
    await expect(page.getByRole('heading', { name: 'Wer bürgt für diese Praxis?' })).toBeVisible();
    await expect(page.getByText('112', { exact: true }).first()).toBeVisible();
  });

  test(`${size}: asked for with a code, confirmed, into the calendar, called off, everything deleted`, async ({
    device,
  }) => {
    const practice = await (await device('laptop')).newPage();
    await openPractice(practice, { day: DAY, time: '09:00' });
    const patient = await (await device(size)).newPage();
    await findSlot(patient);
    await fillRequest(patient, 'Mondlicht', 'Guten Tag');
    const code = patient.getByRole('textbox', { name: /Vermittlungscode/ });
    await code.fill('ABCD');
    await sendRequest(patient);
    await expect(code).toHaveAttribute('aria-invalid', 'true');
    await code.fill('ABCD 1234 EFGH');
    // An impatient second tap makes no second request.
    await patient.locator('button[type=submit]').dblclick();
    await expect(phase(patient, /Angekommen/)).toBeVisible();
    await patient.goto('/#/anfragen');
    await expect(patient.locator('a[href*="#/anfrage/"]')).toHaveCount(1);
    await patient.locator('a[href*="#/anfrage/"]').click();
    await practice.goto('/#/praxis');
    await expect(practice.getByRole('button', { name: 'Mondlicht zusagen' })).toHaveCount(1);
    await confirm(practice, 'Mondlicht', 'Hinterhaus, 2. Stock');
    await expect(phase(patient, /Zugesagt/)).toBeVisible();
    await expect(patient.getByText(/Türkenstraße 1/).first()).toBeVisible();
    await expect(patient.getByRole('link', { name: /089\s?123456/ }).first()).toHaveAttribute('href', /^tel:/);
    const downloading = patient.waitForEvent('download');
    await patient
      .getByRole('link', { name: /Kalender/ })
      .first()
      .click();
    const calendar = readFileSync(await (await downloading).path(), 'utf8');
    expect(calendar).toContain('BEGIN:VALARM');
    expect(calendar).toMatch(/SUMMARY(;[^:]*)?:Termin\r\n/);
    expect(calendar).not.toMatch(/therapie|Mondlicht|Aydın/i);

    await patient.getByRole('button', { name: 'Termin absagen' }).click();
    await patient.getByRole('dialog').getByRole('button', { name: 'Termin absagen' }).click();
    await expect(practice.getByRole('heading', { name: 'Mondlicht hat den Termin abgesagt' })).toBeVisible();
    // The way on, and the menu's, know what was searched for; only deleting everything forgets it.
    const search = async () => {
      await patient.getByRole('button', { name: 'Menü', exact: true }).click();
      await patient.getByRole('dialog').getByRole('link', { name: 'Termin suchen' }).click();
    };
    await search();
    await expect(patient).toHaveURL(/#\/\?wer=GKV&alle=1$/);
    await expect(patient.getByRole('radio', { name: 'Gesetzliche Kasse' })).toBeChecked();
    await patient.goBack();
    await patient.getByRole('link', { name: 'Weiter suchen' }).click();
    await expect(patient).toHaveURL(/#\/termine\?wer=GKV&alle=1$/);
    await expect(patient.locator('article')).toHaveCount(1);
    // What one gave up oneself was no answer of the practice.
    await expect(patient.getByText(/Schon angefragt/)).toHaveCount(0);
    const other = await (await device(size)).newPage();
    await other.goto('/#/termine?wer=GKV&alle=1');
    await expect(other.locator('a[href*="#/termin/"]')).toHaveCount(1);

    await patient.goto('/#/daten');
    const before = await vault(patient);
    // So that what is public does not come back at once from the relay.
    await patient.context().setOffline(true);
    await patient.getByRole('button', { name: 'Alles löschen' }).click();
    await patient.getByRole('dialog').getByRole('button', { name: 'Ja, alles löschen' }).click();
    await expect(patient.getByText('Alles ist gelöscht.').first()).toBeVisible();
    await search();
    await expect(patient).toHaveURL(/#\/$/);
    expect(await kept(patient)).toEqual([]);
    expect(await vault(patient)).not.toEqual(before);
  });

  test(`${size}: after a rejection there are three others to ask for`, async ({ device }) => {
    const practice = await (await device('laptop')).newPage();
    await openPractice(practice, { day: DAY, time: '09:00' });
    for (const time of ['11:00', '13:00', '15:00', '17:00']) await addSlot(practice, { day: DAY, time });
    await expect(practice.getByText(/5 freie Termine gemeldet/)).toBeVisible();
    const patient = await (await device(size)).newPage();
    await findSlot(patient);
    await reserve(patient, 'Mondlicht');
    await expect(phase(patient, /Angekommen/)).toBeVisible();
    await reject(practice, 'Mondlicht');
    await expect(phase(patient, /kann leider nicht zusagen/)).toBeVisible();
    await expect(patient.locator('main a[href*="#/termin/"]')).toHaveCount(3);
    await patient.locator('main a[href*="#/termin/"]').first().click();
    await expect(patient.getByRole('link', { name: 'Diesen Termin anfragen' })).toBeVisible();
    await expect(patient.getByText(/schon angefragt/)).toHaveCount(0);

    // It is still offered: its card says so, those of the same practice's others do not; and it can be asked for again.
    await patient.goto('/#/termine?wer=GKV&alle=1');
    await expect(patient.locator('article')).toHaveCount(5);
    const marked = patient.getByRole('article').filter({ hasText: 'Schon angefragt: nicht zugesagt' });
    await expect(marked).toHaveCount(1);
    await expect(marked).toContainText('09:00');
    await expect(patient.getByRole('article').first()).toContainText('09:00');
    await marked.getByRole('link').click();
    await expect(patient.getByText('die Praxis hat nicht zugesagt')).toBeVisible();
    await expect(patient.getByRole('link', { name: 'Zur früheren Anfrage' })).toHaveAttribute('href', /#\/anfrage\//);
    await patient.getByRole('link', { name: 'Noch einmal anfragen' }).click();
    await patient.getByRole('textbox').first().fill('Mondlicht');
    await sendRequest(patient);
    await expect(phase(patient, /Angekommen/)).toBeVisible();
    await patient.goto('/#/termine?wer=GKV&alle=1');
    await expect(patient.locator('article')).toHaveCount(5);
    await expect(marked).toHaveCount(0);
  });
}

/**
 * The node that begins anew writes down at once that it does: a counted term, and fresh keys for what will come. What seals
 * those is compared with what was before.
 */
const BEGUN = ['terms', 'fences', 'keys', 'vault'];

/** What is left in the browser's stores beside a node that has just begun; the app's own files are none of it. */
const kept = (page: Page): Promise<string[]> =>
  page.evaluate(async (begun) => {
    const left = [...Object.keys(localStorage), ...Object.keys(sessionStorage)];
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const opening = indexedDB.open(name);
        opening.onsuccess = () => resolve(opening.result);
        opening.onerror = () => reject(opening.error);
      });
      for (const store of database.objectStoreNames) {
        if (begun.includes(store)) continue;
        const keys = await new Promise<IDBValidKey[]>((resolve, reject) => {
          const listing = database.transaction(store).objectStore(store).getAllKeys();
          listing.onsuccess = () => resolve(listing.result);
          listing.onerror = () => reject(listing.error);
        });
        left.push(...keys.map((key) => `${name}/${store}: ${String(key)}`));
      }
      database.close();
    }
    return left;
  }, BEGUN);

/** What the key that seals the others makes of zeros: it cannot be read itself. */
const vault = (page: Page): Promise<number[]> =>
  page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open('terminfunk-keys');
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(opening.error);
    });
    const key = await new Promise<CryptoKey>((resolve, reject) => {
      const reading = database.transaction('vault').objectStore('vault').get('vault');
      reading.onsuccess = () => resolve(reading.result);
      reading.onerror = () => reject(reading.error);
    });
    database.close();
    const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: new Uint8Array(12) }, key, new Uint8Array(16));
    return [...new Uint8Array(sealed)];
  });
