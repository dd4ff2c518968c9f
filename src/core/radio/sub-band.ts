/**
 * The sub-bands that Europe leaves to everybody from 863 to 870 MHz, with duty cycle and power (ERC Recommendation 70-03,
 * annex 1; ETSI EN 300 220-2, annex B), and whether a channel is lawful in them. docs/protocol/radio.md
 */
import { isCodeRate, isSpreadingFactor, type Modulation } from '#core/radio/modulation.ts';
import { ok, type Result, refuse } from '#core/result.ts';

/** The letters that EN 300 220-2 gives them. */
export type SubBandId = 'K' | 'L' | 'M' | 'N' | 'P' | 'Q';

export interface SubBand {
  readonly id: SubBandId;
  readonly fromHz: number;
  readonly toHz: number;
  /** Of an hour that one transmitter may be on air. */
  readonly perMille: number;
  /** Effective radiated power: over a dipole, not over an isotropic antenna. */
  readonly maxErpDbm: number;
}

const band = (id: SubBandId, fromHz: number, toHz: number, perMille: number, maxErpDbm = 14): SubBand => ({
  id,
  fromHz,
  toHz,
  perMille,
  maxErpDbm,
});

export const SUB_BANDS: readonly SubBand[] = [
  band('K', 863_000_000, 865_000_000, 1),
  band('L', 865_000_000, 868_000_000, 10),
  band('M', 868_000_000, 868_600_000, 10),
  band('N', 868_700_000, 869_200_000, 1),
  band('P', 869_400_000, 869_650_000, 100, 27),
  band('Q', 869_700_000, 870_000_000, 10),
];

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
