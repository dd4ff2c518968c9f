import { confirm, dayFromNow, findSlot, openPractice, phase, reserve } from './fixtures/people.ts';
import { expect, test } from './fixtures/test.ts';

/** Two relay processes, linked by one option: a laptop at the first, a phone at the second. */
const SLOT = { day: dayFromNow(4), time: '09:00' };

test('announced at one relay; found, asked for and confirmed at the other', async ({ linkedRelays, deviceAt }) => {
  const [first, second] = linkedRelays;
  const practice = await (await deviceAt(first, 'laptop')).newPage();
  await openPractice(practice, SLOT);
  const patient = await (await deviceAt(second)).newPage();
  await findSlot(patient);
  await reserve(patient, 'Mondlicht', 'Vormittags geht es bei mir leichter.');
  await expect(phase(patient, /Angekommen/)).toBeVisible();
  await practice.goto('/#/praxis');
  await expect(practice.getByText(/Vormittags geht es bei mir leichter/)).toBeVisible();
  await confirm(practice, 'Mondlicht', 'Hinterhaus, 2. Stock');
  await expect(phase(patient, /Zugesagt/)).toBeVisible();
  await expect(patient.getByText('Hinterhaus, 2. Stock').first()).toBeVisible();
});

test('a relay says how many it is linked to, and when a link is lost and is back', async ({ linkedRelays }) => {
  const [first, second] = linkedRelays;
  const gauges = async (): Promise<string[]> => {
    const text = await (await fetch(`${second.origin}/metrics`)).text();
    return text.split('\n').filter((line) => line.startsWith('terminfunk_relays_'));
  };
  expect(await gauges()).toEqual(['terminfunk_relays_wanted 1', 'terminfunk_relays_connected 1']);
  await first.kill('SIGKILL');
  await expect.poll(gauges).toEqual(['terminfunk_relays_wanted 1', 'terminfunk_relays_connected 0']);
  await first.start();
  await expect.poll(gauges).toEqual(['terminfunk_relays_wanted 1', 'terminfunk_relays_connected 1']);
  const told = second.log().split('\n');
  const linked = `Linked to relay ${first.origin} over webtransport.`;
  expect(told.filter((line) => line.includes('relay http'))).toEqual([
    linked,
    `Lost the link to relay ${first.origin}. Trying again.`,
    expect.stringContaining(`Linked to relay ${first.origin} over `),
  ]);
});
