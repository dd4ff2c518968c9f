/**
 * The newest changes of a region, one by one. Stations hear them in any order and miss some, so that what one has seldom is what
 * another had before; but it is what the other has without one or two of those that came lately, and the digest tells which.
 */
import type { Region } from '#core/brand.ts';
import { equalBytes } from '#core/bytes/compare.ts';
import type { RegionDigest } from '#core/radio/air/beacon.ts';
import { digestOf } from '#engine/air/region-digest.ts';

export interface RecentChange {
  /** What came, and, where it is a withdrawal, is none of the region's announcements. */
  readonly id: string;
  /** The announcements that it took the place of. */
  readonly removed: readonly string[];
}

export interface RecentChanges {
  note(region: Region, change: RecentChange): void;
  drop(region: Region): void;
  /** Ids of the changes that are lacking where a station has this, while `ids` are here; undefined where so few do not explain it. */
  lackedBy(ids: readonly string[], theirs: Omit<RegionDigest, 'isOwn'>): readonly string[] | undefined;
  /** Of the region that has most. */
  readonly most: number;
}

/** Some ten minutes of a busy region, the time between two beacons. */
export const MAX_RECENT_CHANGES = 16;
/** Above so many announcements only few guesses are made: each is a hash over all of them. */
const SMALL_REGION = 200;

type Guess = readonly RecentChange[];

/**
 * What may be lacking: one or two of the changes; or all since some time, but for one that came nevertheless, or with one that
 * came before and did not. The likeliest first.
 */
const guessesAt = function* (lately: Guess, isSmall: boolean): Generator<Guess> {
  for (const one of lately) yield [one];
  if (!isSmall) return;
  for (const [at, one] of lately.entries()) for (const other of lately.slice(at + 1)) yield [one, other];
  for (let since = 2; since <= lately.length; since++) {
    const newest = lately.slice(0, since);
    yield newest;
    for (const one of lately) yield newest.includes(one) ? newest.filter((other) => other !== one) : [...newest, one];
  }
};

export const createRecentChanges = (): RecentChanges => {
  /** The newest first. */
  const changes = new Map<Region, Guess>();

  const without = (ids: readonly string[], undone: Guess): readonly string[] => {
    const left = new Set(ids);
    for (const { id, removed } of undone) {
      left.delete(id);
      for (const before of removed) left.add(before);
    }
    return [...left];
  };
  return {
    note: (region, change) => {
      changes.set(region, [change, ...(changes.get(region) ?? [])].slice(0, MAX_RECENT_CHANGES));
    },
    drop: (region) => {
      changes.delete(region);
    },
    lackedBy: (ids, theirs) => {
      const inOrder = ids.toSorted();
      for (const guess of guessesAt(changes.get(theirs.region) ?? [], ids.length <= SMALL_REGION)) {
        const left = without(inOrder, guess);
        if (left.length === theirs.count && equalBytes(digestOf(left), theirs.digest)) return guess.map(({ id }) => id);
      }
      return undefined;
    },
    get most() {
      return Math.max(0, ...Array.from(changes.values(), ({ length }) => length));
    },
  };
};
