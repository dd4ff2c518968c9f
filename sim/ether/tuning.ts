/** What a LoRa radio is set to. Frequencies and bandwidths are hertz, power is dBm at the antenna. */
export interface Modulation {
  readonly bandwidth: number;
  /** 5–12. */
  readonly spreadingFactor: number;
  /** 5–8: the coding rate is 4 to this. */
  readonly codingRate: number;
  /** Symbols of preamble as a chip's register has them: 4.25 more are sent. */
  readonly preamble: number;
}

export interface Tuning extends Modulation {
  readonly frequency: number;
  readonly power: number;
}

/** A receiver locks on to a preamble that is off by a quarter of the bandwidth (SX1276 data sheet, 4.1.5). */
const MAX_OFFSET = 0.25;

/** True when one can decode what the other sends. The header tells the coding rate, so it may differ. */
export const areOfOneChannel = (one: Tuning, other: Tuning): boolean =>
  one.bandwidth === other.bandwidth &&
  one.spreadingFactor === other.spreadingFactor &&
  Math.abs(one.frequency - other.frequency) <= MAX_OFFSET * one.bandwidth;

/** True when one's energy falls into the other's band, decodable or not. */
export const doOverlap = (one: Tuning, other: Tuning): boolean =>
  Math.abs(one.frequency - other.frequency) < (one.bandwidth + other.bandwidth) / 2;
