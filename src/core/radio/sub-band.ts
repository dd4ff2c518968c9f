/**
 * The sub-bands that Europe leaves to everybody from 863 to 870 MHz, with duty cycle and power (ERC Recommendation 70-03,
 * annex 1; ETSI EN 300 220-2, annex B). docs/protocol/radio.md
 */

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
