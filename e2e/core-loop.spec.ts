import type { BrowserContext, Page } from '@playwright/test';
import {
  confirm,
  dayFromNow,
  fillRequest,
  findSlot,
  openPractice,
  phase,
  reject,
  reserve,
  sendRequest,
  withdrawSlot,
} from './fixtures/people.ts';
import { expect, test } from './fixtures/test.ts';

/** Real browsers and one relay process: from a free slot on a laptop to an answer on a phone. */
const SLOT = { day: dayFromNow(4), time: '09:00' };

type Device = (size?: 'phone' | 'laptop') => Promise<BrowserContext>;

const openBoth = async (device: Device): Promise<{ practice: Page; patient: Page }> => {
  const practice = await (await device('laptop')).newPage();
  await openPractice(practice, SLOT);
  const patient = await (await device()).newPage();
  await findSlot(patient);
  return { practice, patient };
};

const askAndArrive = async (patient: Page): Promise<void> => {
  await reserve(patient, 'Mondlicht', 'Vormittags geht es bei mir leichter.');
  await expect(phase(patient, /Angekommen/)).toBeVisible();
};

test('announced, found, asked for and confirmed', async ({ device }) => {
  const { practice, patient } = await openBoth(device);
  // Who it is, and that nobody vouches for them, stands beside when it is, and again where the request is written.
  await expect(patient.locator('main p', { hasText: 'Dr. Miriam Aydın' }).first()).toContainText('Ungeprüft');
  await expect(patient.getByText('Eigene Angabe der Praxis.', { exact: false })).toBeVisible();
  await fillRequest(patient, 'Mondlicht', 'Vormittags geht es bei mir leichter.');
  await expect(patient.getByText(/Diese Praxis ist ungeprüft/)).toBeVisible();
  await sendRequest(patient);
  await expect(phase(patient, /Angekommen/)).toBeVisible();
  await practice.goto('/#/praxis');
  await expect(practice.getByText(/Vormittags geht es bei mir leichter/)).toBeVisible();
  await confirm(practice, 'Mondlicht', 'Hinterhaus, 2. Stock');
  await expect(phase(patient, /Zugesagt/)).toBeVisible();
  await expect(patient.getByText('Hinterhaus, 2. Stock').first()).toBeVisible();
  await expect(patient.getByText(/Türkenstraße 1/).first()).toBeVisible();
  const other = await (await device()).newPage();
  await other.goto('/#/termine?wer=GKV&alle=1');
  await expect(other.getByText(/nichts frei/).first()).toBeVisible({ timeout: 60_000 });
});

test('rejected, and the patient is told', async ({ device }) => {
  const { practice, patient } = await openBoth(device);
  await askAndArrive(patient);
  await reject(practice, 'Mondlicht');
  await expect(phase(patient, /kann leider nicht zusagen/)).toBeVisible();
  await expect(patient.getByText(/vergeben/)).toBeHidden();
});

test('cancelled by the patient: the practice sees it', async ({ device }) => {
  const { practice, patient } = await openBoth(device);
  await askAndArrive(patient);
  await practice.goto('/#/praxis');
  await expect(practice.getByText('Mondlicht').first()).toBeVisible();
  await patient.getByRole('button', { name: /zurückziehen/ }).click();
  const sure = patient.getByRole('dialog').getByRole('button', { name: /zurückziehen/i });
  if (await sure.isVisible()) await sure.click();
  await expect(practice.getByRole('button', { name: 'Mondlicht zusagen' })).toBeHidden();
  await expect(phase(patient, /Zurückgezogen/)).toBeVisible();
  // The word has left and somebody keeps it: nothing is said any more that waits for a connection.
  await expect(patient.getByText(/Der Bescheid ist abgeschickt/)).toBeVisible();
});

test('withdrawn: gone from the search, and whoever asked is told', async ({ device }) => {
  const { practice, patient } = await openBoth(device);
  await askAndArrive(patient);
  await withdrawSlot(practice);
  const sure = practice.getByRole('dialog');
  await expect(sure).toContainText('1 Person hat angefragt und bekommt eine Absage.');
  await sure.getByRole('button', { name: 'Zurückziehen' }).click();
  // Such answers leave after a random while of up to twenty seconds, so that nobody sees what caused them.
  await expect(phase(patient, /wird nicht mehr angeboten/)).toBeVisible({ timeout: 60_000 });
  await patient.goto('/#/termine?wer=GKV&alle=1');
  await expect(patient.getByText(/nichts frei/).first()).toBeVisible({ timeout: 60_000 });
});

test('the relay is killed in the middle and started again: nothing that it acknowledged is lost', async ({
  device,
  relay,
}) => {
  const { practice, patient } = await openBoth(device);
  await practice.context().setOffline(true);
  await practice.close();
  await reserve(patient, 'Mondlicht');
  await expect(phase(patient, /Sicher verwahrt/)).toBeVisible();
  await relay.kill('SIGKILL');
  await relay.start();
  const context = await device('laptop');
  expect(context).toBeDefined();
  const again = await findAgain(patient);
  await expect(again.getByText('Dr. Miriam Aydın').first()).toBeVisible();
});

/** A fresh search over what the relay still has. */
const findAgain = async (patient: Page): Promise<Page> => {
  await patient.goto('/#/termine?wer=GKV&alle=1');
  return patient;
};
