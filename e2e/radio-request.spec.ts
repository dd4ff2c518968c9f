import { confirm } from './fixtures/people.ts';
import { openRadioKiosk, startKiosk } from './fixtures/radio-kiosk.ts';
import { expect, openVerified, radioTest as test } from './fixtures/radio-stage.ts';
import { createRegistrar } from './fixtures/registrar.ts';

/** A request from where there is no internet: asked at a kiosk with a radio alone, confirmed on a laptop, read with the code. */
test('asked at a kiosk that has only a radio, confirmed, and read there with the code', async ({
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
  await elsewhere.kill('SIGKILL');
  const gateway = await openRadioKiosk(browser, relay.origin, emulator, 'gateway');
  await startKiosk(gateway);

  await expect(village.locator('article').first()).toContainText('Geprüft', { timeout: 120_000 });
  await village.getByRole('button', { name: 'Hier anfragen' }).first().click();
  await village.getByLabel('Welchen Namen soll die Praxis sehen?').fill('Mondlicht');
  await village.getByRole('group', { name: 'Wie möchten Sie sprechen?' }).getByText('Video', { exact: true }).click();
  await village.getByRole('button', { name: 'Verschlossen absenden' }).click();
  await expect(village.getByRole('heading', { name: 'Nehmen Sie diesen Code mit' })).toBeVisible();
  await expect(village.getByText('Angekommen. Jetzt ist die Praxis dran.')).toBeVisible({ timeout: 120_000 });
  await confirm(practice, 'Mondlicht', 'Bitte klingeln', 'Video');
  await expect(village.getByRole('button', { name: 'Antwort jetzt lesen' })).toBeVisible({ timeout: 120_000 });
  await village.getByRole('button', { name: 'Antwort jetzt lesen' }).click();
  await expect(village.getByText('Bitte klingeln')).toBeVisible();
  for (const page of [practice, village, gateway]) await page.context().close();
});
