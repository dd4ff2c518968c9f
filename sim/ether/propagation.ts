/**
 * How strong a signal arrives. Log-distance path loss as measured at 868 MHz around Oulu (Petäjäjärvi et al., "On the
 * coverage of LPWANs", 2015): 128.95 dB at one kilometre, exponent 2.32. No fading, no terrain, no antenna gain: what a
 * link loses for these is its share of loss. At 14 dBm, 125 kHz and SF8 that is about 3.3 km.
 */
export interface Position {
  /** Metres. */
  readonly x: number;
  readonly y: number;
}

const LOSS_AT_ONE_KILOMETRE_DB = 128.95;
const EXPONENT = 2.32;
const NEAREST_METRES = 1;
/** Thermal noise per hertz, and what a receiver adds (SX1276 data sheet, 2.5.1). */
const THERMAL_NOISE_DBM = -174;
const NOISE_FIGURE_DB = 6;
/** SNR below which a spreading factor cannot be demodulated: −2.5 dB at SF5, 2.5 dB less for each step (SX1262 data sheet, 6.1.1.1). */
const SNR_LIMIT_AT_SF5_DB = -2.5;
const SNR_STEP_DB = 2.5;
/** Above this a chip measures no more. */
const BEST_SNR_DB = 12;

export const distance = (one: Position, other: Position): number => Math.hypot(one.x - other.x, one.y - other.y);

export const pathLoss = (metres: number): number =>
  LOSS_AT_ONE_KILOMETRE_DB + 10 * EXPONENT * Math.log10(Math.max(metres, NEAREST_METRES) / 1_000);

export const noiseFloor = (bandwidth: number): number =>
  THERMAL_NOISE_DBM + 10 * Math.log10(bandwidth) + NOISE_FIGURE_DB;

/** The weakest signal that can be decoded, in dBm. */
export const sensitivity = (bandwidth: number, spreadingFactor: number): number =>
  noiseFloor(bandwidth) + SNR_LIMIT_AT_SF5_DB - SNR_STEP_DB * (spreadingFactor - 5);

export const snrOf = (rssi: number, bandwidth: number): number => Math.min(rssi - noiseFloor(bandwidth), BEST_SNR_DB);

/** Several powers at once, in dBm. */
export const sumOfPowers = (powers: readonly number[]): number =>
  10 * Math.log10(powers.reduce((sum, power) => sum + 10 ** (power / 10), 0));
