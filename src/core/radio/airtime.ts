/**
 * Time on air of a LoRa frame with an explicit header and a checksum, after the formula of the data sheets (SX1276, 4.1.1.7;
 * SX1261/2, 6.1.4). docs/protocol/radio.md
 */
import type { Millis } from '#core/brand.ts';
import type { Modulation } from '#core/radio/modulation.ts';

const CHECKSUM_BITS = 16;
/** Header and its padding: 20 and 8. */
const HEADER_BITS = 28;
const FIXED_SYMBOLS = 8;
/** Symbols as long as this need the low-data-rate mode, which gives up two bits a symbol. */
const SLOW_SYMBOL_MS = 16;

export const symbolTime = ({ sf, bandwidthHz }: Modulation): Millis => ((2 ** sf * 1_000) / bandwidthHz) as Millis;

export const isLowDataRate = (modulation: Modulation): boolean => symbolTime(modulation) >= SLOW_SYMBOL_MS;

/**
 * The symbols between the preamble and the header: two more at SF5 and SF6 (SX1261/2, 6.1.4). There the same section has no
 * padding in the header, the SX1276 has: the padding is counted for both, which is at most a block too much, never too little.
 */
const syncSymbols = (sf: number): number => (sf < 7 ? 6.25 : 4.25);

export interface AirFrame {
  /** Without the symbols of synchronisation, which every frame has. */
  readonly preambleSymbols: number;
  /** All that the radio sends, the board's own header included. */
  readonly payloadBytes: number;
}

/** Not rounded. */
export const timeOnAir = (modulation: Modulation, { preambleSymbols, payloadBytes }: AirFrame): Millis => {
  const { sf, cr } = modulation;
  const bits = 8 * payloadBytes - 4 * sf + HEADER_BITS + CHECKSUM_BITS;
  const bitsPerBlock = 4 * (isLowDataRate(modulation) ? sf - 2 : sf);
  const coded = Math.max(Math.ceil(bits / bitsPerBlock) * cr, 0);
  const symbols = preambleSymbols + syncSymbols(sf) + FIXED_SYMBOLS + coded;
  return (symbols * symbolTime(modulation)) as Millis;
};

const MIN_PREAMBLE_SYMBOLS = 18;
const MIN_PREAMBLE_MS = 24;

/** What RNode firmware sends: 24 ms of preamble, at least 18 symbols. */
export const rnodePreambleSymbols = (modulation: Modulation): number =>
  Math.max(MIN_PREAMBLE_SYMBOLS, Math.ceil(MIN_PREAMBLE_MS / symbolTime(modulation)));

/** The byte that RNode firmware puts before the data of every radio frame. */
const RNODE_HEADER_BYTES = 1;

/** Time on air of so many bytes that are handed to an RNode. */
export const rnodeAirtime = (modulation: Modulation, dataBytes: number): Millis =>
  timeOnAir(modulation, {
    preambleSymbols: rnodePreambleSymbols(modulation),
    payloadBytes: dataBytes + RNODE_HEADER_BYTES,
  });
