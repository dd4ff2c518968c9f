import type { Page } from '@playwright/test';
import { expect, test } from './fixtures/test.ts';

/** The screen stays on while a kiosk runs: how often the page asks the browser, and whether it holds what it got. */
interface Counted {
  readonly asked: number;
  readonly held: number;
}

/** The browser's own wake locks, counted. */
const countLocks = (page: Page) =>
  page.addInitScript(() => {
    const ask = navigator.wakeLock.request.bind(navigator.wakeLock);
    const locks: WakeLockSentinel[] = [];
    let asked = 0;
    navigator.wakeLock.request = async (type) => {
      asked++;
      const lock = await ask(type);
      locks.push(lock);
      return lock;
    };
    Object.assign(globalThis, {
      countedLocks: () => ({ asked, held: locks.filter(({ released }) => !released).length }),
    });
  });
const counted = (page: Page): Promise<Counted> =>
  page.evaluate(() => (globalThis as unknown as { countedLocks: () => Counted }).countedLocks());
const comesTo = (page: Page, expected: Counted) => expect.poll(() => counted(page)).toEqual(expected);

const setUpKiosk = async (kiosk: Page) => {
  await kiosk.getByLabel('Neue PIN', { exact: true }).fill('482719');
  await kiosk.getByLabel('Neue PIN noch einmal').fill('482719');
  await kiosk.getByRole('button', { name: 'Speichern und Kiosk starten' }).click();
};

test('a kiosk that runs keeps its screen on, and takes the lock again when it is seen again', async ({
  machine,
  relay,
}) => {
  const { page: kiosk, context } = await machine.start('about:blank');
  await countLocks(kiosk);
  await kiosk.goto(`${relay.origin}/#/kiosk`);
  await expect(kiosk.getByText('Bitte wählen Sie zuerst, wer bezahlt.')).toBeVisible();
  // Somebody looks at it; it does not run.
  await comesTo(kiosk, { asked: 0, held: 0 });
  await kiosk.getByRole('link', { name: 'Kiosk einrichten' }).click();
  await expect(kiosk.getByText('Dieser Browser lässt den Bildschirm einschlafen.')).toBeHidden();
  await setUpKiosk(kiosk);
  await comesTo(kiosk, { asked: 1, held: 1 });

  const other = await context.newPage();
  await other.bringToFront();
  await expect.poll(() => kiosk.evaluate(() => document.visibilityState)).toBe('hidden');
  await comesTo(kiosk, { asked: 1, held: 0 });
  await other.close();
  await kiosk.bringToFront();
  await comesTo(kiosk, { asked: 2, held: 1 });

  await kiosk.getByRole('link', { name: 'Kiosk einrichten' }).click();
  await kiosk.getByLabel('PIN').fill('482719');
  await kiosk.getByRole('button', { name: 'Öffnen' }).click();
  await kiosk.getByRole('button', { name: 'Kiosk-Betrieb beenden' }).click();
  await comesTo(kiosk, { asked: 2, held: 0 });
});

test('a browser that cannot keep a screen on runs a kiosk all the same, and its operator is told', async ({
  device,
}) => {
  const kiosk = await (await device('laptop')).newPage();
  await kiosk.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'wakeLock'));
  await kiosk.goto('/#/kiosk/einrichten');
  await expect(kiosk.getByText('Dieser Browser lässt den Bildschirm einschlafen.')).toBeVisible();
  await setUpKiosk(kiosk);
  await expect(kiosk.getByText('Bitte wählen Sie zuerst, wer bezahlt.')).toBeVisible();
});
