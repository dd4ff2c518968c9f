import type { Modulation } from '#core/radio/modulation.ts';

/** What a LoRa radio is set to. Frequencies are hertz, power is dBm at the antenna. */
export interface Tuning extends Modulation {
  /** As a chip's register has them: those of synchronisation are sent besides. */
  readonly preambleSymbols: number;
  readonly frequency: number;
  readonly power: number;
}

/** A receiver locks on to a preamble that is off by a quarter of the bandwidth (SX1276 data sheet, 4.1.5). */
const MAX_OFFSET = 0.25;

/** True when one can decode what the other sends. The header tells the code rate, so it may differ. */
export const areOfOneChannel = (one: Tuning, other: Tuning): boolean =>
  one.bandwidthHz === other.bandwidthHz &&
  one.sf === other.sf &&
  Math.abs(one.frequency - other.frequency) <= MAX_OFFSET * one.bandwidthHz;

/** True when one's energy falls into the other's band, decodable or not. */
export const doOverlap = (one: Tuning, other: Tuning): boolean =>
  Math.abs(one.frequency - other.frequency) < (one.bandwidthHz + other.bandwidthHz) / 2;
