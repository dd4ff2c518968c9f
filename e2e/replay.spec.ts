import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { startRelay } from './fixtures/relay.ts';

/** A recording of the simulator as a moving picture: the example, and files of this device. */
const LINES = [
  { at: 0, kind: 'up', from: 1, to: 1, what: '' },
  { at: 0, kind: 'up', from: 2, to: 2, what: '' },
  { at: 50, kind: 'link', from: 1, to: 2, what: '' },
  { at: 2_000, kind: 'frame', from: 1, to: 2, what: 'beacon' },
  { at: 9_000, kind: 'down', from: 2, to: 2, what: '' },
];

test('the example plays, is sought through, and says in words what the picture shows', async ({ browser }) => {
  const relay = await startRelay();
  const context = await browser.newContext({ viewport: { width: 1280, height: 3_000 }, baseURL: relay.origin });
  const page = await context.newPage();
  await page.goto('/#/verbindungen');
  await page.getByRole('link', { name: /Aufzeichnung abspielen/ }).click();
  await expect(page.getByText('Nichts wird hochgeladen.')).toBeVisible();
  await page.getByRole('button', { name: /^Beispiel/ }).click();

  const time = page.getByRole('slider', { name: 'Zeitpunkt der Aufzeichnung' });
  await expect(time).toHaveAttribute('aria-valuetext', /^0:00,0 von/);
  await page.getByLabel('Tempo').selectOption({ label: '100×' });
  await page.getByRole('button', { name: 'Abspielen' }).click();
  await expect(page.getByRole('button', { name: 'Abspielen' })).toBeVisible();
  await expect(time).toHaveAttribute('aria-valuenow', (await time.getAttribute('aria-valuemax')) ?? '');

  await time.press('Home');
  const picture = page.getByRole('img', { name: /Bild des Netzes/ });
  for (let step = 0; step < 40; step++) await time.press('ArrowRight');
  await expect(time).toHaveAttribute('aria-valuetext', /^0:40,0/);
  await expect(picture).toHaveAccessibleName(/24 von 24 Knoten .* 2 Inseln/);
  await expect(page.getByRole('table', { name: /Das Letzte vor 0:40,0/ })).toContainText(
    /\d+ Wege enden \(abgerissen\)/,
  );
  await time.press('End');
  await page.getByRole('button', { name: 'Zur vorigen Störung' }).click();
  await expect(picture).toHaveAccessibleName(/22 von 24 Knoten/);
  await expect(page.getByRole('table', { name: /Das Letzte vor/ })).toContainText('Knoten 13 fällt aus.');

  await page.getByLabel('Nummer des Knotens').fill('13');
  await page.getByLabel('Nummer des Knotens').press('Enter');
  await expect(page.getByText('ist aus', { exact: true })).toBeVisible();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag22aa']).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
  }
  await page.getByLabel('Nummer des Knotens').fill('99');
  await page.getByLabel('Nummer des Knotens').press('Enter');
  await expect(page.getByText('Diesen Knoten gibt es in der Aufzeichnung nicht.')).toBeVisible();
  await context.close();
  await relay.remove();
});

test('a file of this device is read; one that is no recording is refused and loses nothing', async ({ browser }) => {
  const relay = await startRelay();
  const page = await browser.newPage({ viewport: { width: 360, height: 740 }, baseURL: relay.origin });
  await page.goto('/#/verbindungen/aufzeichnung');
  const file = page.locator('input[type=file]');
  const lines = LINES.map((line) => JSON.stringify(line));
  await file.setInputFiles({ name: 'lauf.jsonl', mimeType: '', buffer: Buffer.from([...lines, 'kaputt'].join('\n')) });
  await expect(page.getByText('5 Ereignisse · 2 Knoten')).toBeVisible();
  await expect(page.getByText('1 Zeile ist ausgelassen: 1 × kein JSON')).toBeVisible();
  await file.setInputFiles({ name: 'brief.txt', mimeType: 'text/plain', buffer: Buffer.from('Liebe Praxis') });
  await expect(page.getByRole('alert')).toContainText('Keine Zeile darin ist ein Ereignis.');
  await expect(page.getByText('5 Ereignisse · 2 Knoten')).toBeVisible();
  await page.getByRole('slider').press('End');
  await expect(page.getByRole('img', { name: /1 von 2 Knoten/ })).toBeVisible();
  const overhang = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overhang).toBeLessThanOrEqual(0);
  await page.close();
  await relay.remove();
});
