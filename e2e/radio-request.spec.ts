import { confirm } from './fixtures/people.ts';
import { expect, test } from './fixtures/radio-stage.ts';

/** A request from where there is no internet: asked at a kiosk with a radio alone, confirmed on a laptop, read with the code. */
test.setTimeout(480_000);

test('asked at a kiosk that has only a radio, confirmed while its board was unplugged, and read there with the code', async ({
  scene,
  emulator,
}) => {
  const { practice, village } = scene;
  await expect(village.locator('article').first()).toContainText('Geprüft', { timeout: 120_000 });
  await village.getByRole('button', { name: 'Hier anfragen' }).first().click();
  await village.getByLabel('Welchen Namen soll die Praxis sehen?').fill('Mondlicht');
  await village.getByRole('group', { name: 'Wie möchten Sie sprechen?' }).getByText('Video', { exact: true }).click();
  await village.getByRole('button', { name: 'Verschlossen absenden' }).click();
  await expect(village.getByRole('heading', { name: 'Nehmen Sie diesen Code mit' })).toBeVisible();
  await expect(village.getByText('Angekommen. Jetzt ist die Praxis dran.')).toBeVisible({ timeout: 120_000 });
  await emulator.control({ do: 'unplug', board: 'village' });
  await confirm(practice, 'Mondlicht', 'Bitte klingeln', 'Video');
  // The answer leaves when the seconds for undoing are over.
  await expect(practice.getByRole('button', { name: 'Rückgängig' })).toBeVisible();
  await expect(practice.getByRole('button', { name: 'Rückgängig' })).toHaveCount(0, { timeout: 30_000 });
  await emulator.control({ do: 'plug', board: 'village' });
  await expect(village.getByRole('button', { name: 'Antwort jetzt lesen' })).toBeVisible({ timeout: 240_000 });
  await village.getByRole('button', { name: 'Antwort jetzt lesen' }).click();
  await expect(village.getByText('Bitte klingeln')).toBeVisible();
});
