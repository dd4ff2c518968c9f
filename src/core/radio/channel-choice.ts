/** What an operator may choose of a channel: a few centres on which two devices can meet, and only what is lawful. */
import { HOUR } from '#core/domain/limits.ts';
import { rnodeAirtime } from '#core/radio/airtime.ts';
import { type Channel, checkChannel } from '#core/radio/channel.ts';
import { USUAL_SHARE } from '#core/radio/duty-ledger.ts';
import type { SubBand } from '#core/radio/sub-band.ts';

/** The one with most airtime first, then the three that everybody's LoRaWAN shares, then quieter ones. */
const CENTRES_HZ = [869_525_000, 868_100_000, 868_300_000, 868_500_000, 867_500_000, 869_850_000] as const;
export const CHOSEN_BANDWIDTHS_HZ = [125_000, 250_000] as const;
/** Below 7 nothing is gained in range or reach, and not every chip can do it. */
export const SPREADING_FACTORS = [7, 8, 9, 10, 11, 12] as const;
/** dBm; boards go from one to the other, and from 17 on not all of them. */
const [MIN_POWER_DBM, MAX_POWER_DBM] = [2, 22];
/** dBi: a quarter-wave whip as boards come with counts as a dipole; then what is sold for a wall or a roof. */
export const ANTENNAS_DBI = [2.15, 3, 5, 8] as const;
/** A frame as long as the board takes it. */
export const LONGEST_FRAME_BYTES = 254;

/** A board takes the next lower frequency that its chip can make. */
const SNAP_HZ = 100;

/** Of a channel that is lawful also where a board puts it: one that fills a sub-band to its edges is not. */
const subBandOf = (channel: Channel): SubBand | undefined => {
  const checked = checkChannel(channel);
  const snapped = checkChannel({ ...channel, centreHz: channel.centreHz - SNAP_HZ });
  return checked.ok && snapped.ok ? checked.value : undefined;
};

/** The centres that hold the bandwidth, each with its sub-band. */
export const lawfulCentres = (channel: Channel): readonly { readonly hz: number; readonly subBand: SubBand }[] =>
  CENTRES_HZ.flatMap((hz) => {
    const subBand = subBandOf({ ...channel, centreHz: hz, powerDbm: MIN_POWER_DBM });
    return subBand === undefined ? [] : [{ hz, subBand }];
  });

/** In dBm, from the weakest on: what the law leaves with this antenna on this centre. */
export const lawfulPowers = (channel: Channel): readonly number[] =>
  Array.from({ length: MAX_POWER_DBM - MIN_POWER_DBM + 1 }, (_, step) => MIN_POWER_DBM + step).filter(
    (powerDbm) => subBandOf({ ...channel, powerDbm }) !== undefined,
  );

/** The channel with the nearest choices that are lawful: another centre for a wider channel, less power for a longer antenna. */
export const lawful = (channel: Channel): Channel => {
  const centres = lawfulCentres(channel);
  const centreHz = centres.find(({ hz }) => hz === channel.centreHz)?.hz ?? centres[0]?.hz ?? channel.centreHz;
  const powers = lawfulPowers({ ...channel, centreHz });
  const powerDbm = powers.findLast((dbm) => dbm <= channel.powerDbm) ?? powers[0] ?? channel.powerDbm;
  return { ...channel, centreHz, powerDbm };
};

/** How many of the longest frames one device may send in an hour: 0 for a channel that is not lawful. */
export const framesAnHour = (channel: Channel): number => {
  const perMille = subBandOf(channel)?.perMille ?? 0;
  return Math.floor((HOUR * perMille * USUAL_SHARE) / 1_000 / rnodeAirtime(channel, LONGEST_FRAME_BYTES));
};
