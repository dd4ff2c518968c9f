import type { Drbg } from '#engine/drbg.ts';
import type { PeerEntry } from '#engine/peers/peer-entry.ts';

/** Choosing k of n known peers. Pure: the candidates and the randomness are the caller's. */
export type SelectionStrategy =
  /** Shortest smoothed round trip first; those that were never measured last. */
  | { readonly kind: 'nearest' }
  | { readonly kind: 'random' }
  /** The same region first, then the ones with the next numbers; those without a region last; equals by chance. */
  | { readonly kind: 'regional'; readonly region: number }
  /** Four in five nearest, the others by chance; at least one by chance when two or more are wanted. */
  | { readonly kind: 'mixed' };

export type SelectionCandidate = Pick<PeerEntry, 'address' | 'region'> & {
  readonly roundTrips: Pick<PeerEntry['roundTrips'], 'smoothed'>;
};

/**
 * Regions are the first two digits of a postal code, 0 to 99. The first digit is a part of the country, so another first
 * digit is farther than any other second digit; the numbers do not go around.
 */
const regionDistance = (a: number, b: number | undefined): number => {
  if (b === undefined) return Number.POSITIVE_INFINITY;
  return Math.abs(Math.floor(a / 10) - Math.floor(b / 10)) * 100 + Math.abs((a % 10) - (b % 10));
};

/** Fisher and Yates; the argument stays as it is. */
const shuffled = <T>(values: readonly T[], random: Drbg): T[] => {
  const mixed = [...values];
  for (let last = mixed.length - 1; last > 0; last--) {
    const other = random.integer(last + 1);
    const [a, b] = [mixed[last], mixed[other]];
    if (a === undefined || b === undefined) continue;
    mixed[last] = b;
    mixed[other] = a;
  }
  return mixed;
};

/** Stable, so that equals stay in the order of the candidates. Two that are infinitely far are equals. */
const sortedBy = <T>(values: readonly T[], rank: (value: T) => number): T[] =>
  values
    .map((value) => ({ value, at: rank(value) }))
    .sort((a, b) => (a.at === b.at ? 0 : a.at - b.at))
    .map(({ value }) => value);

const nearestFirst = <C extends SelectionCandidate>(candidates: readonly C[]): C[] =>
  sortedBy(candidates, ({ roundTrips }) => roundTrips.smoothed ?? Number.POSITIVE_INFINITY);

/** How many of k are left to chance. */
export const randomShare = (k: number): number => (k < 2 ? 0 : Math.max(1, Math.round(k / 5)));

const mixedOf = <C extends SelectionCandidate>(candidates: readonly C[], k: number, random: Drbg): C[] => {
  const near = nearestFirst(candidates);
  const nearest = near.slice(0, k - randomShare(k));
  return [...nearest, ...shuffled(near.slice(nearest.length), random)].slice(0, k);
};

/**
 * At most `k` of the candidates, all of them where there are no more; nobody twice, even who is named twice. The best come
 * first.
 */
export const selectPeers = <C extends SelectionCandidate>(
  candidates: readonly C[],
  k: number,
  strategy: SelectionStrategy,
  random: Drbg,
): C[] => {
  const distinct = [...new Map(candidates.map((candidate) => [candidate.address, candidate])).values()];
  const wanted = Math.max(0, Math.floor(k));
  switch (strategy.kind) {
    case 'nearest':
      return nearestFirst(distinct).slice(0, wanted);
    case 'random':
      return shuffled(distinct, random).slice(0, wanted);
    case 'regional':
      return sortedBy(shuffled(distinct, random), ({ region }) => regionDistance(strategy.region, region)).slice(
        0,
        wanted,
      );
    case 'mixed':
      return mixedOf(distinct, wanted, random);
  }
};
