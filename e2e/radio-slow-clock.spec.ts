import { openSetUp } from './fixtures/radio-kiosk.ts';
import { expect, test } from './fixtures/radio-stage.ts';

/** A kiosk that has only a radio, and whose clock is two days behind: what comes from today is from its future. */
test.setTimeout(480_000);
test.use({ practices: 3, slow: 172_800_000 });

test('three practices tell it what time it is at least; it says no age, and tells its operator', async ({ scene }) => {
  const { village } = scene;
  await expect(village.locator('article')).toHaveCount(3, { timeout: 400_000 });
  await expect(village.getByText('Wie alt eine Meldung ist, lässt sich gerade nicht sagen')).toBeVisible();
  await expect(village.locator('article').first()).toContainText(/seit \S+ \d+\. \S+, \d\d:\d\d/);
  await expect(village.locator('article').first()).not.toContainText('gerade eben');

  await openSetUp(village);
  await expect(village.getByText('Die Uhr dieses Geräts geht nach.')).toBeVisible();
});
