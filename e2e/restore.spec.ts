import { readFileSync } from 'node:fs';
import { answerCalls, failCalls } from './fixtures/failing-calls.ts';
import { addSlot, confirm, dayFromNow, findSlot, openPractice, phase, reserve } from './fixtures/people.ts';
import { expect, test } from './fixtures/test.ts';

/** A practice whose laptop is gone comes back from its words, on another device. */
const SLOT = { day: dayFromNow(4), time: '09:00' };

test('restored from the words: old offers go, the first device retires, and who asked is told to ask again', async ({
  device,
}) => {
  const first = await (await device('laptop')).newPage();
  const words = await openPractice(first, SLOT);
  const patient = await (await device()).newPage();
  await findSlot(patient);
  // The first laptop is off when the request comes.
  await first.context().setOffline(true);
  await first.close();
  await reserve(patient, 'Mondlicht');
  const second = await (await device('laptop')).newPage();
  await second.goto('/#/praxis/wiederherstellen');
  const field = second.getByLabel('24 Wörter');
  const submit = second.getByRole('button', { name: 'Wiederherstellen' });
  await field.fill('abandon');
  await submit.click();
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await field.fill(words.replace(/^\w+/, 'zzzz'));
  await submit.click();
  await expect(second.getByText(/1\./).first()).toBeVisible();
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  const [one = '', two = '', ...rest] = words.split(' ');
  await field.fill([two, one, ...rest].join(' '));
  await submit.click();
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  // Looked at again while it is corrected: nothing is wrong any more before anything is pressed.
  await field.fill(words);
  await expect(field).not.toHaveAttribute('aria-invalid', 'true');
  await submit.click();
  await expect(second).not.toHaveURL(/wiederherstellen/);
  await second.goto('/#/praxis/profil');
  await expect(second.getByLabel('Name', { exact: true })).toHaveValue('Dr. Miriam Aydın');
  // The old slot is gone for everybody.
  const other = await (await device()).newPage();
  await other.goto('/#/termine?wer=GKV&alle=1');
  await expect(other.getByText(/nichts frei/).first()).toBeVisible({ timeout: 60_000 });
  await expect(patient.getByText(/Bitte fragen Sie noch einmal an/).first()).toBeVisible({ timeout: 60_000 });
});

test('the first device hears that it was replaced', async ({ device }) => {
  const first = await (await device('laptop')).newPage();
  const words = await openPractice(first, SLOT);
  const second = await (await device('laptop')).newPage();
  await second.goto('/#/praxis/wiederherstellen');
  await second.getByLabel('24 Wörter').fill(words);
  await second.getByRole('button', { name: 'Wiederherstellen' }).click();
  await expect(second).not.toHaveURL(/wiederherstellen/);
  await expect(first.getByText(/lebt jetzt auf einem anderen Gerät/).first()).toBeVisible({ timeout: 60_000 });
  // And the second one works: a slot, a request, a confirmation.
  await second.goto('/#/praxis/angebote');
  const { makeOffer } = await import('./fixtures/people.ts');
  await makeOffer(second);
  await addSlot(second, { day: dayFromNow(6), time: '11:00' });
  await expect(second.getByText(/1 freier Termin gemeldet/)).toBeVisible();
  const patient = await (await device()).newPage();
  await findSlot(patient);
  await reserve(patient, 'Fuchs');
  await expect(phase(patient, /Angekommen/)).toBeVisible();
  await confirm(second, 'Fuchs');
  await expect(phase(patient, /Zugesagt/)).toBeVisible();
});

test('the backup file brings the calendar back, and the time that was given away is not offered again', async ({
  device,
}) => {
  const first = await (await device('laptop')).newPage();
  const words = await openPractice(first, SLOT);
  await addSlot(first, { day: dayFromNow(6), time: '11:00' });
  await expect(first.getByText(/2 freie Termine gemeldet/)).toBeVisible();
  await first.waitForTimeout(1_500);
  const patient = await (await device()).newPage();
  await findSlot(patient);
  await reserve(patient, 'Fuchs', 'Meine Nummer: 0171 2345678');
  await expect(phase(patient, /Angekommen/)).toBeVisible();
  await confirm(first, 'Fuchs');
  await expect(phase(patient, /Zugesagt/)).toBeVisible();
  await first.goto('/#/praxis/profil');
  const downloading = first.waitForEvent('download');
  await first.getByRole('button', { name: 'Sicherungsdatei speichern' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/^terminfunk-sicherung-\d{4}-\d\d-\d\d\.tfbackup$/);
  const file = readFileSync(await download.path());
  // What this device saved itself is not newer than what is here.
  const asFile = (buffer: Buffer) => ({ name: 'sicherung.tfbackup', mimeType: 'application/octet-stream', buffer });
  await first.getByLabel('Sicherungsdatei einspielen').setInputFiles(asFile(file));
  await expect(first.getByText(/weiß schon mehr als diese Sicherung/)).toBeVisible();
  await first.context().setOffline(true);
  await first.close();

  const second = await (await device('laptop')).newPage();
  await second.goto('/#/praxis/wiederherstellen');
  await second.getByLabel('24 Wörter').fill(words);
  const chosen = second.getByLabel(/^Sicherungsdatei/);
  const submit = second.getByRole('button', { name: 'Wiederherstellen' });
  await chosen.setInputFiles(asFile(Buffer.concat([file.subarray(0, -1), Buffer.from([(file.at(-1) ?? 0) ^ 1])])));
  await submit.click();
  await expect(second.getByText(/beschädigt/)).toBeVisible();
  await expect(second).toHaveURL(/wiederherstellen/);
  await chosen.setInputFiles(asFile(file));
  await submit.click();
  await expect(second).toHaveURL(/praxis\/termine/);
  await expect(second.locator('main')).toBeFocused();
  await expect(second.getByText('Fuchs').first()).toBeVisible({ timeout: 60_000 });
  await expect(patient.getByText(/Die Praxis hat inzwischen ein neues Gerät. Ihr Termin gilt/)).toBeVisible({
    timeout: 60_000,
  });
  await expect(second.getByText(/1 freier Termin gemeldet/)).toBeVisible();
  await second.getByRole('button', { name: 'Verstanden' }).press('Enter');
  await expect(second.getByRole('button', { name: 'Verstanden' })).toBeHidden();
  await expect(second.locator('main')).toBeFocused();
  const other = await (await device()).newPage();
  await other.goto('/#/termine?wer=GKV&alle=1');
  await expect(other.locator('a[href*="#/termin/"]')).toHaveCount(1, { timeout: 60_000 });

  // Nobody can write to this person from here: said where one would, with what the backup knows.
  await second.goto('/#/praxis');
  const row = second.getByRole('listitem').filter({ hasText: 'Fuchs' });
  await expect(row).toContainText('Von hier kommt keine Nachricht zu Fuchs');
  await expect(row).toContainText('Meine Nummer: 0171 2345678');
  await second.goto('/#/praxis/termine');
  // What the inbox says cannot be read for now: nothing is said about a number, and trying again opens the form.
  await failCalls(second, 'inbox');
  await second.getByRole('button', { name: 'Termin mit Fuchs absagen' }).click();
  await expect(second.getByRole('alert').getByText('Das hat nicht geklappt.')).toBeVisible();
  await expect(second.getByText(/steht keine Nummer/)).toHaveCount(0);
  await answerCalls(second);
  await second.getByRole('alert').getByRole('button').click();
  await expect(second.getByRole('alert')).toHaveCount(0);
  const form = second.getByRole('form', { name: 'Termin mit Fuchs absagen' });
  await expect(form).toContainText('Die App sagt es Fuchs nicht');
  await expect(form).toContainText('Meine Nummer: 0171 2345678');
  await expect(form.getByRole('radio')).toHaveCount(0);
  await expect(form.getByRole('textbox')).toHaveCount(0);
  // Enter once too often strikes nothing.
  await expect(form.getByText('Die App sagt es Fuchs nicht')).toBeFocused();
  await form.getByRole('button', { name: 'Termin streichen' }).click();
  await expect(second.getByText(/wird gleich gestrichen.*nicht: Bitte rufen Sie an/).first()).toBeVisible();
  await expect(second.getByRole('button', { name: /wieder anbieten$/ }).first()).toBeVisible();
  await second.goto('/#/praxis');
  await expect(row).toContainText('von Ihnen abgesagt');
  await expect(row).toContainText('Meine Nummer: 0171 2345678');
});
