import {
  addSlot,
  confirm,
  createPractice,
  dayFromNow,
  fillProfile,
  findSlot,
  makeOffer,
  openPractice,
  phase,
  reserve,
} from './fixtures/people.ts';
import { expect, test } from './fixtures/test.ts';

/** Steps of a practice's journey that the other files do not take, each on a laptop and on a phone. */
const DAY = dayFromNow(4);

for (const size of ['laptop', 'phone'] as const) {
  test(`${size}: what a practice cannot offer is refused at its field, and nothing is lost`, async ({ device }) => {
    const page = await (await device(size)).newPage();
    await createPractice(page);
    await page.goto('/#/praxis/profil');
    await page.getByLabel('Beruf').selectOption({ label: 'Heilpraktiker:in für Psychotherapie' });
    await fillProfile(page);
    await page.goto('/#/praxis/angebote/neu');
    for (const name of ['Gesetzliche Kasse', 'Selbst bezahlt', 'Video'])
      await page.getByText(name, { exact: true }).click();
    const save = page.getByRole('button', { name: 'Angebot speichern' });
    await save.click();
    await expect(page.getByText('Gesetzliche Kassen bezahlen keine Heilpraktiker:innen.')).toBeVisible();
    await expect(page).toHaveURL(/neu$/);
    await expect(page.getByLabel('Video', { exact: true })).toBeChecked();
    await page.getByText('Gesetzliche Kasse', { exact: true }).click();
    await page.getByText('Andere Dauer', { exact: true }).click();
    const minutes = page.getByLabel('Minuten', { exact: true });
    for (const wrong of ['0', '241', '52']) {
      await minutes.fill(wrong);
      await save.click();
      await expect(minutes).toHaveAttribute('aria-invalid', 'true');
      // It was so before: only once it has the focus was this try judged.
      await expect(minutes).toBeFocused();
    }
    await minutes.fill('60');
    await save.click();
    await expect(page).not.toHaveURL(/neu$/);
    // A slot that has passed is refused; the field keeps it.
    await page.goto('/#/praxis/termine');
    await page.getByLabel('Tag', { exact: true }).fill(dayFromNow(-2));
    await page.getByLabel(/^Uhrzeit 1/).fill('09:00');
    await page
      .getByRole('button', { name: /eintragen|melden|speichern/i })
      .first()
      .click();
    await expect(page.locator('[aria-invalid=true]').first()).toBeVisible();
    await expect(page.getByText(/freier Termin gemeldet/)).toHaveCount(0);
  });

  test(`${size}: two ask for one slot; one is confirmed, the other is told by itself, and both are counted`, async ({
    device,
  }) => {
    const practice = await (await device(size)).newPage();
    await openPractice(practice, { day: DAY, time: '09:00' });
    const asking = [];
    for (const name of ['Mondlicht', 'Fuchs']) {
      const page = await (await device()).newPage();
      await findSlot(page);
      await reserve(page, name);
      await expect(phase(page, /Angekommen/)).toBeVisible();
      asking.push(page);
    }
    const [first, second] = asking;
    if (first === undefined || second === undefined) throw new Error('two patients');
    await confirm(practice, 'Mondlicht');
    await expect(phase(first, /Zugesagt/)).toBeVisible();
    // After a random while of up to twenty seconds, so that nobody sees what caused it.
    await expect(phase(second, /vergeben/)).toBeVisible({ timeout: 60_000 });
    await practice.goto('/#/praxis/statistik');
    const received = practice
      .locator('dl div')
      .filter({ has: practice.getByText('Anfragen', { exact: true }) })
      .first();
    await expect(received.locator('dd')).toHaveText('2');
    // Counted by steps: what is shown is the end of one.
    await expect(practice.locator('dl div', { hasText: 'Zeit bis zur Antwort' })).toContainText(/bis \d+ Minuten/);
    await practice.getByRole('button', { name: 'Statistik löschen' }).click();
    await practice.getByRole('dialog').getByRole('button', { name: 'Ja, Statistik löschen' }).click();
    await expect(practice.getByText('Noch nichts gezählt.')).toBeVisible();
  });

  test(`${size}: a blocked sender is told so when asking, and may ask again once that is lifted`, async ({
    device,
  }) => {
    const practice = await (await device(size)).newPage();
    await openPractice(practice, { day: DAY, time: '09:00' });
    await addSlot(practice, { day: DAY, time: '11:00' });
    await expect(practice.getByText(/2 freie Termine gemeldet/)).toBeVisible();
    const patient = await (await device()).newPage();
    await findSlot(patient);
    await reserve(patient, 'Mondlicht');
    await expect(phase(patient, /Angekommen/)).toBeVisible();
    await practice.goto('/#/praxis');
    await practice.getByRole('button', { name: 'Mondlicht sperren' }).click();
    await practice.getByRole('dialog').getByRole('button', { name: 'Sperren' }).click();
    await expect(practice.getByRole('heading', { name: 'Gesperrt' })).toBeVisible();
    await expect(practice.getByRole('button', { name: 'Mondlicht zusagen' })).toHaveCount(0);
    // The button that asked went with the request.
    await expect(practice.locator('main')).toBeFocused();
    const other = patient.locator('main a[href*="#/termin/"]').first();
    await expect(phase(patient, /kann leider nicht zusagen/)).toBeVisible({ timeout: 60_000 });
    await findSlot(patient);
    await expect(other).toBeHidden();
    await reserve(patient, 'Igel');
    await expect(patient.getByText('Die Praxis nimmt von diesem Gerät keine Anfragen an.').first()).toBeVisible();
    await practice.getByRole('button', { name: /^Sperre für .* aufheben$/ }).click();
    await expect(practice.getByRole('heading', { name: 'Gesperrt' })).toBeHidden();
    await expect(practice.getByRole('status').filter({ hasText: /^Sperre für Mondlicht aufgehoben\.$/ })).toHaveCount(
      1,
    );
    await expect(practice.locator('main')).toBeFocused();
    // That was handed on once: what comes in later takes no focus.
    await practice.locator('main').evaluate((main) => main.blur());
    await findSlot(patient);
    await reserve(patient, 'Igel');
    await expect(phase(patient, /Angekommen/)).toBeVisible();
    await expect(practice.getByRole('button', { name: 'Igel zusagen' })).toBeVisible();
    await expect(practice.locator('main')).not.toBeFocused();
  });
}

test('the page of connections says how the device is, in a report without anything of the person', async ({
  device,
}) => {
  const practice = await (await device('laptop')).newPage();
  await createPractice(practice);
  await fillProfile(practice);
  await makeOffer(practice);
  await addSlot(practice, { day: DAY, time: '09:00' });
  await expect(practice.getByText(/1 freier Termin gemeldet/)).toBeVisible();
  const patient = await (await device()).newPage();
  await findSlot(patient);
  await reserve(patient, 'Mondlicht', 'Guten Tag');
  await expect(phase(patient, /Angekommen/)).toBeVisible();
  await patient.goto('/#/verbindungen');
  await patient.getByRole('button', { name: 'Bericht ansehen' }).click();
  const report = patient.getByRole('textbox', { name: 'Bericht zum Weitergeben' });
  await expect(report).toHaveValue(/delivered \+0 min/);
  await expect(report).toHaveValue(/[0-9a-f]{16}/);
  for (const secret of ['Mondlicht', 'Guten Tag', 'Aydın', '80799', 'Türkenstraße', new URL(patient.url()).host])
    expect(await report.inputValue()).not.toContain(secret);
  const file = patient.getByRole('link', { name: 'Als Datei speichern' });
  await expect(file).toHaveAttribute('download', 'terminfunk.txt');
});
