/** What a radio is set to, and whether that is lawful in a sub-band. docs/protocol/radio.md */
import { isCodeRate, isSpreadingFactor, type Modulation } from '#core/radio/modulation.ts';
import { SUB_BANDS, type SubBand } from '#core/radio/sub-band.ts';
import { ok, type Result, refuse } from '#core/result.ts';

/** Of LoRa radios. */
const BANDWIDTHS_HZ = [7_800, 10_400, 15_600, 20_800, 31_250, 41_700, 62_500, 125_000, 250_000, 500_000];
/** What an antenna gains over a dipole is 2.15 dB less than over an isotropic one. */
const DIPOLE_DBI = 2.15;
/** Sums of decibels are not exact; a billionth of one is nothing. */
const ROUNDING_DB = 1e-9;

export interface Channel extends Modulation {
  readonly centreHz: number;
  /** Conducted: what the board gives its antenna. */
  readonly powerDbm: number;
  readonly antennaDbi: number;
}

/** 869.525 MHz, 10 % and 27 dBm allowed; a dipole's gain, which boards come with at most. */
export const DEFAULT_CHANNEL: Channel = {
  centreHz: 869_525_000,
  bandwidthHz: 125_000,
  sf: 8,
  cr: 5,
  powerDbm: 14,
  antennaDbi: DIPOLE_DBI,
};

/** Why a channel is refused, the first that applies. */
export type ChannelRefusal =
  | 'bad-bandwidth'
  | 'bad-spreading-factor'
  | 'bad-code-rate'
  | 'bad-power'
  | 'outside-sub-bands'
  | 'too-much-power';

/** The sub-band that holds the whole channel, its edges included. */
const subBandOf = ({ centreHz, bandwidthHz }: Channel): SubBand | undefined =>
  SUB_BANDS.find(({ fromHz, toHz }) => centreHz - bandwidthHz / 2 >= fromHz && centreHz + bandwidthHz / 2 <= toHz);

/** The sub-band whose rules hold for the channel. A radio is never set to one that is refused. */
export const checkChannel = (channel: Channel): Result<SubBand, ChannelRefusal> => {
  if (!BANDWIDTHS_HZ.includes(channel.bandwidthHz)) return refuse('bad-bandwidth');
  if (!isSpreadingFactor(channel.sf)) return refuse('bad-spreading-factor');
  if (!isCodeRate(channel.cr)) return refuse('bad-code-rate');
  if (!Number.isFinite(channel.powerDbm) || !Number.isFinite(channel.antennaDbi)) return refuse('bad-power');
  const subBand = subBandOf(channel);
  if (subBand === undefined) return refuse('outside-sub-bands');
  const erpDbm = channel.powerDbm + channel.antennaDbi - DIPOLE_DBI;
  return erpDbm <= subBand.maxErpDbm + ROUNDING_DB ? ok(subBand) : refuse('too-much-power');
};
