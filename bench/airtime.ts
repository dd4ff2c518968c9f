/**
 * How far the computed time on air is from the table that the radio link is planned with. Nothing here depends on the
 * machine.
 */
import { timeOnAir } from '#core/radio/airtime.ts';
import type { Report } from './row.ts';
import { milliseconds, rounded } from './statistics.ts';

export const AIRTIME_SIZES = [20, 51, 100, 222, 255];

/** Milliseconds at 125 kHz, 4/5, a preamble of 8, with checksum and explicit header, by spreading factor. */
export const AIRTIME_TABLE: readonly (readonly [sf: number, ms: readonly number[]])[] = [
  [7, [56.6, 102.7, 174.3, 348.4, 399.6]],
  [8, [102.9, 184.8, 307.7, 614.9, 707.1]],
  [9, [185.3, 328.7, 554.0, 1_106.9, 1_250.3]],
  [10, [370.7, 616.4, 1_026.0, 2_009.1, 2_295.8]],
  [11, [741.4, 1_314.8, 2_215.9, 4_427.8, 5_001.2]],
  [12, [1_318.9, 2_465.8, 3_940.4, 8_036.4, 9_019.4]],
];

export interface AirtimeResult {
  /** The table has one decimal, so that 0.05 is none. */
  readonly maxErrorMs: number;
}

export const measureAirtime = (report: Report = () => undefined): AirtimeResult => {
  let largest = 0;
  for (const [sf, row] of AIRTIME_TABLE) {
    const modulation = { sf, cr: 5, bandwidthHz: 125_000 };
    const errors = AIRTIME_SIZES.map((payloadBytes, index) =>
      Math.abs(timeOnAir(modulation, { preambleSymbols: 8, payloadBytes }) - (row[index] ?? Number.NaN)),
    );
    const worst = Math.max(...errors);
    report({ what: `SF ${sf}, largest difference`, value: milliseconds(worst), goal: 'at most 0.1 ms' });
    largest = Math.max(largest, worst);
  }
  return { maxErrorMs: rounded(largest) };
};
