/** The Metrics port in memory: what the diagnostics screen shows, and what a relay's exporter reads. */
import type { Metrics } from '#ports/metrics.ts';

/** Names come from code and codes, so there are few; a bug that makes them from input must not fill the memory. */
const MAX_NAMES = 1_000;

export interface Counters extends Metrics {
  /** Every counter and gauge; a labelled one is named `name label`. */
  snapshot(): Readonly<Record<string, number>>;
}

export const createCounters = (): Counters => {
  const values = new Map<string, number>();
  const set = (name: string, value: number): void => {
    if (values.has(name) || values.size < MAX_NAMES) values.set(name, value);
  };
  return {
    count: (name, label, by = 1) => {
      const full = label === undefined || label === '' ? name : `${name} ${label}`;
      set(full, (values.get(full) ?? 0) + by);
    },
    gauge: set,
    snapshot: () => Object.fromEntries(values),
  };
};
