import type { Page } from '@playwright/test';
import { expect, test } from './fixtures/test.ts';

/** The field for a postcode or a place: what somebody types stands there, whatever was chosen before. */
const openWith = async (page: Page, query: string) => {
  await page.goto(`/#/?${query}`);
  return page.getByRole('combobox', { name: /Postleitzahl oder Ort/ });
};

test('a chosen place is overwritten by what is typed over it', async ({ device }) => {
  const page = await (await device()).newPage();
  const field = await openWith(page, 'wer=GKV&plz=80331');
  await expect(field).toHaveValue('80331 München');
  await field.press('ControlOrMeta+A');
  await field.pressSequentially('Frankfurt am', { delay: 30 });
  await expect(field).toHaveValue('Frankfurt am');
  await expect(page).not.toHaveURL(/plz=/);
  await field.press('Enter');
  await expect(page).toHaveURL(/#\/termine\?.*plz=60/);
});

test('a chosen place can be taken away key by key', async ({ device }) => {
  const page = await (await device()).newPage();
  const field = await openWith(page, 'wer=GKV&plz=80331');
  await expect(field).toHaveValue('80331 München');
  await field.press('End');
  for (let left = '80331 München'.length; left > 3; left -= 1) await field.press('Backspace');
  await expect(field).toHaveValue('803');
  await field.pressSequentially('35', { delay: 30 });
  await expect(page).toHaveURL(/plz=80335/);
  await field.press('Enter');
  await expect(page).toHaveURL(/#\/termine\?.*plz=80335/);
});

test('what is no place promises no count: that would be one for the whole country', async ({ device }) => {
  const page = await (await device()).newPage();
  const field = await openWith(page, 'wer=GKV');
  const button = page.locator('button[type=submit]');
  await expect(button).toHaveText('Nichts frei: Was nun?');
  await field.fill('Xyzzy');
  await expect(button).toHaveText('Termine suchen');
  await field.press('Tab');
  await expect(page.getByText(/Diesen Ort kennen wir nicht/)).toBeVisible();
  await expect(button).toHaveText('Termine suchen');
  await button.click();
  await expect(field).toBeFocused();
  await page.getByRole('button', { name: 'Ort löschen' }).click();
  await expect(button).toHaveText('Nichts frei: Was nun?');
});

test('a name that several towns share is asked about; a town of its own is chosen', async ({ device }) => {
  const page = await (await device()).newPage();
  const field = await openWith(page, 'wer=GKV');
  await field.pressSequentially('Halle', { delay: 30 });
  await field.press('Tab');
  await expect(page.getByText(/Diesen Namen gibt es öfter/)).toBeVisible();
  await expect(page).not.toHaveURL(/plz=/);
  await field.focus();
  await page.getByRole('option', { name: /Halle \(Saale\)/ }).click();
  await expect(field).toHaveValue('06108 Halle (Saale)');
  await field.press('ControlOrMeta+A');
  await field.pressSequentially('Münch', { delay: 30 });
  await field.press('Enter');
  await expect(page.getByText(/So fangen mehrere Orte an/)).toBeVisible();
  await expect(page.getByRole('option', { name: /München$/ })).toBeVisible();
  await field.pressSequentially('en', { delay: 30 });
  await field.press('Enter');
  await expect(page).toHaveURL(/#\/termine\?.*plz=80/);
});

test('a code with another town beside it is asked about, readable above what there is to choose from', async ({
  device,
}) => {
  const page = await (await device()).newPage();
  const field = await openWith(page, 'wer=GKV');
  await field.pressSequentially('80331 Hamburg', { delay: 30 });
  await field.press('Enter');
  const error = page.getByText(/Wir kennen 80331 als München/);
  await expect(error).toBeVisible();
  await expect(page).not.toHaveURL(/plz=/);
  const options = page.getByRole('listbox').getByRole('option');
  await expect(options.filter({ hasText: /München/ })).toBeVisible();
  const [said, first] = [await error.boundingBox(), await options.first().boundingBox()];
  expect((said?.y ?? 0) + (said?.height ?? 0)).toBeLessThanOrEqual(first?.y ?? 0);
  await options.filter({ hasText: /Hamburg$/ }).click();
  await expect(field).toHaveValue(/^2\d{4} Hamburg$/);
});
