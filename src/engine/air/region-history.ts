/**
 * What a station had of a region lately, by the digests of it. A neighbour that says one of those is behind and lacks what changed
 * since; one that says another has something that is not here.
 */
import type { Millis, Region } from '#core/brand.ts';
import { toHex } from '#core/bytes/hex.ts';

export interface RegionHistory {
  /** What is there now. */
  note(region: Region, digest: Uint8Array, now: Millis): void;
  /** When it ceased to be what is there; undefined: it never was, or long ago. */
  endOf(region: Region, digest: Uint8Array): Millis | undefined;
  drop(region: Region): void;
  /** Of the region that has most. */
  readonly most: number;
}

/** Of each region; two hours of a change every two minutes. */
export const MAX_PAST_DIGESTS = 64;

interface Past {
  last: string;
  /** When each ended, the oldest first. */
  readonly ends: Map<string, Millis>;
}

export const createRegionHistory = (): RegionHistory => {
  const pasts = new Map<Region, Past>();
  return {
    note: (region, digest, now) => {
      const past = pasts.get(region) ?? { last: '', ends: new Map<string, Millis>() };
      pasts.set(region, past);
      const name = toHex(digest);
      if (name === past.last) return;
      if (past.last !== '') past.ends.set(past.last, now);
      past.ends.delete(name);
      past.last = name;
      const [oldest] = past.ends.keys();
      if (past.ends.size > MAX_PAST_DIGESTS && oldest !== undefined) past.ends.delete(oldest);
    },
    endOf: (region, digest) => pasts.get(region)?.ends.get(toHex(digest)),
    drop: (region) => {
      pasts.delete(region);
    },
    get most() {
      return Math.max(0, ...Array.from(pasts.values(), ({ ends }) => ends.size));
    },
  };
};
