import type { DialOutcome } from '#ports/discovery.ts';

/** How dialling went with whatever a strategy answers for, by name: a few dozen names, the oldest making room. */
export interface TrackRecord {
  heard(name: string, outcome: DialOutcome): void;
  /** 0 to 1: the share of attempts that led to a link, counted as if one more had; 1 for who was never tried. */
  of(name: string): number;
}

const MAX_NAMES = 64;

export const createTrackRecord = (): TrackRecord => {
  const records = new Map<string, { readonly linked: number; readonly failed: number }>();
  return {
    heard: (name, outcome) => {
      const { linked, failed } = records.get(name) ?? { linked: 0, failed: 0 };
      records.delete(name);
      records.set(name, outcome === 'linked' ? { linked: linked + 1, failed } : { linked, failed: failed + 1 });
      const [oldest] = records.keys();
      if (records.size > MAX_NAMES && oldest !== undefined) records.delete(oldest);
    },
    of: (name) => {
      const { linked, failed } = records.get(name) ?? { linked: 0, failed: 0 };
      return (linked + 1) / (linked + failed + 1);
    },
  };
};
