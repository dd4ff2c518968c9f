import type { PeerViews } from '#engine/peers/peer-views.ts';
import { EVICTION_SCORE } from '#engine/peers/reputation.ts';
import { toCandidate } from '#host/discovery/cached-peers.ts';
import type { DiscoveryStrategy, RelayCandidate } from '#ports/discovery.ts';

/**
 * Relays that are known here and announce the region of this node: short ways, and they hold what is near. Only for nodes
 * that announce a region themselves. A patient's device has none: whom it dials would tell where somebody looks for help.
 */
export const createOwnRegion = (views: PeerViews, region: () => number | undefined): DiscoveryStrategy => ({
  source: 'region',
  candidates: () => {
    const own = region();
    if (own === undefined) return [];
    return views.peers().flatMap((peer): RelayCandidate[] => {
      const { origin, linked, score } = peer;
      if (origin === undefined || linked || score < EVICTION_SCORE || peer.region === undefined) return [];
      if (peer.region === own) return [toCandidate(origin, peer, score)];
      // The first digit is a part of the country.
      return Math.floor(peer.region / 10) === Math.floor(own / 10) ? [toCandidate(origin, peer, score / 2)] : [];
    });
  },
  // The registry, where these come from, judges them itself.
  heard: () => undefined,
});
