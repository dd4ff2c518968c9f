import {
  addSlot,
  confirm,
  dayFromNow,
  fillRequest,
  findSlot,
  openPractice,
  phase,
  sendRequest,
} from './fixtures/people.ts';
import { expect, test } from './fixtures/test.ts';
import { setClockAhead } from './fixtures/wrong-clock.ts';

/** What goes wrong around a request: no relay, two tabs, a clock that is not right. Told as it is, and nothing is lost. */
const SLOT = { day: dayFromNow(4), time: '09:00' };
const HOUR = 3_600_000;

test('asked while the relay is down: kept and said so, and delivered when it is back', async ({ device, relay }) => {
  const practice = await (await device('laptop')).newPage();
  await openPractice(practice, SLOT);
  const patient = await (await device()).newPage();
  await findSlot(patient);
  await fillRequest(patient, 'Mondlicht');
  // The app is on this device: what is left of the visit needs nobody.
  await patient.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await relay.kill();
  await sendRequest(patient);
  await expect(phase(patient, /Gespeichert\. Sie wird noch abgeschickt/)).toBeVisible();
  await expect(patient.getByText('Auf diesem Gerät gespeichert')).toBeVisible();
  // Nothing that did not happen is said to have happened, also after a reload.
  await patient.reload();
  await expect(phase(patient, /Gespeichert\. Sie wird noch abgeschickt/)).toBeVisible();
  await expect(patient.locator('[aria-current="step"]')).toContainText('Auf diesem Gerät gespeichert');
  await relay.start();
  await expect(phase(patient, /Angekommen/)).toBeVisible({ timeout: 60_000 });
  await confirm(practice, 'Mondlicht');
  await expect(phase(patient, /Zugesagt/)).toBeVisible();
});

test('two tabs of one patient ask for the same slot: one request, and either tab knows', async ({ device }) => {
  const practice = await (await device('laptop')).newPage();
  await openPractice(practice, SLOT);
  const phone = await device();
  const first = await phone.newPage();
  const second = await phone.newPage();
  const tabs = [first, second];
  for (const tab of tabs) {
    await findSlot(tab);
    await fillRequest(tab, 'Mondlicht');
  }
  await Promise.all(tabs.map(sendRequest));
  for (const tab of tabs) await expect(phase(tab, /Angekommen/)).toBeVisible();
  expect(new URL(second.url()).hash).toBe(new URL(first.url()).hash);
  await practice.goto('/#/praxis');
  await expect(practice.getByRole('button', { name: 'Mondlicht zusagen' })).toHaveCount(1);
  // The tab that ran the node goes; the other one takes over and hears the answer.
  await first.close();
  await confirm(practice, 'Mondlicht');
  await expect(phase(second, /Zugesagt/)).toBeVisible();
});

test('a practice whose clock jumps an hour ahead is told so, announces nothing, and does once it is right', async ({
  device,
}) => {
  const practice = await (await device('laptop')).newPage();
  await openPractice(practice, SLOT);
  await setClockAhead(practice, HOUR);
  await expect(practice.getByText(/Die Uhr dieses Geräts geht falsch/).first()).toBeVisible({ timeout: 60_000 });
  await addSlot(practice, { day: dayFromNow(5), time: '11:00' });
  await expect(practice.getByText('frei, noch nicht gemeldet')).toHaveCount(2);
  const patient = await (await device()).newPage();
  await patient.goto('/#/termine?wer=GKV&alle=1');
  await expect(patient.getByText('09:00 Uhr').first()).toBeVisible();
  await expect(patient.getByText('11:00 Uhr')).toBeHidden();
  await setClockAhead(practice, 0);
  await expect(practice.getByText(/Die Uhr dieses Geräts geht falsch/)).toBeHidden({ timeout: 60_000 });
  await expect(patient.getByText('11:00 Uhr').first()).toBeVisible({ timeout: 60_000 });
});
