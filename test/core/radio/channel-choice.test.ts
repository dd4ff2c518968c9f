/** What an operator may choose of a channel is lawful, whatever they chose before. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Channel, checkChannel, DEFAULT_CHANNEL } from '#core/radio/channel.ts';
import {
  ANTENNAS_DBI,
  CHOSEN_BANDWIDTHS_HZ,
  framesAnHour,
  lawful,
  lawfulCentres,
  lawfulPowers,
  SPREADING_FACTORS,
} from '#core/radio/channel-choice.ts';

const channel = (change: Partial<Channel>): Channel => ({ ...DEFAULT_CHANNEL, ...change });

test('the channel that is taken without a choice can be chosen', () => {
  expect(lawful(DEFAULT_CHANNEL)).toEqual(DEFAULT_CHANNEL);
  expect(lawfulCentres(DEFAULT_CHANNEL).map(({ hz, subBand }) => [hz / 1e6, subBand.perMille / 10])).toEqual([
    [869.525, 10],
    [868.1, 1],
    [868.3, 1],
    [868.5, 1],
    [867.5, 1],
    [869.85, 1],
  ]);
});

test('a wider channel has fewer centres, and moves from one that does not hold it', () => {
  const wide = channel({ bandwidthHz: 250_000 });
  // 869.4–869.65 MHz it would fill to the edges, and a board puts it some hertz lower.
  expect(lawfulCentres(wide).map(({ hz }) => hz / 1e6)).toEqual([868.3, 867.5, 869.85]);
  expect(lawful(channel({ bandwidthHz: 250_000, centreHz: 868_100_000 })).centreHz).toBe(868_300_000);
});

test('a longer antenna leaves less power', () => {
  expect(lawfulPowers(channel({})).at(-1)).toBe(22);
  expect(lawfulPowers(channel({ centreHz: 868_100_000 })).at(-1)).toBe(14);
  expect(lawfulPowers(channel({ centreHz: 868_100_000, antennaDbi: 5 })).at(-1)).toBe(11);
  expect(lawful(channel({ centreHz: 868_100_000, antennaDbi: 8, powerDbm: 22 })).powerDbm).toBe(8);
});

test('whatever is chosen one after the other, the channel is lawful', () => {
  const change = fc.oneof(
    fc.constantFrom(...SPREADING_FACTORS).map((sf) => ({ sf })),
    fc.constantFrom(...CHOSEN_BANDWIDTHS_HZ).map((bandwidthHz) => ({ bandwidthHz })),
    fc.constantFrom(...ANTENNAS_DBI).map((antennaDbi) => ({ antennaDbi })),
    fc.nat(5).map((at) => ({ at })),
    fc.integer({ min: 2, max: 22 }).map((powerDbm) => ({ powerDbm })),
  );
  const step = (present: Channel, next: Partial<Channel> & { at?: number }): Channel => {
    const { at, ...rest } = next;
    const centres = lawfulCentres(present);
    const centre = at === undefined ? {} : { centreHz: centres[at % centres.length]?.hz ?? 0 };
    return lawful({ ...present, ...rest, ...centre });
  };
  fc.assert(
    fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
      expect(checkChannel(changes.reduce(step, DEFAULT_CHANNEL)).ok).toBe(true);
    }),
  );
});

test('frames of 254 bytes an hour, as the link is planned with', () => {
  const frames = (centreHz: number) => SPREADING_FACTORS.map((sf) => framesAnHour(channel({ centreHz, sf })));
  // Nine tenths of what the law allows: the rest is for hours that are not known whole.
  expect(frames(869_525_000)).toEqual([778, 445, 250, 136, 62, 34]);
  expect(frames(868_100_000)).toEqual([77, 44, 25, 13, 6, 3]);
  expect(framesAnHour(channel({ centreHz: 866_000 }))).toBe(0);
});
