import type { Locator } from '@playwright/test';
import { readCode } from './fixtures/read-code.ts';
import { expect, test } from './fixtures/test.ts';

/** A laptop's relays on a phone: by a code that its camera reads, and only when the person says so. */

test('a phone gets the relays of a laptop, asks first, and refuses what is none', async ({
  linkedRelays,
  deviceAt,
}) => {
  const [first, second] = linkedRelays;
  const laptop = await (await deviceAt(first, 'laptop')).newPage();
  await laptop.goto('/#/verbindungen');
  await expect(laptop.getByText('verbunden', { exact: false }).first()).toBeVisible();
  await laptop.getByRole('button', { name: 'QR-Code zeigen' }).click();
  const link = await readCode(laptop, laptop.getByRole('img', { name: /QR-Code mit den Relays/ }));
  expect(link).toBe(`${first.origin}/#/verbinden?${new URLSearchParams([['r', first.origin]])}`);

  const phone = await (await deviceAt(second)).newPage();
  const fragment = link.slice(link.indexOf('#'));
  const relayOf = (origin: string): Locator => phone.getByRole('listitem').filter({ hasText: origin });
  await phone.goto(`/${fragment}`);
  await expect(phone.getByRole('heading', { name: 'Diese Relays hinzufügen?' })).toBeVisible();
  await expect(relayOf(first.origin)).toBeVisible();
  await phone.getByRole('button', { name: 'Nicht hinzufügen' }).click();
  await expect(phone.getByRole('heading', { name: 'Verbindungen', level: 1 })).toBeVisible();
  await expect(relayOf(first.origin)).toHaveCount(0);

  await phone.goto(`/${fragment}`);
  await phone.getByRole('button', { name: 'Hinzufügen', exact: true }).click();
  await expect(phone.getByRole('heading', { name: 'Verbindungen', level: 1 })).toBeVisible();
  await expect(relayOf(first.origin)).toBeVisible();

  await phone.goto(`/${fragment}&r=javascript%3Aalert(1)`);
  await expect(phone.getByRole('alert')).toContainText('keine Adresse eines Relays');
  await expect(phone.getByRole('button', { name: 'Hinzufügen', exact: true })).toHaveCount(0);
});
