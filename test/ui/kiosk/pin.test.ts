/** The operator's PIN: which will do, how it is kept, and how often somebody may guess. */
import { scryptSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Millis } from '#core/brand.ts';
import { HOUR } from '#core/domain/limits.ts';
import { hashPin, isPin, pinFault } from '#ui/kiosk/pin.ts';
import { failedOnce, NO_TRIES, type PinTries, parsePinTries, triesLeft, waitLeft } from '#ui/kiosk/pin-tries.ts';

const NOW = 1_800_000_000_000 as Millis;
const failed = (failures: number): PinTries => {
  let tries = NO_TRIES;
  for (let times = 0; times < failures; times++) tries = failedOnce(tries, NOW);
  return tries;
};

describe('a PIN', () => {
  test.each([
    ['', 'pin-short'],
    ['48271', 'pin-short'],
    ['48271x', 'pin-digits'],
    ['4827 19', 'pin-digits'],
    ['4827193650284', 'pin-long'],
    ['111111', 'pin-plain'],
    ['123456', 'pin-plain'],
    ['987654', 'pin-plain'],
    ['482719', undefined],
    ['112233', undefined],
    ['482719365028', undefined],
  ])('%s: %s', (typed, fault) => {
    expect(pinFault(typed)).toBe(fault);
  });

  test('is kept as scrypt with its salt, and only it opens', async () => {
    const salt = Uint8Array.from({ length: 16 }, (_, index) => index);
    const kept = await hashPin('482719', salt);
    const options = { N: 32_768, r: 8, p: 1, maxmem: 2 ** 27 };
    expect(kept.hash).toBe(scryptSync('482719', salt, 32, options).toString('hex'));
    expect(JSON.stringify(kept)).not.toContain('482719');
    expect(await isPin('482719', kept)).toBe(true);
    expect(await isPin('482718', kept)).toBe(false);
    expect(await isPin('482719', { ...kept, salt: 'ff'.repeat(16) })).toBe(false);
  });
});

describe('tries', () => {
  test('four cost nothing, the fifth a wait that grows to an hour', () => {
    expect([0, 1, 4].map((failures) => waitLeft(failed(failures), NOW))).toEqual([0, 0, 0]);
    expect([5, 6, 7, 8].map((failures) => waitLeft(failed(failures), NOW))).toEqual([30_000, 60_000, 120_000, 240_000]);
    expect([12, 50, 5_000].map((failures) => waitLeft(failed(failures), NOW))).toEqual([HOUR, HOUR, HOUR]);
    expect([0, 1, 4, 5, 9].map((failures) => triesLeft(failed(failures)))).toEqual([5, 4, 1, 0, 0]);
  });

  test('the wait goes by, and after it one more try is one more failure', () => {
    const tries = failed(5);
    expect(waitLeft(tries, (NOW + 29_000) as Millis)).toBe(1_000);
    expect(waitLeft(tries, (NOW + 30_000) as Millis)).toBe(0);
    expect(waitLeft(failedOnce(tries, NOW), NOW)).toBe(60_000);
  });

  test('a clock that is set back gains the whole wait, not less and not years', () => {
    expect(waitLeft(failed(5), (NOW - HOUR) as Millis)).toBe(30_000);
    expect(waitLeft(failed(5), 0 as Millis)).toBe(30_000);
  });

  test('last over a reload; what cannot be read counts as none', () => {
    const tries = failed(7);
    expect(parsePinTries(`${tries.failures} ${tries.lastAt}`)).toEqual(tries);
    for (const odd of [null, '', '7', '-1 5', '7 5 9', '{"failures":7}', `${'9'.repeat(40)} 1`])
      expect(parsePinTries(odd)).toEqual(NO_TRIES);
  });
});
