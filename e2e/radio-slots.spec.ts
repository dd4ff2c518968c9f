import { openSetUp, radioOf } from './fixtures/radio-kiosk.ts';
import { expect, test } from './fixtures/radio-stage.ts';

/** Slots where there is no internet: announced on a laptop, at a kiosk with internet and a radio, heard at one with a radio alone. */
test.setTimeout(480_000);

test('a slot that was announced on the internet is shown at a kiosk that has only a radio', async ({ scene }) => {
  const { village, openElsewhere } = scene;
  await expect(village.locator('article').first()).toContainText('Dr. Miriam Aydın', { timeout: 240_000 });
  await expect(village.locator('article').first()).toContainText('Geprüft');

  await village.evaluate(() => {
    Object.defineProperty(navigator, 'onLine', { get: () => false });
    dispatchEvent(new Event('offline'));
  });
  // Not how old the last sync over the internet is: what is new comes another way.
  await expect(
    village.getByText(/Keine Verbindung zum Internet\. Neues kommt über Funk, zuletzt heute, \d/),
  ).toBeVisible();

  const radius = village.getByText(/^Über Funk hört dieser Kiosk nur, was bis etwa 50 km entfernt/);
  await expect(radius).toBeHidden();
  await village.getByText('100 km', { exact: true }).click();
  await expect(radius).toBeVisible();

  // Nobody sends what is far away. Who wants it by video asks for it.
  await openElsewhere();
  await village.getByText('Nur Video', { exact: true }).click();
  await expect(village.getByText('1 freier Termin')).toBeVisible();
  await village.getByRole('button', { name: 'Per Funk fragen' }).click();
  await expect(
    village.getByText('Ein Angebot ist gekommen. Passt es zu Ihrer Suche, steht es gleich in der Liste.'),
  ).toBeVisible({ timeout: 120_000 });
  await expect(village.locator('article', { hasText: '20095 Hamburg' })).toContainText('Geprüft');

  await openSetUp(village);
  await expect(radioOf(village)).toContainText('1 Meldung');
  await expect(radioOf(village)).toContainText('über 1 Funkstrecke');
  await expect(radioOf(village)).toContainText(/Gerät [0-9A-F]{4}.*hat Internet/);
});
