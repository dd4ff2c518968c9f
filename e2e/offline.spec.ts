import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { CHROMIUM_FLAGS, findChromium } from '../scripts/chromium.mjs';
import { dayFromNow, findSlot, openPractice, phase, reserve } from './fixtures/people.ts';
import { expect, test } from './fixtures/test.ts';

const SLOT = { day: dayFromNow(4), time: '09:00' };

const serviceWorkerReady = (page: Page) => page.evaluate(async () => void (await navigator.serviceWorker.ready));

test('a second visit without a network finds what the first one brought, and says how old it is', async ({
  device,
  relay,
}) => {
  await openPractice(await (await device('laptop')).newPage(), SLOT);
  const context = await device();
  const first = await context.newPage();
  await findSlot(first);
  await serviceWorkerReady(first);
  await first.close();
  await relay.kill();
  await context.setOffline(true);
  const second = await context.newPage();
  await second.goto('/#/termine?wer=GKV&alle=1');
  await expect(second.getByText('Dr. Miriam Aydın').first()).toBeVisible();
  await expect(second.getByText(/Stand/).first()).toBeVisible();
});

const SCREENS = [
  '',
  'termine?wer=GKV',
  'anfragen',
  'daten',
  'info',
  'impressum',
  'datenschutz',
  'kostenerstattung',
  'kiosk',
];
const DESK = [
  'praxis',
  'praxis/anlegen',
  'praxis/wiederherstellen',
  'verbindungen',
  'verbindungen/aufzeichnung',
  'nirgends',
];

test('every screen is there on a second visit without a network', async ({ device, relay }) => {
  const context = await device();
  const first = await context.newPage();
  await first.goto('/');
  await serviceWorkerReady(first);
  await first.close();
  await relay.kill();
  await context.setOffline(true);
  const page = await context.newPage();
  const broken: string[] = [];
  page.on('pageerror', (error) => broken.push(error.message));
  for (const screen of [...SCREENS, ...DESK]) {
    await page.goto(`/#/${screen}`);
    await page.reload();
    await expect(page.locator('main :is(h1, h2)').first(), screen).toBeAttached();
  }
  expect(broken).toEqual([]);
});

test('every tab closed while a request waits: the service worker sends it', async ({ device, relay }) => {
  const practice = await (await device('laptop')).newPage();
  await openPractice(practice, SLOT);
  const profile = mkdtempSync(join(tmpdir(), 'terminfunk-profile-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: findChromium() ?? '',
    args: [...CHROMIUM_FLAGS],
    baseURL: relay.origin,
    locale: 'de-DE',
  });
  const page = await context.newPage();
  await findSlot(page);
  await serviceWorkerReady(page);
  await relay.kill();
  await context.setOffline(true);
  await reserve(page, 'Mondlicht');
  await expect(phase(page, /gespeichert/i)).toBeVisible();
  // Background Sync is registered once the request is kept.
  await expect
    .poll(() =>
      page.evaluate(async () => {
        const registration = await navigator.serviceWorker.ready;
        return 'sync' in registration ? (registration.sync as { getTags(): Promise<string[]> }).getTags() : [];
      }),
    )
    .toContain('terminfunk-drain');
  await relay.start();
  for (const open of context.pages()) await open.close();
  await context.setOffline(false);
  await practice.goto('/#/praxis');
  await expect(practice.getByText('Mondlicht').first()).toBeVisible({ timeout: 70_000 });
  await context.close();
  rmSync(profile, { recursive: true, force: true });
});
