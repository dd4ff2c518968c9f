import type { Modulation } from '#sim/ether/tuning.ts';

/** Time on air, in milliseconds (SX1276 data sheet, 4.1.1.7; AN1200.13), with CRC and explicit header. */

type Chirp = Pick<Modulation, 'bandwidth' | 'spreadingFactor'>;

/** A symbol this long or longer asks for the low data rate optimisation. */
const SLOW_SYMBOL_MS = 16;
/** What every frame carries besides preamble and payload, in bits and symbols. */
const HEADER_BITS = 28;
const CRC_BITS = 16;
const SYNC_SYMBOLS = 4.25;
const FIXED_SYMBOLS = 8;
/** An RNode's preamble: at least so many symbols, and at least so long. */
const MIN_PREAMBLE_SYMBOLS = 18;
const MIN_PREAMBLE_MS = 24;

export const symbolMs = ({ bandwidth, spreadingFactor }: Chirp): number => (2 ** spreadingFactor / bandwidth) * 1_000;

/** Bits that one symbol carries. */
export const bitsPerSymbol = (chirp: Chirp): number =>
  chirp.spreadingFactor - (symbolMs(chirp) >= SLOW_SYMBOL_MS ? 2 : 0);

export const rnodePreamble = (chirp: Chirp): number =>
  Math.max(MIN_PREAMBLE_SYMBOLS, Math.ceil(MIN_PREAMBLE_MS / symbolMs(chirp)));

/** How long a frame of so many bytes is on the air. */
export const airtimeMs = (modulation: Modulation, bytes: number): number => {
  const bits = 8 * bytes - 4 * modulation.spreadingFactor + HEADER_BITS + CRC_BITS;
  const blocks = Math.max(Math.ceil(bits / (4 * bitsPerSymbol(modulation))), 0);
  const symbols = modulation.preamble + SYNC_SYMBOLS + FIXED_SYMBOLS + blocks * modulation.codingRate;
  return symbols * symbolMs(modulation);
};
