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

  // One step back it is still asked about: the page of the slot is where many look something up.
  await patient.goBack();
  await expect(patient.getByRole('heading', { name: 'Die Praxis' })).toBeVisible();
  const askedThere = patient.waitForEvent('dialog');
  await patient.evaluate(() => void setTimeout(() => location.reload()));
  await (await askedThere).dismiss();
  await patient.goForward();
  await expect(patient.locator('textarea')).toHaveValue('x'.repeat(449));
});

test('whoever leaves at once is not asked about what was begun', async ({ device }) => {
  const practice = await (await device('laptop')).newPage();
  await openPractice(practice, { day: dayFromNow(4), time: '09:00' });
  const context = await device();
  let arrive = () => {};
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  await context.route('https://www.wikipedia.org/**', async (route) => {
    await arrived;
    await route.fulfill({ contentType: 'text/html', body: '<h1>Wiki</h1>' });
  });
  const patient = await context.newPage();
  await findSlot(patient);
  await fillRequest(patient, 'Mondlicht');
  // While the other page is on its way: Chromium itself asks nothing for an empty page, other browsers do.
  const mayLeave = await patient.evaluate(() => {
    const ask = () => dispatchEvent(new Event('beforeunload', { cancelable: true }));
    const before = ask();
    document.querySelector<HTMLElement>('header .exit')?.click();
    return [before, ask()];
  });
  expect(mayLeave).toEqual([false, true]);
  arrive();
  await expect(patient).toHaveURL('https://www.wikipedia.org/');
});
