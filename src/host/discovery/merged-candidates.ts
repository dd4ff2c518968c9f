import type { DiscoverySource, DiscoveryStrategy, RelayCandidate } from '#ports/discovery.ts';

/** One relay as all strategies together see it. */
export interface MergedCandidate extends Omit<RelayCandidate, 'confidence'> {
  readonly sources: ReadonlySet<DiscoverySource>;
  /** 0 to 1. */
  readonly score: number;
}

/** How much each source's word counts: what people chose most, what strangers say least. */
const WEIGHTS: Readonly<Record<DiscoverySource, number>> = {
  static: 1,
  directed: 0.9,
  cached: 0.8,
  capability: 0.6,
  region: 0.5,
  rendezvous: 0.4,
};
/** Of one strategy, and in all: whoever names a thousand relays gets no more of them looked at. */
const MAX_OF_ONE = 32;
const MAX_CANDIDATES = 64;

const within = (confidence: number): number => (confidence > 0 ? Math.min(1, confidence) : 0);

const joined = (known: MergedCandidate, candidate: RelayCandidate, source: DiscoverySource): MergedCandidate => ({
  origin: known.origin,
  sources: new Set([...known.sources, source]),
  score: 1 - (1 - known.score) * (1 - WEIGHTS[source] * within(candidate.confidence)),
  address: known.address ?? candidate.address,
  region: known.region ?? candidate.region,
  capabilities: known.capabilities ?? candidate.capabilities,
  firstSeen: known.firstSeen ?? candidate.firstSeen,
});

/**
 * Every relay that is proposed, once, the best first. Independent reasons add up as probabilities do: it is worth nothing
 * only if each of them is wrong. `shuffle` decides among equals, so that not everybody dials the first of the same list.
 */
export const mergeCandidates = (
  strategies: readonly DiscoveryStrategy[],
  shuffle: <T>(values: readonly T[]) => T[],
): MergedCandidate[] => {
  const merged = new Map<string, MergedCandidate>();
  const byWeight = [...strategies].sort((a, b) => WEIGHTS[b.source] - WEIGHTS[a.source]);
  for (const { source, candidates } of byWeight) {
    for (const candidate of candidates().slice(0, MAX_OF_ONE)) {
      const { origin } = candidate;
      const known = merged.get(origin) ?? { origin, sources: new Set(), score: 0 };
      if (merged.has(origin) || merged.size < MAX_CANDIDATES) merged.set(origin, joined(known, candidate, source));
    }
  }
  return shuffle([...merged.values()]).sort((a, b) => b.score - a.score);
};
