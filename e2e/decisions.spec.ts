import type { BrowserContext, Page } from '@playwright/test';
import { confirm, dayFromNow, findSlot, openPractice, phase, reject, reserve } from './fixtures/people.ts';
import { expect, test } from './fixtures/test.ts';

/** What a practice decides is kept from the moment in which it is decided, whatever becomes of the tab. */
const SLOT = { day: dayFromNow(4), time: '09:00' };

const asked = async (device: (size?: 'phone' | 'laptop') => Promise<BrowserContext>) => {
  const context = await device('laptop');
  const practice = await context.newPage();
  await openPractice(practice, SLOT);
  const patient = await (await device()).newPage();
  await findSlot(patient);
  await reserve(patient, 'Mondlicht');
  await expect(phase(patient, /Angekommen/)).toBeVisible();
  return { context, practice, patient };
};
const undo = (page: Page) => page.getByRole('button', { name: 'Rückgängig' });

test('confirmed and reloaded at once: the seconds go on, and the patient hears of it', async ({ device }) => {
  const { practice, patient } = await asked(device);
  await confirm(practice, 'Mondlicht', 'Hinterhaus, 2. Stock');
  await expect(undo(practice)).toBeVisible();
  await practice.reload();
  await expect(undo(practice)).toBeVisible();
  await expect(phase(patient, /Zugesagt/)).toBeVisible();
  await expect(patient.getByText('Hinterhaus, 2. Stock').first()).toBeVisible();
});

test('rejected and closed at once: the patient hears of it', async ({ device }) => {
  const { context, practice, patient } = await asked(device);
  await reject(practice, 'Mondlicht');
  await expect(undo(practice)).toBeVisible();
  await practice.close();
  await (await context.newPage()).goto('/');
  await expect(phase(patient, /nicht zusagen/)).toBeVisible();
});

test('a slot on site or by video is confirmed as one of the two, and the patient is told which', async ({ device }) => {
  const { practice, patient } = await asked(device);
  await practice.goto('/#/praxis');
  await practice.getByRole('button', { name: 'Mondlicht zusagen' }).click();
  await practice.getByRole('button', { name: 'Jetzt zusagen' }).click();
  await expect(practice.getByText('Bitte sagen Sie, wie der Termin stattfindet.')).toBeVisible();
  await expect(practice.getByRole('radio', { name: 'Vor Ort' })).toBeFocused();
  await expect(undo(practice)).toHaveCount(0);
  await practice.getByText('Video', { exact: true }).click();
  await practice.getByRole('button', { name: 'Jetzt zusagen' }).click();
  await expect(phase(patient, /Zugesagt/)).toBeVisible();
  const facts = patient.locator('dl.facts').first();
  await expect(facts).toContainText('Video');
  await expect(facts).not.toContainText('Vor Ort');
  await expect(facts).not.toContainText('Türkenstraße');
  await patient.goto('/#/anfragen');
  const line = patient.getByRole('link', { name: /Dr\. Miriam Aydın/ });
  await expect(line).toContainText('Video');
  await expect(line).not.toContainText('München');
  // The practice still knows it on the day.
  await expect(practice.getByRole('listitem').filter({ hasText: 'Mondlicht' })).toContainText('Sprechstunde, Video,');
  await practice.goto('/#/praxis/termine');
  await expect(practice.getByRole('listitem').filter({ hasText: 'Mondlicht' })).toContainText('Video');

  // And the patient once it is called off.
  await line.click();
  await patient.getByRole('button', { name: 'Termin absagen' }).click();
  await patient.getByRole('dialog').getByRole('button', { name: 'Termin absagen' }).click();
  await expect(phase(patient, /Abgesagt/)).toBeVisible();
  await expect(patient.getByRole('main')).toContainText(/Dr\. Miriam Aydın · Video/);
  await expect(patient.getByRole('main')).not.toContainText('München');
});

test('undone: the words for the patient are still there, and nothing left', async ({ device }) => {
  const { practice, patient } = await asked(device);
  await confirm(practice, 'Mondlicht', 'Hinterhaus, 2. Stock', 'Video');
  await undo(practice).click();
  await expect(practice.getByRole('radio', { name: 'Video' })).toBeChecked();
  await expect(practice.getByLabel('Nachricht zur Zusage')).toHaveValue('Hinterhaus, 2. Stock');
  await practice.waitForTimeout(7_000);
  await practice.reload();
  await expect(practice.getByRole('button', { name: 'Mondlicht zusagen' })).toBeVisible();
  await expect(phase(patient, /Angekommen/)).toBeVisible();
});
