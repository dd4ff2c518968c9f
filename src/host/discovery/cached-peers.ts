import type { KnownPeer, PeerViews } from '#engine/peers/peer-views.ts';
import { createTrackRecord } from '#host/discovery/track-record.ts';
import type { DiscoveryStrategy, RelayCandidate } from '#ports/discovery.ts';

/**
 * Relays that this node was linked to before, as its registry remembers them over a restart: where it starts when the relays
 * that it was told of are gone. The registry measures and judges them itself.
 */
export const createCachedPeers = (views: PeerViews): DiscoveryStrategy => {
  const record = createTrackRecord();
  return {
    source: 'cached',
    candidates: () => {
      const byOrigin = new Map(views.peers().map((peer) => [peer.origin, peer]));
      return views.peersToDial().flatMap((origin): RelayCandidate[] => {
        const peer = byOrigin.get(origin);
        return peer === undefined ? [] : [toCandidate(origin, peer, peer.score * record.of(origin))];
      });
    },
    heard: record.heard,
  };
};

/** What the registry knows of a peer, as a proposal. */
export const toCandidate = (origin: string, peer: KnownPeer, confidence: number): RelayCandidate => ({
  origin,
  confidence,
  address: peer.address,
  region: peer.region,
  capabilities: peer.capabilities,
  firstSeen: peer.firstSeen,
});
