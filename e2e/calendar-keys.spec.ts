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

test('two withdrawn in a row: the way back of the second keeps its place and the focus', async ({ device }) => {
  const page = await (await device('laptop')).newPage();
  await openWeek(page);
  await page.getByRole('button', { name: 'Nächste Woche' }).click();
  const at = (time: string) => page.getByRole('gridcell', { name: new RegExp(`^Dienstag.*, ${time}\\sUhr`) });
  for (const time of ['10:00', '12:00']) {
    await at(time).click();
    await expect(at(time)).toHaveAccessibleName(/frei/);
  }
  const bar = page.locator('.panel .undo');
  const withdraw = page.locator('.panel').getByRole('button', { name: 'Diesen Termin zurückziehen' });
  await at('10:00').click();
  await withdraw.press('Enter');
  await expect(bar).toContainText('10:00');
  await at('12:00').click();
  await withdraw.press('Enter');
  await expect(bar).toContainText('12:00');
  await expect(bar.getByRole('button')).toBeFocused();
  // Wherever the cursor goes, the one that was withdrawn last can still be undone there.
  await at('12:00').press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(page.locator('.panel')).toContainText('13:00');
  await expect(bar).toContainText('12:00');
  await expect(bar).toHaveCount(1);
});
