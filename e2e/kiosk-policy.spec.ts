import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { findChromium } from '../scripts/chromium.mjs';
import { startEmulator } from './fixtures/emulator.ts';
import { prepareMachine } from './fixtures/kiosk-browser.ts';
import { expect, test } from './fixtures/test.ts';

/** The rules that an operator copies for Chrome: what they say, and that the browser takes them. */
const rules = (text: string): Readonly<Record<string, unknown>> => JSON.parse(text);

test('the rules name this address and the board that is here, and are copied', async ({ browser, relay }) => {
  const emulator = await startEmulator([{ name: 'board', kind: 'esp32', serialNumber: '1' }]);
  const context = await browser.newContext({ baseURL: relay.origin, serviceWorkers: 'block' });
  await emulator.plugInto(context);
  const page = await context.newPage();
  await page.goto('/#/kiosk/einrichten');
  await page.getByText('Chrome ohne Nachfrage').click();
  const text = page.getByRole('textbox', { name: 'Regeln' });
  await expect(text).toHaveValue(/"vendor_id": 12346 }/);
  await page.getByRole('button', { name: 'Funkgerät auswählen' }).click();
  await expect(text).toHaveValue(/{ "vendor_id": 4292, "product_id": 60000 }/);
  expect(rules(await text.inputValue())).toEqual({
    SerialAllowUsbDevicesForUrls: [{ devices: [{ vendor_id: 0x10c4, product_id: 0xea60 }], urls: [relay.origin] }],
    VideoCaptureAllowedUrls: [relay.origin],
    CookiesAllowedForUrls: [relay.origin],
    PasswordManagerEnabled: false,
    TranslateEnabled: false,
  });
  const copy = page.getByRole('button', { name: 'Regeln kopieren' });
  await copy.click();
  await expect(page.getByText('Kopieren ging nicht. Der Text ist markiert')).toBeVisible();
  await context.grantPermissions(['clipboard-read', 'clipboard-write', 'local-network-access']);
  await copy.click();
  await expect(page.getByText('Kopiert.', { exact: true })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await text.inputValue());
  await context.close();
  await emulator.end();
});

/** Where a browser on Linux looks for what its machine's administrator says. */
const POLICIES = /google-chrome/.test(findChromium() ?? '') ? '/etc/opt/chrome' : '/etc/chromium';
/** A folder of its own in that place, for the browser that is started and nobody else on this machine. */
const WITH_FOLDER = 'mount --bind "$0" "$1" && shift && exec "$@"';
const UNSHARE = ['unshare', process.getuid?.() === 0 ? '-m' : '-rm', 'sh', '-c', WITH_FOLDER] as const;

test('the browser takes every rule, without an error', async ({ device }) => {
  const folder = mkdtempSync(join(tmpdir(), 'terminfunk-policies-'));
  const [program, ...rest] = [...UNSHARE, folder, POLICIES];
  const isPossible = existsSync(POLICIES) && spawnSync(program, [...rest, 'true']).status === 0;
  if (!isPossible) rmSync(folder, { recursive: true });
  // biome-ignore lint/suspicious/noSkippedTests: what a browser reads from its machine can only be said where a machine lets us.
  test.skip(!isPossible, `${POLICIES} is not there, or nothing may be mounted on it`);

  const page = await (await device('laptop')).newPage();
  await page.goto('/#/kiosk/einrichten');
  await page.getByText('Chrome ohne Nachfrage').click();
  const text = await page.getByRole('textbox', { name: 'Regeln' }).inputValue();
  const managed = join(folder, 'policies/managed');
  mkdirSync(managed, { recursive: true });
  writeFileSync(join(managed, 'terminfunk.json'), text);
  const machine = prepareMachine([program, ...rest]);
  try {
    const { page: shown } = await machine.start('about:blank');
    await shown.goto('chrome://policy');
    for (const [name, value] of Object.entries(rules(text))) {
      const row = shown.locator('policy-row').filter({ has: shown.locator(`#name:text-is("${name}")`) });
      await expect(row.locator('.policy .value')).toHaveText(JSON.stringify(value, sorted));
      await expect(row.locator('.policy .messages')).toHaveText('OK');
      for (const complaint of ['errors', 'warnings']) await expect(row.locator(`.${complaint} .value`)).toHaveText('');
    }
  } finally {
    await machine.remove();
    rmSync(folder, { recursive: true });
  }
});

/** The browser writes records in the order of their names. */
const sorted = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value;
