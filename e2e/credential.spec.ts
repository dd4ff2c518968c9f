import { type Browser, type BrowserContext, expect, type Page, test } from '@playwright/test';
import { dayFromNow, openPractice } from './fixtures/people.ts';
import { createRegistrar, type TestRegistrar } from './fixtures/registrar.ts';
import { type RelayProcess, startRelay } from './fixtures/relay.ts';

/** From the registrar's command line to the badge that a patient sees, and back. */
const SLOT = { day: dayFromNow(5), time: '10:00' };

const openDevice = (browser: Browser, relay: RelayProcess, width: number): Promise<BrowserContext> =>
  browser.newContext({ viewport: { width, height: 844 }, baseURL: relay.origin });

const importCredential = async (page: Page, credential: string): Promise<void> => {
  await page.getByLabel('Nachweis einfügen').fill(credential);
  await page.getByRole('button', { name: 'Nachweis einlesen' }).click();
};

const keyOf = async (page: Page): Promise<string> => {
  await page.goto('/#/praxis/nachweis');
  const key = page.getByText(/^[\w-]{43}$/);
  await expect(key).toBeVisible();
  return (await key.innerText()).trim();
};

const withRegistrar = async (run: (registrar: TestRegistrar, relay: RelayProcess) => Promise<void>): Promise<void> => {
  const registrar = createRegistrar();
  const relay = await startRelay(['--config', registrar.config]);
  try {
    await run(registrar, relay);
  } finally {
    await relay.remove();
    registrar.remove();
  }
};

test('issued, imported, seen with its reason, and taken back', async ({ browser }) => {
  await withRegistrar(async (registrar, relay) => {
    const [laptop, phone] = [await openDevice(browser, relay, 1280), await openDevice(browser, relay, 390)];
    const practice = await laptop.newPage();
    await openPractice(practice, SLOT);
    const patient = await phone.newPage();
    // Nobody vouches yet: not shown by itself.
    await patient.goto('/#/termine?wer=GKV');
    await expect(patient.getByText('Dr. Miriam Aydın')).toBeHidden();
    const key = await keyOf(practice);
    await expect(practice.getByText(`Diese App kennt ein Register: ${registrar.name}.`)).toBeVisible();
    await expect(practice.getByText(/„Auch ungeprüfte Praxen zeigen“/)).toBeVisible();
    await importCredential(practice, registrar.issue(key, 7));
    await expect(practice.getByText('Der Nachweis ist eingelesen.')).toBeVisible();
    await expect(practice.getByText(`Ausgestellt von ${registrar.name}.`)).toBeVisible();
    await expect(patient.getByText('Dr. Miriam Aydın').first()).toBeVisible();
    await patient.locator('a[href*="#/termin/"]').first().click();
    await expect(patient.getByText('Geprüft').first()).toBeVisible();
    await expect(patient.getByText(registrar.name).first()).toBeVisible();
    registrar.revoke(7, relay.origin);
    await expect(patient.getByText(/Der Nachweis wurde widerrufen/).first()).toBeVisible({ timeout: 60_000 });
    await expect(practice.getByText(/Der Nachweis wurde widerrufen/).first()).toBeVisible({ timeout: 60_000 });
    await laptop.close();
    await phone.close();
  });
});

test('what is no credential for this practice is refused at the field, and changes nothing', async ({ browser }) => {
  await withRegistrar(async (registrar, relay) => {
    const laptop = await openDevice(browser, relay, 1280);
    const practice = await laptop.newPage();
    await openPractice(practice, SLOT);
    const key = await keyOf(practice);
    await importCredential(practice, '');
    await expect(practice.getByLabel('Nachweis einfügen')).toHaveAttribute('aria-invalid', 'true');
    await importCredential(practice, 'kein Nachweis');
    await expect(practice.getByText(/Das ist kein Nachweis/)).toBeVisible();
    const good = registrar.issue(key, 8);
    await importCredential(practice, good.slice(0, -20));
    await expect(practice.getByText(/Das ist kein Nachweis|hält nicht|ungültig|stimmt nicht/).first()).toBeVisible();
    await importCredential(practice, registrar.issue(`${'A'.repeat(42)}E`, 9));
    await expect(practice.getByText(/gehört zu einem anderen Schlüssel/)).toBeVisible();
    await importCredential(practice, registrar.issue(key, 10, '2026-02-01'));
    await expect(practice.getByText(/abgelaufen/).first()).toBeVisible();
    const stranger = createRegistrar();
    await importCredential(practice, stranger.issue(key, 11));
    await expect(practice.getByText(/das diese App nicht kennt/).first()).toBeVisible();
    stranger.remove();
    await expect(practice.getByText('Ungeprüft').first()).toBeVisible();
    await importCredential(practice, good);
    await expect(practice.getByText('Der Nachweis ist eingelesen.')).toBeVisible();
    await laptop.close();
  });
});
