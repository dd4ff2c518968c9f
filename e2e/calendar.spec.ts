/** A therapist's week on a laptop: a weekly pattern with its refusals, and busy times from a file. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import type { DayNumber, Millis } from '#core/brand.ts';
import { berlinWall } from '#core/calendar/berlin-time.ts';
import { addDays, dayText, parseDay, toCivilDay, weekdayOf as weekdayNumber } from '#core/calendar/civil-day.ts';
import { holidaysOf } from '#core/calendar/holidays.ts';
import { dayFromNow, openWeek } from './fixtures/people.ts';
import { expect, test } from './fixtures/test.ts';

const TODAY = berlinWall(Date.now() as Millis).day;
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** The weekday of a day as the select's value: 1 is Monday. */
const weekdayOf = (day: string): string => String(weekdayNumber(parseDay(day) ?? TODAY));
/** A day of next week that is no holiday. */
const workday = (): string => {
  const monday = addDays(TODAY, 8 - weekdayNumber(TODAY));
  const days = [2, 3, 1].map((index) => addDays(monday, index));
  const isOff = (day: DayNumber): boolean => holidaysOf(toCivilDay(day).year, undefined).has(day);
  return dayText(days.find((day) => !isOff(day)) ?? monday);
};
/** Wherever the calendar opened: on a Sunday that is the coming week already. */
const showNextWeek = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Heute' }).click();
  await page.getByRole('button', { name: 'Nächste Woche' }).click();
};
const weekPanel = (page: Page) => page.locator('.panel');
const saveOf = (page: Page) => page.getByRole('button', { name: 'Wochenmuster speichern' });
const compact = (day: string): string => day.replaceAll('-', '');
const file = (name: string, ...lines: string[]) => ({
  name,
  mimeType: 'text/calendar',
  buffer: Buffer.from(
    ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//T//DE', ...lines, 'END:VCALENDAR', ''].join('\r\n'),
  ),
});

test('a weekly pattern is refused at its fields, previewed, and becomes slots that busy times hide', async ({
  device,
}) => {
  test.setTimeout(180_000);
  const page = await (await device('laptop')).newPage();
  await openWeek(page);
  const day = workday();
  const begin = page.getByRole('button', { name: 'Neues Wochenmuster' });
  const firstField = page
    .locator('form')
    .filter({ has: saveOf(page) })
    .getByRole('combobox')
    .first();
  await begin.click();
  await expect(firstField).toBeFocused();
  await page.getByLabel('Wochentag').selectOption(weekdayOf(day));
  await page.getByLabel(/^Letztes Ende/).fill('08:00');
  await expect(page.getByText('Das Ende liegt vor dem Beginn.')).toBeVisible();
  await page.getByLabel(/^Letztes Ende/).fill('');
  await page.getByLabel('Puffer in Minuten').fill('500');
  await expect(page.getByText(/0 bis 120 Minuten/)).toBeVisible();
  await page.getByLabel('Puffer in Minuten').fill('10');
  await page.getByLabel(/^Letzter Tag/).fill(dayFromNow(-3));
  await expect(page.getByText('Der letzte Tag liegt vor dem ersten.')).toBeVisible();
  await saveOf(page).click();
  await expect(page.getByLabel(/^Letzter Tag/)).toBeFocused();
  await page.getByLabel(/^Letzter Tag/).fill(dayText(addDays(parseDay(day) ?? TODAY, 8)));
  const preview = page.getByRole('region', { name: 'Vorschau' });
  await expect(preview).toContainText('09:00, 50 min, 10 min Puffer');
  await expect(preview).toContainText(/\d Termine?/);
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  await saveOf(page).click();
  await expect(page.getByRole('button', { name: /10 min Puffer.* löschen/ })).toBeVisible();
  await expect(begin).toBeFocused();
  const change = page.getByRole('button', { name: /10 min Puffer.* ändern/ });
  await change.press('Enter');
  await expect(firstField).toBeFocused();
  await saveOf(page).press('Enter');
  await expect(change).toBeFocused();
  await showNextWeek(page);
  const cell = page.getByRole('gridcell', { name: /09:00 Uhr: .*frei/ });
  await expect(cell.first()).toBeVisible();

  // A second one at the same time is refused where it begins.
  await begin.click();
  await page.getByLabel('Wochentag').selectOption(weekdayOf(day));
  await expect(page.getByText(/überschneidet sich mit einem anderen Wochenmuster/)).toBeVisible();
  await page.getByRole('button', { name: 'Abbrechen' }).click();
  await expect(begin).toBeFocused();

  const input = page.getByLabel('Kalender einlesen');
  const busy = ['BEGIN:VEVENT', 'UID:1', `DTSTART;VALUE=DATE:${compact(day)}`, 'SUMMARY:Frau Geheim', 'END:VEVENT'];
  for (const [bad, words] of [
    [
      { name: 'x.ics', mimeType: 'text/calendar', buffer: Buffer.from('<html><script>alert(1)</script>') },
      /kein Kalender/,
    ],
    [file('x.ics', 'BEGIN:VEVENT', 'DTSTART:2026', 'END:VEVENT'), /beschädigt/],
    [file('x.ics', ...busy.slice(0, 4), 'DESCRIPTION:<script>alert(1)</script>', 'END:VEVENT'), /enthält ein Programm/],
    [{ name: 'x.ics', mimeType: 'text/calendar', buffer: Buffer.alloc(10_000_001, 65) }, /größer als 10 MB/],
  ] as const) {
    await input.setInputFiles(bad);
    await expect(page.getByText(words)).toBeVisible();
    await expect(page.getByText('Keine belegten Zeiten.')).toBeVisible();
  }
  await input.setInputFiles(file('week.ics', ...busy));
  await expect(page.getByText('1 belegte Zeit im nächsten halben Jahr')).toBeVisible();
  await expect(page.getByRole('gridcell', { name: /09:00 Uhr: ganztägig belegt/ })).toBeVisible();
  await expect(page.locator('.block.busy')).toHaveText('ganztägig belegt');
  await expect(page.getByText('Geheim')).toHaveCount(0);
  await page.reload();
  await expect(page.getByText('1 belegte Zeit im nächsten halben Jahr')).toBeVisible();
  await page.getByRole('button', { name: 'Alle belegten Zeiten löschen' }).click();
  await expect(page.getByText('Keine belegten Zeiten.')).toBeVisible();

  // Deleted while the form for another one is open: the focus goes on there.
  await begin.click();
  const remove = page.getByRole('button', { name: /10 min Puffer.* löschen/ });
  await remove.press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Löschen' }).press('Enter');
  await expect(remove).toBeHidden();
  await expect(firstField).toBeFocused();
});

test('with a mouse a drag offers several; on a phone there is one day at a time', async ({ device }) => {
  const page = await (await device('laptop')).newPage();
  await openWeek(page);
  await showNextWeek(page);
  const cell = (time: string) => page.getByRole('gridcell', { name: new RegExp(`^Mittwoch.*, ${time} Uhr`) });
  await cell('13:00').hover();
  await page.mouse.down();
  await cell('14:00').hover();
  await cell('14:30').hover();
  await page.mouse.up();
  await expect(cell('13:00')).toHaveAccessibleName(/frei/);
  await expect(cell('14:00')).toHaveAccessibleName(/frei/);
  await expect(cell('15:00')).toHaveAccessibleName(/nichts eingetragen/);

  // Given up: by Escape, and by letting go where neither the grid nor its panel is.
  const begin = async () => {
    await cell('16:00').hover();
    await page.mouse.down();
    await cell('16:30').hover();
    await expect(page.locator('td.drag')).toHaveCount(2);
  };
  const isNothing = async () => {
    await expect(page.locator('td.drag')).toHaveCount(0);
    await expect(cell('16:00')).toHaveAccessibleName(/nichts eingetragen/);
    await expect(page.locator('.block.free')).toHaveCount(2);
  };
  await begin();
  await page.keyboard.press('Escape');
  await expect(page.locator('td.drag')).toHaveCount(0);
  await page.mouse.up();
  await isNothing();
  await begin();
  const heading = await page.getByRole('navigation').first().boundingBox();
  await page.mouse.move((heading?.x ?? 0) + 5, (heading?.y ?? 0) + 5);
  await page.mouse.up();
  await isNothing();
  // Beside its column it is still in the grid.
  await begin();
  await page.getByRole('gridcell', { name: /^Donnerstag.*, 16:30 Uhr/ }).hover();
  await page.mouse.up();
  await expect(cell('16:00')).toHaveAccessibleName(/frei/);
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(page.getByRole('columnheader')).toHaveCount(2);
  await page.getByRole('button', { name: 'Nächster Tag' }).click();
  await expect(page.getByRole('gridcell', { name: /^Donnerstag/ }).first()).toBeVisible();
});

/** Nothing lies over it: neither at its top nor at its bottom. */
const isOnTop = (target: Locator): Promise<boolean> =>
  target.evaluate((element) => {
    const { top, bottom, left, width } = element.getBoundingClientRect();
    const isSeen = (y: number): boolean => element.contains(document.elementFromPoint(left + width / 2, y));
    return isSeen(top + 2) && isSeen(bottom - 2);
  });
const inFullView = (target: Locator) => expect(target).toBeInViewport({ ratio: 1 });

for (const size of ['laptop', 'phone'] as const) {
  test(`${size}: what came of a key, and its way back, are in view wherever one is in the grid`, async ({ device }) => {
    const page = await (await device(size)).newPage();
    await openWeek(page);
    const focused = page.locator('td:focus');
    await page.locator('[role=grid] td[tabindex="0"]').focus();
    for (const key of ['PageDown', 'Home', 'ArrowRight']) await page.keyboard.press(key);
    await page.keyboard.press('Enter');
    await inFullView(page.getByText(/1 Termin ist frei gegeben/));
    await expect.poll(() => isOnTop(focused)).toBe(true);
    await expect(focused).toHaveAccessibleName(/frei/);

    await page.keyboard.press('Delete');
    const undo = weekPanel(page).getByRole('button', { name: 'Rückgängig' });
    await inFullView(undo);
    expect(await isOnTop(undo)).toBe(true);
    await expect(page.locator('.block.leaving')).toHaveText(/wird zurückgezogen/);
    await expect(focused).toHaveAccessibleName(/wird zurückgezogen/);
    const height = (await weekPanel(page).boundingBox())?.height ?? Number.POSITIVE_INFINITY;
    expect(height).toBeLessThan((page.viewportSize()?.height ?? 0) / 2);
    await page.keyboard.press('ArrowDown');
    await undo.click();
    await expect(page.locator('.block.leaving')).toHaveCount(0);
    await expect(page.locator('.block.free')).toHaveCount(1);

    // Down to the last half hour and up again: what lies over the grid never hides where the focus is.
    await page.locator('[role=grid] td[tabindex="0"]').focus();
    for (const key of ['ArrowDown', 'ArrowUp'])
      for (let presses = 0; presses < 26; presses++) {
        await page.keyboard.press(key);
        await inFullView(focused);
        expect(await isOnTop(focused)).toBe(true);
      }
  });
}

test('a drag near the bottom of the screen says in view what it did; a click on what is past says why not', async ({
  device,
}) => {
  const page = await (await device('laptop')).newPage();
  await openWeek(page);
  await showNextWeek(page);
  const cell = (time: string) => page.getByRole('gridcell', { name: new RegExp(`^Mittwoch.*, ${time} Uhr`) });
  await cell('09:00').hover();
  await page.mouse.down();
  // Let go over the panel: what was drawn until then counts.
  await cell('09:30').hover();
  const panel = await weekPanel(page).boundingBox();
  if (panel === null) throw new Error('no panel');
  await page.mouse.move(panel.x + panel.width / 2, panel.y + panel.height / 2);
  await page.mouse.up();
  await inFullView(page.getByText(/frei gegeben/));
  await expect(cell('09:00')).toHaveAccessibleName(/frei/);

  await page.getByRole('button', { name: 'Heute' }).click();
  await page.getByRole('button', { name: 'Vorige Woche' }).click();
  await cell('10:00').click();
  const said = page.getByRole('status').filter({ hasText: 'Diese Zeit ist vorbei' });
  await inFullView(said);
});

/** Where something begins on the page, however far it is scrolled. */
const topOnPage = (target: Locator): Promise<number> =>
  target.evaluate((element) => element.getBoundingClientRect().top + scrollY);

for (const size of ['laptop', 'phone'] as const) {
  test(`${size}: the week stays where it is when the first slot is offered, and in sight until it is used`, async ({
    device,
  }) => {
    const page = await (await device(size)).newPage();
    await openWeek(page);
    const grid = page.getByRole('grid');
    await expect(page.getByRole('link', { name: /Nachweis/ })).toHaveCount(1);
    const before = await topOnPage(grid);
    const panel = weekPanel(page);
    expect(await topOnPage(panel)).toBeGreaterThan(await grid.evaluate((one) => one.getBoundingClientRect().bottom));
    await page.getByRole('button', { name: size === 'phone' ? 'Nächster Tag' : 'Nächste Woche' }).click();
    await page
      .getByRole('gridcell', { name: /nichts eingetragen/ })
      .nth(4)
      .click();
    await expect(page.locator('.block.free')).toHaveCount(1);
    await expect(page.getByRole('heading', { name: 'Nächster Schritt' })).toBeVisible();
    await expect(page.getByText(/sehen nur Menschen, die auch ungeprüfte Praxen ansehen/)).toBeVisible();
    expect(await topOnPage(grid)).toBe(before);
  });
}

test('the slots open with the offer that was just saved, and it is said that it is', async ({ device }) => {
  const page = await (await device('laptop')).newPage();
  await openWeek(page);
  await page.goto('/#/praxis/angebote/neu');
  await page.getByLabel('Terminart').selectOption({ label: 'Probesitzung' });
  for (const name of ['Systemische Therapie', 'Gesetzliche Kasse', 'Video'])
    await page.getByText(name, { exact: true }).click();
  const note = page.getByRole('status').filter({ hasText: 'Ohne Nachweis steht dieses Angebot als „ungeprüft“ da.' });
  await expect(note).toContainText('geht die gesetzliche Kasse nur, wenn darin eine Kassenzulassung steht.');
  await page.getByRole('button', { name: 'Angebot speichern' }).click();
  await expect(page).toHaveURL(/termine$/);
  await expect(page.getByRole('status').filter({ hasText: 'Angebot gespeichert.' })).toHaveCount(1);
  for (const label of ['Neue Termine für', 'Angebot'])
    await expect(page.getByLabel(label, { exact: true }).locator('option:checked')).toHaveText(/Probesitzung/);
});

test('a slot that is offered on a holiday goes out, and says that it is one', async ({ device }) => {
  const page = await (await device('laptop')).newPage();
  await openWeek(page);
  const { year } = toCivilDay(TODAY);
  const days = [year, year + 1].flatMap((one) => [...holidaysOf(one, undefined).keys()]).sort((a, b) => a - b);
  const holiday = days.find((day) => day > TODAY) ?? TODAY;
  await page.getByRole('button', { name: 'Heute' }).click();
  const mondayOf = (day: DayNumber): number => day - weekdayNumber(day);
  const weeks = (mondayOf(holiday) - mondayOf(TODAY)) / 7;
  for (let week = 0; week < weeks; week++) await page.getByRole('button', { name: 'Nächste Woche' }).click();
  await page
    .getByRole('gridcell', { name: /Feiertag: / })
    .nth(4)
    .click();
  await expect(page.getByText(/frei gegeben\. Achtung, Feiertag: /)).toBeVisible();
});
