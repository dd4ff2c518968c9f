/** What an operator set up, as storage gives it back. */
import { describe, expect, test } from 'vitest';
import { type KioskSettings, NEW_KIOSK, nameOver, parseKioskSettings } from '#ui/kiosk/kiosk-settings.ts';

const FULL: KioskSettings = {
  running: true,
  name: 'Stadtbibliothek',
  plz: '80331' as NonNullable<KioskSettings['plz']>,
  km: '25',
  payer: 'GKV',
  video: true,
  locale: 'en',
  pin: { salt: 'ab'.repeat(16), hash: 'cd'.repeat(32) },
};

describe('the set-up', () => {
  test('comes back as it was kept', () => {
    expect(parseKioskSettings(JSON.stringify(FULL))).toEqual(FULL);
    expect(parseKioskSettings(JSON.stringify(NEW_KIOSK))).toEqual(NEW_KIOSK);
  });

  test('may begin with any payer that the search has', () => {
    expect(parseKioskSettings(JSON.stringify({ ...FULL, payer: 'BG' })).payer).toBe('BG');
  });

  test('counts what is too long in the name of the place', () => {
    expect([nameOver('Stadtbibliothek'), nameOver(` ${'x'.repeat(60)} `), nameOver('x'.repeat(83))]).toEqual([
      0, 0, 23,
    ]);
  });

  test('takes over the place of a kiosk from before there was more', () => {
    expect(parseKioskSettings('80331')).toEqual({ ...NEW_KIOSK, plz: '80331' });
  });

  test.each([
    [null],
    [''],
    ['nonsense'],
    ['[]'],
    ['7'],
    ['null'],
    ['{"plz":12345,"km":"7","payer":"AOK","name":9,"video":"ja","locale":3,"pin":{"salt":"x","hash":"y"}}'],
  ])('that nobody wrote like this is a new one: %s', (stored) => {
    expect(parseKioskSettings(stored)).toEqual(NEW_KIOSK);
  });

  test('does not run without a PIN: nobody could stop it', () => {
    const { pin: _, ...open } = FULL;
    expect(parseKioskSettings(JSON.stringify(open)).running).toBe(false);
  });
});
