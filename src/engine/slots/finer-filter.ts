/**
 * What a search may ask of a row beyond its facets: how long a slot is, whether it comes every week, whose it is. Looked at
 * only after everything else holds, and only when it is asked: the facets alone decide most searches.
 */
import type { NodeAddress } from '#core/brand.ts';
import type { SlotColumns } from '#engine/slots/columns.ts';
import type { KeyTable } from '#engine/slots/key-table.ts';

export interface FinerSearch {
  /** Empty: any length. */
  readonly minutes: readonly number[];
  /** True: weekly series only; false: single slots only. */
  readonly series: boolean | undefined;
  /** Slots of these alone: what a profile must say is decided where profiles are. */
  readonly practices: Iterable<NodeAddress> | undefined;
}

export interface FinerFilter {
  /** By minutes, 1 for a length that is wanted. */
  readonly minutes: Uint8Array | undefined;
  /** What bit 1 of the flags must be. */
  readonly series: number | undefined;
  /** By key, 1 for one that is wanted. */
  readonly keys: Uint8Array | undefined;
}

const SERIES = 2;

const markMinutes = (minutes: readonly number[]): Uint8Array => {
  const wanted = new Uint8Array(256);
  for (const length of minutes) wanted[length] = 1;
  return wanted;
};

const markKeys = (keys: KeyTable, practices: Iterable<NodeAddress>): Uint8Array => {
  const wanted = new Uint8Array(keys.high);
  for (const address of practices) {
    const key = keys.find(address);
    if (key >= 0) wanted[key] = 1;
  }
  return wanted;
};

export const createFinerFilter = (keys: KeyTable, { minutes, series, practices }: FinerSearch): FinerFilter => ({
  minutes: minutes.length === 0 ? undefined : markMinutes(minutes),
  series: series === undefined ? undefined : series ? SERIES : 0,
  keys: practices === undefined ? undefined : markKeys(keys, practices),
});

export const meetsFiner = ({ minutes, series, keys }: FinerFilter, columns: SlotColumns, row: number): boolean =>
  (minutes === undefined || minutes[columns.minutes[row] ?? 0] === 1) &&
  (series === undefined || ((columns.flags[row] ?? 0) & SERIES) === series) &&
  (keys === undefined || keys[columns.key[row] ?? 0] === 1);
