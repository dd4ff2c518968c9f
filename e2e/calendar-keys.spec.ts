/** A therapist's week without a pointer: where the focus is after every step. */
import { openWeek } from './fixtures/people.ts';
import { expect, test } from './fixtures/test.ts';

test('by keys alone: through the week, a slot offered, withdrawn, and the withdrawal undone', async ({ device }) => {
  const page = await (await device('laptop')).newPage();
  await openWeek(page);
  const focused = (words: RegExp) => expect(page.locator('td:focus')).toHaveAccessibleName(words);
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(() => document.activeElement?.matches('td') ?? false)) break;
  }
  await page.keyboard.press('PageDown');
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await focused(/^Dienstag.*, 10:00\sUhr: nichts eingetragen/);
  await page.keyboard.press('Enter');
  await focused(/10:00\sUhr: .*frei/);
  await expect(page.getByText(/1 Termin ist frei gegeben/)).toBeVisible();
  await page.keyboard.press('Delete');
  const undo = page.getByRole('button', { name: 'Rückgängig' }).first();
  await expect(undo).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(undo).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(undo).toBeHidden();
  await expect(page.getByRole('gridcell', { name: /10:00 Uhr: .*frei/ })).toBeVisible();
  // Not at the button that withdraws it once more.
  await expect(page.locator('.panel')).toBeFocused();

  // Withdrawn in the list below while it lies under the cursor of the week: the focus stays in the list.
  const row = page.getByRole('listitem').filter({ hasText: '10:00' });
  await row.getByRole('button', { name: /zurückziehen/ }).press('Enter');
  await expect(row.getByRole('button', { name: 'Rückgängig' })).toBeFocused();
  await expect(row.getByRole('button', { name: /wieder anbieten/ })).toBeVisible();
  await expect(row).toBeFocused();
  await row.getByRole('button', { name: /wieder anbieten/ }).press('Enter');
  await expect(row.getByRole('button', { name: /zurückziehen/ })).toBeVisible();
  await expect(row).toBeFocused();
});
