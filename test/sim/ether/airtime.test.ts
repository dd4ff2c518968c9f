/** Time on air against published figures and against what an RNode's frames take. */
import { describe, expect, test } from 'vitest';
import { airtimeMs, rnodePreamble } from '#sim/ether/airtime.ts';

const BYTES = [20, 51, 100, 222, 255];
/** Milliseconds at 125 kHz, 4/5, preamble 8. */
const PUBLISHED: readonly (readonly [number, readonly number[]])[] = [
  [7, [56.6, 102.7, 174.3, 348.4, 399.6]],
  [8, [102.9, 184.8, 307.7, 614.9, 707.1]],
  [9, [185.3, 328.7, 554.0, 1106.9, 1250.3]],
  [10, [370.7, 616.4, 1026.0, 2009.1, 2295.8]],
  [11, [741.4, 1314.8, 2215.9, 4427.8, 5001.2]],
  [12, [1318.9, 2465.8, 3940.4, 8036.4, 9019.4]],
];

const at = (spreadingFactor: number, preamble = 8) => ({
  bandwidth: 125_000,
  spreadingFactor,
  codingRate: 5,
  preamble,
});

describe('time on air', () => {
  test.each(PUBLISHED)('at SF%i is what the tables say', (spreadingFactor, expected) => {
    const computed = BYTES.map((bytes) => Math.round(airtimeMs(at(spreadingFactor), bytes) * 10) / 10);
    expect(computed).toEqual(expected);
  });
  test('of an empty frame is preamble and header', () => {
    expect(airtimeMs({ ...at(12), bandwidth: 500_000 }, 0)).toBeCloseTo(20.25 * 8.192, 6);
  });
});

describe('the preamble of an RNode', () => {
  test('is 18 symbols or 24 ms, whichever is longer', () => {
    expect([7, 8, 12].map((spreadingFactor) => rnodePreamble(at(spreadingFactor)))).toEqual([24, 18, 18]);
    expect(rnodePreamble({ bandwidth: 500_000, spreadingFactor: 7 })).toBe(94);
  });
  test.each([
    [7, 416],
    [8, 728],
    [9, 1_291],
    [10, 2_378],
    [11, 5_165],
    [12, 9_347],
  ])('at SF%i makes 254 bytes and their header take %i ms', (spreadingFactor, expected) => {
    const preamble = rnodePreamble(at(spreadingFactor));
    expect(Math.abs(airtimeMs(at(spreadingFactor, preamble), 255) - expected)).toBeLessThan(1);
  });
});
