import type { Page } from '@playwright/test';
import { dayFromNow, findSlot, openPractice, phase, reserve } from './fixtures/people.ts';
import type { RelayProcess } from './fixtures/relay.ts';
import { expect, test } from './fixtures/test.ts';

/** Two linked relays of which the upper one dies: whoever is at the other is on an island, and goes on. */
const SLOT = { day: dayFromNow(4), time: '09:00' };
const BANNER = /^Insel: Gerade ist nur ein Teil des Netzes erreichbar/;

/** The address that a relay printed at its start. */
const addressOf = (relay: RelayProcess): string => /Terminfunk relay ([0-9a-f]{32})/.exec(relay.log())?.[1] ?? '';

/** Of two equals the one with the lower address is elected, and the other one follows it (docs/protocol/topology.md). */
const inOrder = (relays: readonly [RelayProcess, RelayProcess]): { upper: RelayProcess; lower: RelayProcess } => {
  const [one, other] = relays;
  return addressOf(one) < addressOf(other) ? { upper: one, lower: other } : { upper: other, lower: one };
};

const openMesh = async (page: Page) => {
  await page.goto('/#/verbindungen');
  return page.getByRole('region', { name: 'Netz' });
};

test('an island is named, is not offline, and goes on', async ({ linkedRelays, deviceAt }) => {
  test.setTimeout(180_000);
  const { upper, lower } = inOrder(linkedRelays);
  const device = await deviceAt(lower);
  const phone = await device.newPage();

  await test.step('while both relays run, nobody speaks of islands', async () => {
    const mesh = await openMesh(phone);
    await expect(mesh.getByText('verbunden', { exact: true })).toBeVisible();
    await expect(mesh.getByRole('definition').filter({ hasText: addressOf(lower).slice(0, 4) })).toBeVisible();
    await expect(mesh.getByText('Gerät · folgt anderen')).toBeVisible();
    // The lower one has found its place below the other, or there would be no way to lose.
    const above = await (await deviceAt(upper)).newPage();
    await openMesh(above);
    await expect(above.getByText('2, davon 2 erreichbar')).toBeVisible();
    await above.close();
    await expect(phone.getByText(BANNER)).toHaveCount(0);
  });

  await test.step('the upper relay dies: an island, said shortly on each screen and at length among the connections', async () => {
    await upper.kill('SIGKILL');
    await expect(phone.getByText(BANNER)).toBeVisible();
    const mesh = phone.getByRole('region', { name: 'Netz' });
    await expect(mesh.getByText('Insel: nur mit einem Teil')).toBeVisible();
    await expect(mesh.getByText(/gerade nicht mit dem übrigen Netz/)).toBeVisible();
    await expect(phone.getByText('1 Relay ist verbunden')).toBeVisible();
    await phone.goto('/#/');
    await expect(phone.getByText(BANNER)).toBeVisible();
  });

  await test.step('what is announced and asked for there is accepted and arrives', async () => {
    const practice = await (await deviceAt(lower, 'laptop')).newPage();
    await openPractice(practice, SLOT);
    await expect(practice.getByText('Insel: ein Teil des Netzes')).toBeVisible();
    await findSlot(phone);
    await reserve(phone, 'Mondlicht');
    await expect(phase(phone, /Angekommen/)).toBeVisible();
  });

  await test.step('the upper relay is back, and nobody speaks of islands any more', async () => {
    await upper.start();
    await expect(phone.getByText(BANNER)).toHaveCount(0, { timeout: 60_000 });
  });

  await test.step('without any relay the device is offline, and on no island', async () => {
    await upper.kill('SIGKILL');
    await expect(phone.getByText(BANNER)).toBeVisible();
    await lower.kill('SIGKILL');
    const mesh = await openMesh(phone);
    await expect(mesh.getByText('keine: mit niemandem verbunden')).toBeVisible();
    await expect(phone.getByText(BANNER)).toHaveCount(0);
  });
});
