import { openRadioKiosk, openSetUp, radioOf, startKiosk } from './fixtures/radio-kiosk.ts';
import { expect, openVerified, radioTest as test } from './fixtures/radio-stage.ts';
import { createRegistrar } from './fixtures/registrar.ts';

/** Slots where there is no internet: announced on a laptop, at a kiosk with internet and a radio, heard at one with a radio alone. */
test('a slot that was announced on the internet is shown at a kiosk that has only a radio', async ({
  browser,
  relayWith,
  emulator,
}) => {
  test.setTimeout(300_000);
  const registrar = createRegistrar();
  const relay = await relayWith(['--config', registrar.config]);
  const elsewhere = await relayWith(['--config', registrar.config]);
  const practice = await browser.newPage({ baseURL: relay.origin });
  await openVerified(practice, registrar);

  const village = await openRadioKiosk(browser, elsewhere.origin, emulator, 'village');
  await startKiosk(village);
  await expect(village.getByText('Gerade ist hier nichts frei.')).toBeVisible();
  // From here on it has no internet.
  await elsewhere.kill('SIGKILL');
  const gateway = await openRadioKiosk(browser, relay.origin, emulator, 'gateway');
  await startKiosk(gateway);

  await expect(village.locator('article').first()).toContainText('Dr. Miriam Aydın', { timeout: 240_000 });
  await expect(village.locator('article').first()).toContainText('Geprüft');

  await openSetUp(village);
  await expect(radioOf(village)).toContainText('1 Meldung');
  await expect(radioOf(village)).toContainText('über 1 Funkstrecke');
  await expect(radioOf(village)).toContainText(/Gerät [0-9A-F]{4}.*hat Internet/);

  for (const page of [practice, village, gateway]) await page.context().close();
});
