import { expect, type Locator, type Page, test } from '@playwright/test';
import { confirm, dayFromNow, openPractice } from './fixtures/people.ts';
import { readCode } from './fixtures/read-code.ts';
import { createRegistrar, type TestRegistrar } from './fixtures/registrar.ts';
import { startRelay } from './fixtures/relay.ts';

/** The kiosk: a slot taken along on a phone, a request whose answer is read with a code, and a screen that forgets. */
const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

test('a code beside each slot opens this slot on a phone, and the list goes onto paper', async ({ browser }) => {
  const relay = await startRelay(['--demo']);
  const kiosk = await browser.newPage({ viewport: WIDE, baseURL: relay.origin });
  await kiosk.goto('/#/kiosk');
  await expect(kiosk.getByText('Bitte wählen Sie zuerst, wer bezahlt.')).toBeVisible();
  // No word of a code before one is there.
  const camera = kiosk.getByText(/Halten Sie die Handykamera auf den Code.*Antippen macht den Code groß/);
  await expect(camera).toBeHidden();
  await kiosk.getByText('Gesetzliche Kasse', { exact: true }).click();
  await expect(camera).toBeVisible();
  const tile = kiosk.locator('article').first();
  await expect(tile.locator('svg[role=img]')).toBeVisible({ timeout: 30_000 });
  await expect(kiosk.getByText(/Vorführung/).first()).toBeVisible();
  const small = await readCode(kiosk, tile.locator('svg[role=img]'));
  await tile.getByRole('button', { name: 'Code groß zeigen' }).click();
  const large = kiosk.locator('dialog svg[role=img]');
  await expect(large).toBeVisible();
  const link = await readCode(kiosk, large);
  expect(link).toContain(`${relay.origin}/#/geteilt/`);
  expect(small.length).toBeLessThan(link.length);
  for (const scanned of [link, small]) {
    // A phone that never synced before.
    const phone = await browser.newPage({ viewport: { width: 390, height: 844 } });
    await phone.goto(scanned);
    await expect(phone.getByRole('link', { name: /anfragen/i }).last()).toBeVisible();
    await phone.close();
  }
  await kiosk.getByRole('button', { name: 'Schließen' }).click();
  await kiosk.getByRole('button', { name: 'Liste drucken' }).click();
  await kiosk.emulateMedia({ media: 'print' });
  await expect(kiosk.locator('.sheet')).toContainText('116117');
  await expect(kiosk.locator('.sheet li svg').first()).toBeVisible();
  // Each with a way to reach the practice: what it says of itself, or the code.
  const lines = kiosk.locator('.sheet li');
  await expect(lines.filter({ hasText: /\d{3} \d{3}|@|Kontakt: über den Code/ })).toHaveCount(await lines.count());
  await expect(kiosk.locator('.kiosk')).toBeHidden();
  await kiosk.close();
  await relay.remove();
});

test('the way to an answer is in sight at once, on every screen and on the phone that opens the address', async ({
  browser,
}) => {
  const relay = await startRelay();
  const kiosk = await browser.newPage({ baseURL: relay.origin });
  await kiosk.goto('/#/kiosk');
  const way = kiosk.getByRole('button', { name: 'Antwort abholen' });
  for (const size of [WIDE, { width: 1080, height: 1920 }, PHONE]) {
    await kiosk.setViewportSize(size);
    await expect(way).toBeInViewport({ ratio: 1 });
    const help = await kiosk.locator('.help').boundingBox();
    const box = await way.boundingBox();
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThan(help?.y ?? 0);
  }
  await kiosk.setViewportSize(PHONE);
  await kiosk.goto('/');
  await kiosk.getByRole('button', { name: 'Menü' }).click();
  await kiosk.getByRole('dialog').getByRole('link', { name: 'Antwort abholen' }).click();
  await expect(kiosk.getByLabel('Abholcode')).toBeVisible();
  await kiosk.close();
  await relay.remove();
});

/** A practice with one free slot that a register vouches for; returns its words. */
const openVerified = async (practice: Page, registrar: TestRegistrar): Promise<string> => {
  const words = await openPractice(practice, { day: dayFromNow(5), time: '10:00' });
  await practice.goto('/#/praxis/nachweis');
  const key = practice.getByText(/^[\w-]{43}$/);
  await practice.getByLabel('Nachweis einfügen').fill(registrar.issue((await key.innerText()).trim(), 7));
  await practice.getByRole('button', { name: 'Nachweis einlesen' }).click();
  return words;
};

const askAtKiosk = async (kiosk: Page): Promise<string> => {
  await kiosk.getByText('Gesetzliche Kasse', { exact: true }).click();
  await kiosk.getByRole('button', { name: 'Hier anfragen' }).first().click();
  await expect(kiosk.locator('.line').getByText('Geprüft', { exact: true })).toBeVisible();
  await kiosk.getByLabel('Welchen Namen soll die Praxis sehen?').fill('Mondlicht');
  await kiosk.getByRole('group', { name: 'Wie möchten Sie sprechen?' }).getByText('Video', { exact: true }).click();
  await kiosk.getByLabel(/Nachricht/).fill('Guten Tag');
  await kiosk.getByRole('button', { name: 'Verschlossen absenden' }).click();
  await expect(kiosk.getByRole('heading', { name: 'Nehmen Sie diesen Code mit' })).toBeVisible();
  return (await kiosk.locator('p.code').innerText()).trim();
};

test('asked at the kiosk, confirmed, read with the code on a phone; the kiosk forgets', async ({ browser }) => {
  const registrar = createRegistrar();
  const relay = await startRelay(['--config', registrar.config]);
  const practice = await browser.newPage({ viewport: WIDE, baseURL: relay.origin });
  await openVerified(practice, registrar);

  const kiosk = await browser.newPage({ viewport: { width: 1080, height: 1920 }, baseURL: relay.origin });
  await kiosk.clock.install();
  await kiosk.goto('/#/kiosk/einrichten');
  await kiosk.getByLabel('Name des Ortes').fill('Stadtbibliothek');
  await expect(kiosk.getByRole('group', { name: 'Welche Termine zeigt der Kiosk am Anfang?' })).toContainText(
    'Nur Video',
  );
  await kiosk.getByLabel('Neue PIN', { exact: true }).fill('482719');
  await kiosk.getByLabel('Neue PIN noch einmal').fill('482719');
  await kiosk.getByRole('button', { name: 'Speichern und Kiosk starten' }).click();
  await expect(kiosk.getByText('Stadtbibliothek')).toBeVisible();
  const code = await askAtKiosk(kiosk);
  expect(code.replace(/\s+/g, '-')).toMatch(/^(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
  await expect(kiosk.getByText('Angekommen. Jetzt ist die Praxis dran.')).toBeVisible({ timeout: 30_000 });

  // What a person needs at home stands beside the code, on the screen and on paper.
  const expectAllForHome = async (part: Locator) => {
    await expect(part).toContainText(code.slice(0, 4));
    await expect(part.getByText(relay.origin, { exact: true })).toBeVisible();
    await expect(part).toContainText(/Der Code gilt bis \p{L}+, \d+\. \p{L}+/u);
    await expect(part).toContainText('Ihr Termin ist später');
  };
  await expectAllForHome(kiosk.locator('main'));
  await kiosk.getByRole('button', { name: 'Code drucken' }).click();
  await kiosk.emulateMedia({ media: 'print' });
  await expectAllForHome(kiosk.locator('.sheet'));
  await expect(kiosk.locator('.sheet')).toContainText('Mit dem Handy scannen oder den Code eintippen');
  await expect(kiosk.locator('.sheet')).not.toContainText('drucken');
  await kiosk.emulateMedia({ media: 'screen' });

  // Nobody touches it: after the time that it takes to copy a code it asks, counts, and begins anew; nothing of before is on
  // it, and no way leads back.
  const question = kiosk.getByRole('dialog', { name: 'Haben Sie den Code notiert?' });
  await kiosk.clock.fastForward(170_000);
  await expect(kiosk.getByRole('heading', { name: 'Nehmen Sie diesen Code mit' })).toBeVisible();
  await expect(question).toBeHidden();
  await kiosk.clock.fastForward(15_000);
  await expect(question).toContainText(code.slice(0, 4));
  await kiosk.mouse.click(5, 5);
  await expect(question).toBeHidden();
  await kiosk.clock.fastForward(201_000);
  await expect(kiosk.getByText('Bitte wählen Sie zuerst, wer bezahlt.')).toBeVisible();
  await expect(kiosk.locator('body')).not.toContainText(code.slice(0, 4));
  await kiosk.goto('/#/anfragen');
  await expect(kiosk.getByText('Bitte wählen Sie zuerst, wer bezahlt.')).toBeVisible();
  expect(kiosk.url()).toBe(`${relay.origin}/#/kiosk`);

  await practice.goto('/#/praxis');
  await expect(practice.getByText(/„Am liebsten: Video\.\s+Guten Tag“/)).toBeVisible();
  await confirm(practice, 'Mondlicht', 'Hinterhaus, 2. Stock');
  const phone = await browser.newPage({ viewport: { width: 390, height: 844 }, baseURL: relay.origin });
  await phone.goto('/#/abholen');
  await phone.getByLabel('Abholcode').fill(`${code.slice(0, 4)}`);
  await phone.getByRole('button', { name: 'Antwort suchen' }).click();
  await expect(phone.getByText('Es fehlen noch 12 Zeichen.')).toBeVisible();
  await phone.getByLabel('Abholcode').fill(code.toLowerCase());
  await phone.getByRole('button', { name: 'Antwort suchen' }).click();
  await expect(phone.getByText('Hinterhaus, 2. Stock')).toBeVisible({ timeout: 60_000 });
  await expect(phone.getByText('Türkenstraße 1, 80799 München')).toBeVisible();
  expect(phone.url()).not.toContain('abholen');

  // And once more at the kiosk, as a guest who leaves.
  await kiosk.getByRole('button', { name: 'Antwort abholen' }).click();
  await kiosk.getByLabel('Abholcode').fill(code);
  await kiosk.getByRole('button', { name: 'Antwort suchen' }).click();
  await expect(kiosk.getByText('Hinterhaus, 2. Stock')).toBeVisible({ timeout: 30_000 });
  const facts = kiosk.locator('dl', { hasText: 'Hinterhaus' });
  await expect(facts).toContainText('089 123456');
  await expect(facts).toContainText('Ihre Gesundheitskarte');
  await expect(facts.getByRole('link')).toHaveCount(0);
  await expect(kiosk.getByText(/Der Code gilt bis \p{L}+, \d+\. \p{L}+/u)).toBeVisible();
  await kiosk.getByRole('button', { name: 'Antwort drucken' }).click();
  await kiosk.emulateMedia({ media: 'print' });
  const paper = kiosk.locator('.sheet');
  await expect(paper).toBeVisible();
  await expect(kiosk.locator('.kiosk')).toBeHidden();
  for (const fact of [
    /10:00 bis 10:50\sUhr/,
    '50 Minuten',
    'Sprechstunde, Verhaltenstherapie',
    'Dr. Miriam Aydın',
    'Türkenstraße 1, 80799 München',
    '089 123456',
    'Hinterhaus, 2. Stock',
    'Ihre Gesundheitskarte',
    /Absagen können Sie mit dem Abholcode .* Der Code gilt bis \p{L}+, \d+\. \p{L}+/u,
    relay.origin,
    'Auf dem Kiosk bleibt nichts.',
  ])
    await expect(paper).toContainText(fact);
  await kiosk.emulateMedia({ media: 'screen' });
  await kiosk.getByRole('button', { name: 'Fertig, alles löschen' }).click();
  await expect(kiosk.locator('body')).not.toContainText('Hinterhaus');

  await kiosk.getByRole('link', { name: 'Kiosk einrichten' }).click();
  await kiosk.getByLabel('PIN').fill('111222');
  await kiosk.getByRole('button', { name: 'Öffnen' }).click();
  await expect(kiosk.getByText(/Noch 4 Versuche/)).toBeVisible();
  await kiosk.getByLabel('PIN').fill('482719');
  await kiosk.getByRole('button', { name: 'Öffnen' }).click();
  await expect(kiosk.getByLabel('Name des Ortes')).toHaveValue('Stadtbibliothek');
  for (const page of [practice, kiosk, phone]) await page.close();
  await relay.remove();
  registrar.remove();
});

test('a yes that comes while the code is still on the screen is read with a tap, and forgotten with the code', async ({
  browser,
}) => {
  const registrar = createRegistrar();
  const relay = await startRelay(['--config', registrar.config]);
  const practice = await browser.newPage({ viewport: WIDE, baseURL: relay.origin });
  const words = await openVerified(practice, registrar);
  const kiosk = await browser.newPage({ viewport: WIDE, baseURL: relay.origin });
  await kiosk.clock.install();
  await kiosk.goto('/#/kiosk');
  const code = await askAtKiosk(kiosk);
  const read = kiosk.getByRole('button', { name: 'Antwort jetzt lesen' });
  const said = kiosk.locator('main').getByRole('status').first();
  await expect(said).toHaveText('Angekommen. Jetzt ist die Praxis dran.', { timeout: 30_000 });
  await expect(read).toBeHidden();
  await expect(kiosk.getByText(/Sie können hier warten/)).toBeVisible();
  const place = await kiosk.locator('main p.code').boundingBox();
  await confirm(practice, 'Mondlicht', 'Hinterhaus, 2. Stock');
  await expect(said).toHaveText('Die Antwort ist da. Zugesagt. Der Termin gehört Ihnen.', { timeout: 30_000 });
  await expect(kiosk.getByRole('heading', { level: 1, name: 'Die Antwort ist da.', exact: true })).toBeVisible();
  await expect(kiosk.getByText(/Sie können hier warten/)).toBeHidden();
  expect(await kiosk.locator('main p.code').boundingBox()).toEqual(place);
  await read.click();
  await expect(kiosk.getByText('Hinterhaus, 2. Stock')).toBeVisible();
  await expect(kiosk.locator('main')).toBeFocused();
  // Whoever has not written it down yet still can.
  await kiosk.getByRole('button', { name: 'Zurück zum Code' }).click();
  await expect(kiosk.locator('p.code')).toContainText(code.slice(0, 4));
  await read.click();
  await expect(kiosk.getByText('Hinterhaus, 2. Stock')).toBeVisible();
  // What was confirmed is also cancelled with the code: it is asked for until nothing is left that it opens.
  await kiosk.getByRole('button', { name: 'Fertig, alles löschen' }).click();
  const question = kiosk.getByRole('dialog', { name: 'Haben Sie den Code notiert?' });
  await question.getByRole('button', { name: 'Nein, Code weiter zeigen' }).click();
  await kiosk.clock.fastForward(201_000);
  await expect(kiosk.getByText('Bitte wählen Sie zuerst, wer bezahlt.')).toBeVisible();
  await expect(kiosk.locator('body')).not.toContainText(code.slice(0, 4));
  await expect(kiosk.locator('body')).not.toContainText('Hinterhaus');

  // The practice goes on with another device: who comes back with the code is told as on a phone.
  await practice.close();
  const second = await browser.newPage({ viewport: WIDE, baseURL: relay.origin });
  await second.goto('/#/praxis/wiederherstellen');
  await second.getByLabel('24 Wörter').fill(words);
  await second.getByRole('button', { name: 'Wiederherstellen' }).click();
  await expect(second).not.toHaveURL(/wiederherstellen/);
  await kiosk.getByRole('button', { name: 'Antwort abholen' }).click();
  await kiosk.getByLabel('Abholcode').fill(code);
  await kiosk.getByRole('button', { name: 'Antwort suchen' }).click();
  await expect(kiosk.getByText('Hinterhaus, 2. Stock')).toBeVisible({ timeout: 30_000 });
  await expect(kiosk.getByText(/Die Praxis hat inzwischen ein neues Gerät. Ihr Termin gilt/)).toBeVisible({
    timeout: 60_000,
  });
  await expect(kiosk.getByText(/Absagen können Sie hier/)).toBeHidden();
  for (const page of [second, kiosk]) await page.close();
  await relay.remove();
  registrar.remove();
});
