import type { Page } from '@playwright/test';
import { beginConfirming, createPractice, dayFromNow, fillProfile } from '../fixtures/people.ts';
import { OWN } from './patient.ts';
import { expect, type Stage } from './stage.ts';

/** The pictures of docs/therapists.md: a practice from its first word to a request that is answered. */

const pictureIdentity = async ({ shoot, registrar }: Stage, page: Page): Promise<void> => {
  await page.goto('/#/praxis/anlegen');
  await expect(page.getByRole('heading', { name: 'Ihre 24 Wörter' })).toBeVisible();
  await shoot(page, 'words');
  await createPractice(page);
  await fillProfile(page);
  await shoot(page, 'profile');
  await page.goto('/#/praxis/nachweis');
  const key = (await page.getByText(/^[\w-]{43}$/).innerText()).trim();
  await page.getByLabel('Nachweis einfügen').fill(registrar.issue(key, 7, '2030-06-30'));
  await page.getByRole('button', { name: 'Nachweis einlesen' }).click();
  await expect(page.getByText(`Ausgestellt von ${registrar.name}.`)).toBeVisible();
  await shoot(page, 'credential');
};

const pictureOffer = async ({ shoot }: Stage, page: Page): Promise<void> => {
  await page.goto('/#/praxis/angebote/neu');
  for (const name of ['Verhaltenstherapie', 'Gesetzliche Kasse', 'Telefon'])
    await page.getByText(name, { exact: true }).click();
  await shoot(page, 'offer');
  await page.getByRole('button', { name: 'Angebot speichern' }).click();
  await expect(page).not.toHaveURL(/neu$/);
};

/** Next Thursday morning is taken, as a calendar file says it. */
const busyFile = (day: string) => {
  const at = (time: string): string => `TZID=Europe/Berlin:${day.replaceAll('-', '')}T${time}`;
  const event = ['UID:1', `DTSTART;${at('100000')}`, `DTEND;${at('130000')}`, 'SUMMARY:Supervision'];
  const text = [
    ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//T//DE'],
    ...['BEGIN:VTIMEZONE', 'TZID:Europe/Berlin', 'BEGIN:STANDARD', 'DTSTART:19701025T030000'],
    ...['TZOFFSETFROM:+0200', 'TZOFFSETTO:+0100', 'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU', 'END:STANDARD'],
    ...['BEGIN:DAYLIGHT', 'DTSTART:19700329T020000', 'TZOFFSETFROM:+0100', 'TZOFFSETTO:+0200'],
    ...['RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU', 'END:DAYLIGHT', 'END:VTIMEZONE'],
    ...['BEGIN:VEVENT', ...event, 'END:VEVENT', 'END:VCALENDAR', ''],
  ].join('\r\n');
  return { name: 'woche.ics', mimeType: 'text/calendar', buffer: Buffer.from(text) };
};

const pictureWeek = async ({ shoot }: Stage, page: Page): Promise<void> => {
  await page.goto('/#/praxis/termine');
  await page.getByRole('button', { name: 'Neues Wochenmuster' }).click();
  await page.getByLabel('Wochentag').selectOption('2');
  await page.getByLabel(/^Beginn/).fill('09:00');
  await page.getByLabel(/^Letztes Ende/).fill('12:00');
  await page.getByLabel('Puffer in Minuten').fill('10');
  await expect(page.getByRole('region', { name: 'Vorschau' })).toBeVisible();
  await shoot(page, 'pattern', page.getByLabel('Puffer in Minuten'));
  await page.getByRole('button', { name: 'Wochenmuster speichern' }).click();
  await page.getByLabel('Kalender einlesen').setInputFiles(busyFile(dayFromNow(10)));
  await expect(page.getByText('1 belegte Zeit im nächsten halben Jahr')).toBeVisible();
  const busy = page.getByRole('gridcell', { name: /10:00 Uhr: belegt/ });
  // The calendar opens with this week or, towards its end, with the next one.
  for (let weeks = 0; weeks < 2 && !(await busy.isVisible()); weeks++)
    await page.getByRole('button', { name: 'Nächste Woche' }).click();
  await expect(busy).toBeVisible();
  await expect(page.getByText('frei, noch nicht gemeldet')).toHaveCount(0);
  await shoot(page, 'week', page.getByRole('heading', { name: 'Ihre Woche' }));
};

export const openPractice = async (stage: Stage): Promise<Page> => {
  const page = await stage.device('laptop');
  await pictureIdentity(stage, page);
  await pictureOffer(stage, page);
  await pictureWeek(stage, page);
  // The announcement leaves once changes have settled.
  await page.waitForTimeout(1_500);
  return page;
};

/** What is kept for a bad day, and the way back from it on another laptop. */
const pictureBackup = async ({ shoot, device }: Stage, practice: Page): Promise<void> => {
  await practice.goto('/#/praxis/profil');
  const backup = practice.getByRole('heading', { name: 'Sicherung', exact: true });
  await expect(backup).toBeVisible();
  await shoot(practice, 'backup', backup);
  const other = await device('laptop');
  await other.goto('/#/praxis/wiederherstellen');
  await expect(other.getByLabel('24 Wörter')).toBeVisible();
  await shoot(other, 'restore');
  await other.close();
};

export const pictureStatistics = async ({ shoot }: Stage, practice: Page): Promise<void> => {
  await practice.goto('/#/praxis/statistik');
  await expect(practice.getByRole('heading', { name: 'Die letzten zwölf Wochen' })).toBeVisible();
  await shoot(practice, 'statistics');
};

/** Two people ask for one slot; one of them gets it, unless it is undone. */
export const pictureInbox = async (stage: Stage, practice: Page): Promise<void> => {
  const { shoot, device } = stage;
  const people: readonly (readonly [string, string])[] = [
    ['Fuchs', 'Ich war noch nie in Therapie und weiß nicht, wie das geht.'],
    ['Amsel', 'Am Telefon bin ich ab 16 Uhr erreichbar.'],
  ];
  for (const [name, text] of people) {
    const phone = await device('phone');
    await phone.goto(`/#/termine?${OWN}`);
    await phone.locator('a[href*="#/termin/"]').last().click();
    await phone.getByRole('link', { name: 'Diesen Termin anfragen' }).click();
    await phone.getByRole('textbox').first().fill(name);
    await phone.locator('textarea').fill(text);
    await phone.getByRole('button', { name: 'Verschlossen absenden' }).click();
    await expect(phone.getByRole('heading', { level: 1, name: /Angekommen/ })).toBeVisible();
    await phone.close();
  }
  await practice.goto('/#/praxis');
  await expect(practice.getByText('Amsel', { exact: true })).toBeVisible();
  await shoot(practice, 'inbox');
  const last = await beginConfirming(practice, 'Fuchs', 'Hinterhaus, 2. Stock');
  await last.click();
  const undo = practice.getByRole('button', { name: 'Rückgängig' }).first();
  await expect(undo).toBeVisible();
  await shoot(practice, 'undo');
  await undo.click();
  // The note that was begun goes with the page.
  await practice.reload();
  await pictureBackup(stage, practice);
};
