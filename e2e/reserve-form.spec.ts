import { dayFromNow, fillRequest, findSlot, openPractice } from './fixtures/people.ts';
import { expect, test } from './fixtures/test.ts';

/** Writing to a practice: what is typed is not lost on the way, and not cut without a word. */
test('what was typed survives going back and forth, is asked about before a reload, and is never cut', async ({
  device,
}) => {
  const practice = await (await device('laptop')).newPage();
  await openPractice(practice, { day: dayFromNow(4), time: '09:00' });
  const patient = await (await device()).newPage();
  await findSlot(patient);
  await fillRequest(patient, 'Jörg Müßiggänger-Öztürk', 'x'.repeat(450));
  await expect(patient.locator('textarea')).toHaveValue('x'.repeat(450));
  await expect(patient.getByText(/Die Nachricht ist zu lang.*um 250 Zeichen/)).toBeVisible();
  await expect(patient.getByText(/Der Name ist zu lang.*um 5 Zeichen/)).toBeVisible();
  await patient.getByRole('textbox').first().fill('Öztürk, Jörg Müßig');
  await expect(patient.getByText(/Noch 1 Zeichen/)).toBeVisible();

  await patient.goBack();
  await expect(patient.getByRole('heading', { name: 'Die Praxis' })).toBeVisible();
  await patient.goForward();
  await expect(patient.getByRole('textbox').first()).toHaveValue('Öztürk, Jörg Müßig');
  await expect(patient.locator('textarea')).toHaveValue('x'.repeat(450));

  // A browser only asks where somebody has really typed.
  await patient.locator('textarea').press('Backspace');
  const asked = patient.waitForEvent('dialog');
  await patient.evaluate(() => void setTimeout(() => location.reload()));
  const dialog = await asked;
  expect(dialog.type()).toBe('beforeunload');
  await dialog.dismiss();
  await expect(patient.locator('textarea')).toHaveValue('x'.repeat(449));
});
