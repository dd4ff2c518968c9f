import type { Millis, NodeAddress } from '#core/brand.ts';
import type { Context } from '#engine/context.ts';
import type { PeerTable } from '#engine/links/peer.ts';
import { createMeshPositions, DEFAULT_MESH_RULES, type MeshPosition } from '#engine/peers/mesh-positions.ts';
import type { PeerEntry, PeerFacts } from '#engine/peers/peer-entry.ts';
import type { PeerRegistry } from '#engine/peers/peer-registry.ts';
import { selectPeers } from '#engine/peers/peer-selection.ts';
import { scoreOf } from '#engine/peers/reputation.ts';
import { p99Of } from '#engine/peers/round-trips.ts';

/** What is known of one other node, for whoever looks at it. */
export interface KnownPeer extends PeerFacts {
  readonly address: NodeAddress;
  readonly firstSeen: Millis;
  readonly lastSeen: Millis;
  /** Smoothed, and the slowest of a hundred; undefined before they were measured. */
  readonly roundTrip: Millis | undefined;
  readonly p99: Millis | undefined;
  /** 0 to 1. */
  readonly loss: number;
  /** 0 to 1; 0.5 says nothing. */
  readonly score: number;
  readonly linked: boolean;
}

export interface PeerViews {
  /** Everybody who is known, the nearest first. */
  peers(): readonly KnownPeer[];
  /**
   * Origins that would fill this node's places in the mesh, the nearest first: where a node starts that remembers peers and
   * is told of no relay.
   */
  peersToDial(): readonly string[];
}

export const createPeerViews = (context: Context, registry: PeerRegistry, links: PeerTable): PeerViews => {
  const mesh = createMeshPositions(DEFAULT_MESH_RULES);
  const nearest = (entries: readonly PeerEntry[]): PeerEntry[] =>
    selectPeers(entries, entries.length, { kind: 'nearest' }, context.random);
  const show = ({ roundTrips, reputation, ...entry }: PeerEntry, linked: ReadonlySet<NodeAddress>): KnownPeer => ({
    ...entry,
    roundTrip: roundTrips.smoothed,
    p99: p99Of(roundTrips),
    loss: roundTrips.lossRate,
    score: scoreOf(reputation, context.now()),
    linked: linked.has(entry.address),
  });
  const held = (): MeshPosition[] =>
    links.ready().flatMap(({ hello, dialled }) => {
      const peer = hello?.address === undefined ? undefined : registry.get(hello.address);
      return peer === undefined ? [] : [{ peer, outbound: dialled }];
    });
  return {
    peers: () => {
      const linked = links.addresses();
      return nearest([...registry.all()]).map((entry) => show(entry, linked));
    },
    peersToDial: () => {
      const candidates = nearest(registry.trusted(context.now()).filter(({ origin }) => origin !== undefined));
      return mesh.fill(candidates, held(), context.now()).flatMap(({ origin }) => origin ?? []);
    },
  };
};
