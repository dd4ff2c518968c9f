import { readFileSync } from 'node:fs';
import { confirm, dayFromNow, findSlot, openPractice, phase, reserve } from './fixtures/people.ts';
import { expect, test } from './fixtures/test.ts';

/** A confirmed appointment goes into the person's own calendar, which others may look into. */
test('a confirmed appointment is a calendar file that says when, and nothing else', async ({ device }) => {
  const practice = await (await device('laptop')).newPage();
  const day = dayFromNow(4);
  await openPractice(practice, { day, time: '09:00' });
  const patient = await (await device()).newPage();
  await findSlot(patient);
  await reserve(patient, 'Mondlicht', 'Vormittags geht es bei mir leichter.');
  await expect(phase(patient, /Angekommen/)).toBeVisible();
  await expect(patient.getByRole('link', { name: 'In den Kalender' })).toHaveCount(0);
  await confirm(practice, 'Mondlicht', 'Hinterhaus, 2. Stock');
  await expect(phase(patient, /Zugesagt/)).toBeVisible();
  await expect(patient.getByText(/Verlassen Sie sich nicht allein darauf/)).toBeVisible();

  const take = async (): Promise<string> => {
    const [download] = await Promise.all([
      patient.waitForEvent('download'),
      patient.getByRole('link', { name: 'In den Kalender' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('termin.ics');
    return readFileSync(await download.path(), 'utf8');
  };
  const file = await take();
  const start = /^DTSTART:(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)00Z\r$/m.exec(file)?.slice(1).map(Number) ?? [];
  const [year = 0, month = 0, date = 0, hours = 0, minutes = 0] = start;
  const local = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin', dateStyle: 'short', timeStyle: 'short' });
  expect(local.format(Date.UTC(year, month - 1, date, hours, minutes))).toBe(`${day} 09:00`);
  expect(file).toMatch(/\r\nSUMMARY:Termin\r\n/);
  expect(file.match(/TRIGGER:.*(?=\r)/g)).toEqual(['TRIGGER:-P1D', 'TRIGGER:-PT2H']);
  expect(file).not.toMatch(/Aydın|Türken|Hinterhaus|Mondlicht|herap|funk|LOCATION/i);
  // Taken again, it is the same appointment.
  expect(await take()).toBe(file);
});
