import type { Page } from '@playwright/test';
import { confirm, dayFromNow, fillRequest, findSlot, openPractice, phase, sendRequest } from './fixtures/people.ts';
import { expect, test } from './fixtures/test.ts';

/** What a practice sees of requests, on every page that is open, without asking again. */
const SLOT = { day: dayFromNow(4), time: '09:00' };

test('asked for, confirmed, cancelled: every page of the practice says so at once', async ({ device }) => {
  const context = await device('laptop');
  const slots = await context.newPage();
  await openPractice(slots, SLOT);
  const inbox = await context.newPage();
  await inbox.goto('/#/praxis');
  const patient = await (await device()).newPage();
  await findSlot(patient);
  await fillRequest(patient, 'Mondlicht');
  await patient.getByRole('textbox', { name: /Vermittlungscode/ }).fill('ABCD1234EFGH');
  await sendRequest(patient);

  const row = slots.getByRole('listitem').filter({ hasText: '09:00' });
  await expect(row).toContainText('1 Anfrage');
  // Only the form of a code is looked at: nothing may say that it is good.
  const code = inbox.locator('.tag').filter({ hasText: 'ABCD-1234-EFGH' });
  await expect(code).toContainText('nicht geprüft');
  await expect(code.locator('svg')).toHaveCount(0);

  await confirm(inbox, 'Mondlicht');
  await expect(phase(patient, /Zugesagt/)).toBeVisible();
  await expect(row).toContainText('zugesagt');
  await expect(row).toContainText('Mondlicht');
  const badge = inbox.getByRole('navigation').getByRole('link', { name: /Anfragen/ });
  await expect(badge).not.toContainText('1');

  await patient.getByRole('button', { name: 'Termin absagen' }).click();
  await patient.getByRole('dialog').getByRole('button', { name: 'Termin absagen' }).click();
  await expect(inbox.getByRole('heading', { name: 'Mondlicht hat den Termin abgesagt' })).toBeVisible();
  await expect(inbox.getByText('Er ist wieder frei gemeldet.')).toBeVisible();
  await expect(badge).toContainText('1');
  await expect(row).toContainText(/frei/);
  await expect(row).not.toContainText('Mondlicht');

  await inbox.getByRole('button', { name: 'Verstanden' }).click();
  await expect(inbox.getByRole('heading', { name: /abgesagt/ })).toBeHidden();
  await inbox.reload();
  await expect(inbox.getByText('von der Person abgesagt')).toBeVisible();
  await expect(inbox.getByText(/verwahrt/)).toBeHidden();
  await expect(badge).not.toContainText('1');
});

/** Opens a form just above the crisis numbers, where all of it would be behind them, and looks at its last button. */
const opensWhole = async (page: Page, opener: string, last: string): Promise<void> => {
  const begin = page.getByRole('button', { name: opener });
  await begin.waitFor();
  const strip = (await page.getByRole('complementary').boundingBox())?.height ?? 0;
  const end = await begin.evaluate((element) => element.getBoundingClientRect().bottom + scrollY);
  const width = page.viewportSize()?.width ?? 0;
  await page.setViewportSize({ width, height: Math.ceil(end + strip + 8) });
  await page.evaluate(() => scrollTo(0, 0));
  await begin.click();
  const button = page.getByRole('button', { name: last });
  await expect(button).toBeInViewport({ ratio: 1 });
  const isUncovered = await button.evaluate((element) => {
    const { left, bottom, width } = element.getBoundingClientRect();
    return element.contains(document.elementFromPoint(left + width / 2, bottom - 2));
  });
  expect(isUncovered).toBe(true);
};

for (const size of ['laptop', 'phone'] as const) {
  test(`${size}: the forms that confirm and call off come into view whole, above the crisis numbers`, async ({
    device,
  }) => {
    const practice = await (await device(size)).newPage();
    await openPractice(practice, SLOT);
    const patient = await (await device()).newPage();
    await findSlot(patient);
    await fillRequest(patient, 'Mondlicht');
    await sendRequest(patient);
    await practice.goto('/#/praxis');
    await opensWhole(practice, 'Mondlicht zusagen', 'Jetzt zusagen');
    await practice.locator('form').getByText('Vor Ort', { exact: true }).click();
    await practice.getByRole('button', { name: 'Jetzt zusagen' }).click();
    await expect(phase(patient, /Zugesagt/)).toBeVisible();
    await opensWhole(practice, 'Termin mit Mondlicht absagen', 'Jetzt absagen');
  });
}
