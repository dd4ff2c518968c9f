import type { EngineConfig } from '#engine/config.ts';
import type { Context } from '#engine/context.ts';
import { createPeerTable, type PeerTable } from '#engine/links/peer.ts';
import { createPeerRegistry, type PeerRegistry } from '#engine/peers/peer-registry.ts';
import { createPeerWatch, type PeerWatch } from '#engine/peers/peer-watch.ts';
import { createRouterPlaces, type RouterPlaces } from '#engine/peers/router-places.ts';

/** Who is linked, who is known, and what the ones teach about the others. */
export interface PeerParts {
  readonly peers: PeerTable;
  readonly registry: PeerRegistry;
  readonly watch: PeerWatch;
  readonly places: RouterPlaces;
}

export const createPeerParts = (context: Context, config: EngineConfig): PeerParts => {
  const peers = createPeerTable(config.limits);
  const registry = createPeerRegistry({ capacity: config.limits.peersKnown, linked: peers.addresses });
  const places = createRouterPlaces(context, config, peers, registry);
  return { peers, registry, watch: createPeerWatch(context, registry, peers), places };
};
