import type { BitReader, BitWriter } from '#core/bytes/bits.ts';

/** Rice codes (Golomb codes with a divisor of 2^k): a unary quotient, a zero, then the k low bits. */
export const MAX_QUOTIENT = 63;
export const MAX_RICE_PARAMETER = 15;

/** Bits that the values take with parameter `k`, or undefined when a quotient would be too long. */
export const riceCost = (values: readonly number[], k: number): number | undefined => {
  let bits = 0;
  for (const value of values) {
    const quotient = Math.floor(value / 2 ** k);
    if (quotient > MAX_QUOTIENT) return undefined;
    bits += quotient + 1 + k;
  }
  return bits;
};

/** The parameter that takes the fewest bits, the smallest of them; undefined when none can say the values. */
export const bestRiceParameter = (values: readonly number[]): number | undefined => {
  let best: number | undefined;
  let bestCost = Number.POSITIVE_INFINITY;
  for (let k = 0; k <= MAX_RICE_PARAMETER; k++) {
    const cost = riceCost(values, k);
    if (cost === undefined || cost >= bestCost) continue;
    best = k;
    bestCost = cost;
  }
  return best;
};

export const writeRice = (bits: BitWriter, value: number, k: number): void => {
  const quotient = Math.floor(value / 2 ** k);
  for (let i = 0; i < quotient; i++) bits.write(1, 1);
  bits.write(0, 1);
  bits.write(value % 2 ** k, k);
};

export const readRice = (bits: BitReader, k: number): number | undefined => {
  let quotient = 0;
  for (;;) {
    const bit = bits.read(1);
    if (bit === undefined || quotient > MAX_QUOTIENT) return undefined;
    if (bit === 0) break;
    quotient++;
  }
  const low = bits.read(k);
  return low === undefined || quotient > MAX_QUOTIENT ? undefined : quotient * 2 ** k + low;
};
