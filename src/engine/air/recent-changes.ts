/**
 * The newest changes of a region, one by one. Stations hear them in any order and miss some, so that what one has seldom is what
 * another had before; but it is what the other has without one or two of those that came lately, and the digest tells which.
 */
import type { Region } from '#core/brand.ts';
import { toHex } from '#core/bytes/hex.ts';
import type { RegionDigest } from '#core/radio/air/beacon.ts';
import { digestOf } from '#engine/air/region-digest.ts';

export interface RecentChange {
  /** What came, and, where it is a withdrawal, is none of the region's announcements. */
  readonly id: string;
  /** The announcements that it took the place of. */
  readonly removed: readonly string[];
}

/**
 * Ids of the changes that are lacking where a station has this; undefined where so few do not explain it. Each guess is made once,
 * however many stations say something else: anybody can make some up.
 */
export type LackedBy = (theirs: Pick<RegionDigest, 'count' | 'digest'>) => readonly string[] | undefined;

export interface RecentChanges {
  note(region: Region, change: RecentChange): void;
  drop(region: Region): void;
  /** As long as nothing changes, and `ids` are here. */
  guesses(region: Region, ids: readonly string[]): LackedBy;
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

const nameOf = (count: number, digest: Uint8Array): string => `${count} ${toHex(digest)}`;

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
    guesses: (region, ids) => {
      const inOrder = ids.toSorted();
      const left = guessesAt(changes.get(region) ?? [], ids.length <= SMALL_REGION);
      const made = new Map<string, readonly string[]>();
      return ({ count, digest }) => {
        const name = nameOf(count, digest);
        for (let next = made.has(name) ? undefined : left.next(); next?.done === false; next = left.next()) {
          const rest = without(inOrder, next.value);
          const its = nameOf(rest.length, digestOf(rest));
          // The likelier one came first.
          if (!made.has(its))
            made.set(
              its,
              next.value.map(({ id }) => id),
            );
          if (its === name) break;
        }
        return made.get(name);
      };
    },
    get most() {
      return Math.max(0, ...Array.from(changes.values(), ({ length }) => length));
    },
  };
};
