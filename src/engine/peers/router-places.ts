import type { EngineConfig } from '#engine/config.ts';
import type { Context } from '#engine/context.ts';
import { isRouter, type Peer, type PeerTable } from '#engine/links/peer.ts';
import {
  createMeshPositions,
  type MeshPosition,
  type MeshRules,
  type PlaceObstacle,
} from '#engine/peers/mesh-positions.ts';
import { subnetOf } from '#engine/peers/operator.ts';
import type { PeerRegistry } from '#engine/peers/peer-registry.ts';

/**
 * The places that a relay gives to other relays and to bridges that dial it: they carry what it passes on, so one network, or
 * somebody with many new keys, must not have all of them (docs/protocol/limits.md). A hello proves nothing; that is why
 * networks count, and names do not help.
 */
export interface RouterPlaces {
  /** Its hello came: may it be a relay here? Counted by reason when it may not. Leaves, and whom we dialled, always may. */
  admits(peer: Peer): boolean;
  /** Its beacon says that it is a bridge: may it be one here? */
  mayBridge(peer: Peer): boolean;
}

export const ROUTER_PLACES: MeshRules = { positions: 64, perSubnet: 4, young: 32, outbound: 16 };

export const createRouterPlaces = (
  context: Context,
  config: Pick<EngineConfig, 'role'>,
  peers: PeerTable,
  registry: PeerRegistry,
): RouterPlaces => {
  const places = createMeshPositions(ROUTER_PLACES);
  const nameOf = (peer: Peer): string => peer.hello?.address ?? `link ${peer.link}`;

  const toPosition = (peer: Peer): MeshPosition => {
    const address = peer.hello?.address;
    const known = address === undefined ? undefined : registry.get(address);
    return {
      outbound: peer.dialled,
      peer: {
        address: nameOf(peer),
        origin: undefined,
        subnet: subnetOf(peer.remote),
        firstSeen: known?.firstSeen ?? context.now(),
      },
    };
  };

  /** The second link of two relays that name each other takes the place of the first: only one, whoever opens it. */
  const isOtherDirection = (peer: Peer, held: readonly Peer[]): boolean => {
    const same = held.filter((other) => nameOf(other) === nameOf(peer));
    return same.length === 1 && same[0]?.dialled === true;
  };

  const obstacle = (peer: Peer): PlaceObstacle | undefined => {
    const held = peers.ready().filter((other) => other !== peer && isRouter(other));
    if (isOtherDirection(peer, held)) return undefined;
    return places.obstacle(toPosition(peer).peer, held.map(toPosition), context.now());
  };
  const judge = (peer: Peer): boolean => {
    if (config.role !== 'relay' || peer.dialled) return true;
    const code = obstacle(peer);
    if (code !== undefined) context.count('places refused', code);
    return code === undefined;
  };

  return {
    admits: (peer) => !peer.hello?.relay || judge(peer),
    mayBridge: (peer) => isRouter(peer) || judge(peer),
  };
};
