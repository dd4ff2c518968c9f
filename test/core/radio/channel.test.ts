/** Which channels are lawful, and which refusal the others get (docs/protocol/radio.md). */
import { expect, test } from 'vitest';
import { type Channel, checkChannel, DEFAULT_CHANNEL } from '#core/radio/channel.ts';
import { SUB_BANDS } from '#core/radio/sub-band.ts';

const check = (change: Partial<Channel>) => {
  const checked = checkChannel({ ...DEFAULT_CHANNEL, ...change });
  return checked.ok ? checked.value.id : checked.code;
};

test('the sub-bands, their duty cycle and their power', () => {
  expect(SUB_BANDS.map((band) => [band.fromHz / 1e6, band.toHz / 1e6, band.perMille / 10, band.maxErpDbm])).toEqual([
    [863, 865, 0.1, 14],
    [865, 868, 1, 14],
    [868, 868.6, 1, 14],
    [868.7, 869.2, 0.1, 14],
    [869.4, 869.65, 10, 27],
    [869.7, 870, 1, 14],
  ]);
});

test('the channel that is taken without a choice', () => {
  expect(DEFAULT_CHANNEL).toMatchObject({ centreHz: 869_525_000, bandwidthHz: 125_000, sf: 8, cr: 5, powerDbm: 14 });
  expect(check({})).toBe('P');
});

test.each([
  ['K', 864_000_000],
  ['L', 867_100_000],
  ['M', 868_100_000],
  ['N', 868_950_000],
  ['P', 869_500_000],
  ['Q', 869_850_000],
])('sub-band %s', (id, centreHz) => {
  expect(check({ centreHz })).toBe(id);
});

test.each([
  ['from its lower edge', 863_062_500, 'K'],
  ['a hertz below it', 863_062_499, 'outside-sub-bands'],
  ['up to its upper edge', 869_587_500, 'P'],
  ['a hertz above it', 869_587_501, 'outside-sub-bands'],
  ['half in each of two', 868_000_000, 'outside-sub-bands'],
  ['between two', 868_650_000, 'outside-sub-bands'],
  ['below all', 433_500_000, 'outside-sub-bands'],
  ['above all', 915_000_000, 'outside-sub-bands'],
  ['nowhere', Number.NaN, 'outside-sub-bands'],
])('a channel of 125 kHz %s', (_, centreHz, verdict) => {
  expect(check({ centreHz })).toBe(verdict);
});

test.each([
  [250_000, 869_525_000, 'P'],
  [250_000, 869_525_001, 'outside-sub-bands'],
  [500_000, 869_525_000, 'outside-sub-bands'],
  [500_000, 868_300_000, 'M'],
  [7_800, 869_403_900, 'P'],
])('%i Hz around %i Hz', (bandwidthHz, centreHz, verdict) => {
  expect(check({ bandwidthHz, centreHz })).toBe(verdict);
});

test.each([
  [14, 2.15, 868_100_000, 'M'],
  [14, 2.16, 868_100_000, 'too-much-power'],
  [14.01, 2.15, 868_100_000, 'too-much-power'],
  [10, 6.15, 868_100_000, 'M'],
  [17, -1, 868_100_000, 'M'],
  [22, 7.15, 869_525_000, 'P'],
  [22, 7.2, 869_525_000, 'too-much-power'],
  [Number.NaN, 0, 869_525_000, 'bad-power'],
  [14, Number.NEGATIVE_INFINITY, 869_525_000, 'bad-power'],
])('%d dBm into an antenna of %d dBi at %i Hz', (powerDbm, antennaDbi, centreHz, verdict) => {
  expect(check({ powerDbm, antennaDbi, centreHz })).toBe(verdict);
});

test.each([
  [{ sf: 4 }, 'bad-spreading-factor'],
  [{ sf: 13 }, 'bad-spreading-factor'],
  [{ sf: 7.5 }, 'bad-spreading-factor'],
  [{ cr: 4 }, 'bad-code-rate'],
  [{ cr: 9 }, 'bad-code-rate'],
  [{ bandwidthHz: 0 }, 'bad-bandwidth'],
  [{ bandwidthHz: -125_000 }, 'bad-bandwidth'],
  [{ bandwidthHz: 1_000_000 }, 'bad-bandwidth'],
  [{ sf: 5 }, 'P'],
  [{ sf: 12, cr: 8 }, 'P'],
])('%o', (change, verdict) => {
  expect(check(change)).toBe(verdict);
});
