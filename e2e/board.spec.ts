import type { Browser, Page } from '@playwright/test';
import { type BoardEmulator, startEmulator } from './fixtures/emulator.ts';
import { test as base, expect } from './fixtures/test.ts';

/** A kiosk's LoRa board, from the click that allows it to the cable that somebody pulls: the true driver in the node's worker. */
interface Bench {
  readonly emulate: (board: Readonly<Record<string, unknown>>) => Promise<BoardEmulator>;
}
const test = base.extend<Bench>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from the pattern.
  emulate: async ({}, use) => {
    const emulators: BoardEmulator[] = [];
    await use(async (board) => {
      const emulator = await startEmulator([{ name: 'board', kind: 'esp32', serialNumber: '1', ...board }]);
      emulators.push(emulator);
      return emulator;
    });
    for (const emulator of emulators) await emulator.end();
  },
});

/** A service worker would serve the node's script as it is. */
const openKiosk = async (browser: Browser, origin: string, emulator?: BoardEmulator, one?: string): Promise<Page> => {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    baseURL: origin,
    serviceWorkers: 'block',
  });
  await emulator?.plugInto(context, one);
  const page = await context.newPage();
  await page.goto('/#/kiosk/einrichten');
  return page;
};
const board = (page: Page) => page.getByRole('region', { name: 'Funkgerät' });
const figures = (page: Page) => board(page).locator('dl').first();
const says = (page: Page, words: string | RegExp) => expect(board(page)).toContainText(words, { timeout: 30_000 });
const choose = (page: Page) => page.getByRole('button', { name: 'Funkgerät auswählen' }).click();

test('a board is allowed once, named, set up, and found again after a reload', async ({ browser, relay, emulate }) => {
  const kiosk = await openKiosk(browser, relay.origin, await emulate({}));
  await says(kiosk, 'Kein Funkgerät angeschlossen');
  await choose(kiosk);
  await says(kiosk, 'LilyGO LoRa32 v2.0, Firmware 1.86: auf Empfang.');
  await says(kiosk, /869,525 MHz, 125 kHz, SF 8/);
  await says(kiosk, '10 % jeder Stunde');
  await says(kiosk, /Rauschen\s*[-−]\d+ dBm/);
  await kiosk.reload();
  await says(kiosk, 'auf Empfang');
  await kiosk.context().close();
});

test('a cable that is pulled and plugged in again needs nobody', async ({ browser, relay, emulate }) => {
  const emulator = await emulate({ kind: 'nrf52' });
  const kiosk = await openKiosk(browser, relay.origin, emulator);
  await choose(kiosk);
  await says(kiosk, 'RAK4631, Firmware 1.86: auf Empfang.');
  await emulator.control({ do: 'unplug', board: 'board' });
  await says(kiosk, 'Kein Funkgerät angeschlossen');
  await emulator.control({ do: 'plug', board: 'board' });
  await says(kiosk, 'auf Empfang');
  await emulator.control({ do: 'fault', board: 'board', faults: { isFrozen: true } });
  await says(kiosk, 'Es antwortet nicht mehr.');
  await emulator.control({ do: 'fault', board: 'board', faults: { isFrozen: false } });
  await says(kiosk, 'auf Empfang');
  await kiosk.context().close();
});

test('an operator chooses another channel, only among lawful ones, and it is kept', async ({
  browser,
  relay,
  emulate,
}) => {
  const kiosk = await openKiosk(browser, relay.origin, await emulate({}));
  await choose(kiosk);
  await says(kiosk, 'auf Empfang');
  const fold = board(kiosk).getByText('Kanal und Sendeleistung ändern');
  await fold.click();
  const power = kiosk.getByLabel('Sendeleistung');
  await power.selectOption('17');
  await kiosk.getByLabel('Frequenz').selectOption({ label: '868,1 MHz, 1 % Sendezeit' });
  // What the law leaves there is less.
  await expect(power).toHaveValue('14');
  await expect(power.locator('option').last()).toHaveText('14 dBm');
  await kiosk.getByLabel('Antenne').selectOption({ label: '5 dBi' });
  await expect(power).toHaveValue('11');
  await kiosk.getByLabel('Spreizfaktor').selectOption('10');
  await says(kiosk, 'höchstens 13 Funkrahmen in der Stunde, jeder bis zu 2,38 Sekunden lang');
  await kiosk.getByRole('button', { name: 'Kanal übernehmen' }).click();
  await says(kiosk, 'Übernommen. Das Funkgerät wird neu eingestellt.');
  await expect(figures(kiosk)).toContainText('868,1 MHz, 125 kHz, SF 10', { timeout: 30_000 });
  await expect(figures(kiosk)).toContainText('1 % jeder Stunde');
  // Of the hour before nothing is known: a tenth of what is allowed comes little by little.
  await kiosk.getByRole('button', { name: 'Funkprobe senden' }).click();
  await says(kiosk, /fehlt noch erlaubte Sendezeit\. Weiter geht es .*\d\sUhr/);
  await kiosk.reload();
  await expect(figures(kiosk)).toContainText('868,1 MHz, 125 kHz, SF 10', { timeout: 30_000 });
  await expect(figures(kiosk)).toContainText('11 dBm');
  await kiosk.context().close();
});

test('a radio check of one kiosk is heard at another, which shows the same number', async ({ browser, relay }) => {
  const emulator = await startEmulator([
    { name: 'here', kind: 'esp32', serialNumber: '1' },
    { name: 'there', kind: 'nrf52', serialNumber: '2' },
  ]);
  const here = await openKiosk(browser, relay.origin, emulator, 'here');
  const there = await openKiosk(browser, relay.origin, emulator, 'there');
  for (const kiosk of [here, there]) {
    await choose(kiosk);
    await says(kiosk, 'auf Empfang');
  }
  await here.getByRole('button', { name: 'Funkprobe senden' }).click();
  await says(here, /Funkprobe \d{4} ist unterwegs/);
  const number = /Funkprobe (\d{4})/.exec((await board(here).textContent()) ?? '')?.[1];
  await says(there, new RegExp(`Funkprobe ${number} gehört: .*−?\\d+ dBm, SNR`));
  // Beside the check each says what it has.
  await expect(figures(here)).toContainText(/Gesendet\s*[1-9] Funkrahmen/, { timeout: 30_000 });
  await expect(figures(here)).toContainText(/Sendezeit, letzte Stunde\s*0,[1-9] s, noch frei/);
  await expect(board(there)).toContainText(/Gerät [0-9A-F]{4}.*−?\d+ dBm/);
  for (const kiosk of [here, there]) await kiosk.context().close();
  await emulator.end();
});

test('what is wrong with a board is said, with what to do', async ({ browser, relay, emulate }) => {
  const wrong = [
    [{ firmware: [1, 0x30] }, 'Die Firmware 1.48 ist zu alt. Nötig ist 1.52 oder neuer.'],
    [{ runs: 'bootloader' }, /Es sagt nichts|keine RNode-Firmware/],
  ] as const;
  for (const [options, words] of wrong) {
    const kiosk = await openKiosk(browser, relay.origin, await emulate(options));
    await choose(kiosk);
    await says(kiosk, words);
    await kiosk.context().close();
  }
});

test('whoever chooses nothing is told what may be wrong, until something is chosen', async ({
  browser,
  relay,
  emulate,
}) => {
  const kiosk = await openKiosk(browser, relay.origin, await emulate({}));
  await says(kiosk, 'Kein Funkgerät angeschlossen');
  await kiosk.evaluate(() => {
    const serial: object = Reflect.get(navigator, 'serial');
    const chooser: unknown = Reflect.get(serial, 'requestPort');
    // Once, as when somebody closes the list.
    Reflect.set(serial, 'requestPort', () => {
      Reflect.set(serial, 'requestPort', chooser);
      return Promise.reject(new DOMException('No port selected by the user.', 'NotFoundError'));
    });
  });
  await choose(kiosk);
  await says(kiosk, 'Es wurde nichts ausgewählt.');
  await choose(kiosk);
  await says(kiosk, 'auf Empfang');
  await expect(board(kiosk)).not.toContainText('Es wurde nichts ausgewählt.');
  await expect(board(kiosk).getByRole('heading', { name: 'Funkgerät', exact: true })).toBeFocused();
  await kiosk.context().close();
});

test('a board that cannot do what was chosen says what, and is on air when something else is chosen', async ({
  browser,
  relay,
  emulate,
}) => {
  const kiosk = await openKiosk(browser, relay.origin, await emulate({}));
  await choose(kiosk);
  await says(kiosk, 'auf Empfang');
  await board(kiosk).getByText('Kanal und Sendeleistung ändern').click();
  const power = kiosk.getByLabel('Sendeleistung');
  await power.selectOption('20');
  await kiosk.getByRole('button', { name: 'Kanal übernehmen' }).click();
  await says(kiosk, 'Sendeleistung, verlangt 20, gemeldet 17. Wählen Sie unter „Kanal und Sendeleistung ändern“');
  await power.selectOption('17');
  await kiosk.getByRole('button', { name: 'Kanal übernehmen' }).click();
  await says(kiosk, 'auf Empfang');
  await kiosk.context().close();
});

test('a browser without serial ports says so', async ({ browser, relay }) => {
  const context = await browser.newContext({ baseURL: relay.origin, serviceWorkers: 'block' });
  await context.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'serial'));
  const page = await context.newPage();
  await page.goto('/#/kiosk/einrichten');
  await says(page, 'Dieser Browser kann kein Funkgerät ansprechen.');
  await expect(page.getByRole('button', { name: 'Funkgerät auswählen' })).toHaveCount(0);
  await context.close();
});
