/** Time on air, against the two tables that the link is planned with (docs/protocol/radio.md). */
import { describe, expect, test } from 'vitest';
import { isLowDataRate, rnodeAirtime, rnodePreambleSymbols, symbolTime, timeOnAir } from '#core/radio/airtime.ts';
import { AIRTIME_SIZES, AIRTIME_TABLE } from '../../../bench/airtime.ts';

const at125 = (sf: number) => ({ sf, cr: 5, bandwidthHz: 125_000 });
const tenth = (ms: number): number => Math.round(ms * 10) / 10;

describe.each(AIRTIME_TABLE)('SF %i', (sf, row) => {
  test.each(AIRTIME_SIZES.map((size, index) => [size, row[index]]))('%i bytes last %d ms', (payloadBytes, ms) => {
    expect(tenth(timeOnAir(at125(sf), { preambleSymbols: 8, payloadBytes: payloadBytes ?? 0 }))).toBe(ms);
  });
});

/** SF, milliseconds of 254 bytes, frames an hour at 1 % and at 10 %. */
const RNODE_TABLE: readonly (readonly [sf: number, ms: number, at1: number, at10: number])[] = [
  [7, 416, 86, 865],
  [8, 728, 49, 494],
  [9, 1_291, 27, 278],
  [10, 2_378, 15, 151],
  [11, 5_165, 6, 69],
  [12, 9_347, 3, 38],
];
test.each(RNODE_TABLE)('an RNode at SF %i: 254 bytes in %i ms, %i and %i an hour', (sf, ms, at1, at10) => {
  const airtime = rnodeAirtime(at125(sf), 254);
  expect(Math.round(airtime)).toBe(ms);
  expect([Math.floor(36_000 / airtime), Math.floor(360_000 / airtime)]).toEqual([at1, at10]);
});

test('symbols last as long as two to the spreading factor over the bandwidth', () => {
  expect(symbolTime(at125(7))).toBe(1.024);
  expect(symbolTime(at125(12))).toBe(32.768);
  expect(symbolTime({ sf: 8, cr: 5, bandwidthHz: 500_000 })).toBe(0.512);
});

test('symbols of 16 ms and more are sent at the low data rate', () => {
  expect([7, 8, 9, 10, 11, 12].map((sf) => isLowDataRate(at125(sf)))).toEqual([false, false, false, false, true, true]);
  expect(isLowDataRate({ sf: 9, cr: 5, bandwidthHz: 31_250 })).toBe(true);
  expect(isLowDataRate({ sf: 12, cr: 5, bandwidthHz: 500_000 })).toBe(false);
  expect(isLowDataRate({ sf: 9, cr: 5, bandwidthHz: 32_000 })).toBe(true);
});

test('the preamble of an RNode lasts 24 ms and 18 symbols at least', () => {
  expect([5, 6, 7, 8, 12].map((sf) => rnodePreambleSymbols(at125(sf)))).toEqual([94, 47, 24, 18, 18]);
});

test('a stronger code lasts longer', () => {
  const lasts = [5, 6, 7, 8].map((cr) => timeOnAir({ ...at125(8), cr }, { preambleSymbols: 18, payloadBytes: 255 }));
  // 2,052 bits in blocks of 32, each 5 … 8 symbols of 2.048 ms, and 30.25 symbols before them.
  expect(lasts.map(tenth)).toEqual([5, 6, 7, 8].map((cr) => tenth((65 * cr + 30.25) * 2.048)));
});

test('two symbols more synchronise SF 5 and SF 6, and the header is padded as on the chip where it is', () => {
  const frame = { preambleSymbols: 8, payloadBytes: 20 };
  // (8 · 20 − 4 · SF + 44) bits in blocks of 4 · SF; without padding SF 5 would have 9 blocks.
  expect(timeOnAir(at125(5), frame)).toBeCloseTo((8 + 6.25 + 8 + 10 * 5) * 0.256, 9);
  expect(timeOnAir(at125(6), frame)).toBeCloseTo((8 + 6.25 + 8 + 8 * 5) * 0.512, 9);
});

test('a frame without data still has preamble and header', () => {
  expect(timeOnAir(at125(12), { preambleSymbols: 8, payloadBytes: 0 })).toBeCloseTo((8 + 12.25) * 32.768, 9);
});
