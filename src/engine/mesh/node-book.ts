import type { MessageId, Millis, NodeAddress } from '#core/brand.ts';
import { NODE_TTL } from '#core/domain/limits.ts';
import { fromWireSecond } from '#core/domain/wire-time.ts';
import type { Envelope } from '#core/wire/envelope.ts';
import type { NodeAnnounce } from '#core/wire/node-announce.ts';
import type { Peer } from '#engine/links/peer.ts';

/**
 * The path table: who announced itself, and by which neighbours it is reached (docs/protocol/routing.md). A path is what an
 * announcement left behind on its way, as in distance-vector routing with sequence numbers (DSDV, Perkins & Bhagwat, 1994).
 */
export interface KnownNode {
  readonly address: NodeAddress;
  readonly announce: NodeAnnounce;
  /** As it was signed; its hops are those that it came with first. */
  readonly envelope: Envelope;
  readonly id: MessageId;
  readonly expires: Millis;
  /** At most two neighbours, the one that told us first in front: the quickest way is where news arrives first. */
  readonly routes: readonly Route[];
  /** The neighbours that brought this very announcement, paths or not: they know the node. */
  readonly told: readonly Route[];
}

export interface Route {
  readonly peer: Peer;
  /** Links from here to the node. */
  readonly hops: number;
}

export interface NodeBook {
  get(address: NodeAddress): KnownNode | undefined;
  /** A later announcement than what is known. False: no room, as everybody here is still valid. */
  put(address: NodeAddress, announce: NodeAnnounce, envelope: Envelope, id: MessageId, now: Millis): boolean;
  /** The announcement that is known came this way too. True when that is a new path. */
  addRoute(address: NodeAddress, route: Route): boolean;
  /** This way did not work. */
  dropRoute(address: NodeAddress, peer: Peer): void;
  /** The link is gone, and every way over it. */
  dropPeer(peer: Peer): void;
  all(): Iterable<KnownNode>;
  /** Forgets who did not announce itself for NODE_TTL. */
  expire(now: Millis): void;
  readonly size: number;
}

const MAX_ROUTES = 2;
/** As many as a node has neighbours in the mesh. */
const MAX_TOLD = 8;

export const createNodeBook = (capacity: number): NodeBook => {
  const nodes = new Map<NodeAddress, KnownNode>();

  const expire = (now: Millis): void => {
    for (const [address, node] of nodes) if (node.expires <= now) nodes.delete(address);
  };
  const mayLead = ({ routes }: KnownNode, route: Route): boolean => {
    if (routes.length >= MAX_ROUTES || routes.some(({ peer }) => peer === route.peer)) return false;
    // Whoever is further from it than we are may reach it only through us: that would be a loop.
    return route.hops - 1 <= (routes[0]?.hops ?? Number.POSITIVE_INFINITY);
  };
  const setRoutes = (node: KnownNode, routes: readonly Route[]): void => {
    nodes.set(node.address, { ...node, routes });
  };

  return {
    get: (address) => nodes.get(address),
    put: (address, announce, envelope, id, now) => {
      if (!nodes.has(address) && nodes.size >= capacity) expire(now);
      // Who is known stays: a flood of new keys pushes nobody out.
      if (!nodes.has(address) && nodes.size >= capacity) return false;
      const expires = (fromWireSecond(announce.issued) + NODE_TTL) as Millis;
      nodes.set(address, { address, announce, envelope, id, expires, routes: [], told: [] });
      return true;
    },
    addRoute: (address, route) => {
      const node = nodes.get(address);
      if (node === undefined) return false;
      const isTold = node.told.length < MAX_TOLD && !node.told.some(({ peer }) => peer === route.peer);
      const told = isTold ? [...node.told, route] : node.told;
      const isPath = mayLead(node, route);
      if (isTold || isPath)
        nodes.set(address, { ...node, told, routes: isPath ? [...node.routes, route] : node.routes });
      return isPath;
    },
    dropRoute: (address, peer) => {
      const node = nodes.get(address);
      if (node?.routes.some((route) => route.peer === peer)) {
        setRoutes(
          node,
          node.routes.filter((route) => route.peer !== peer),
        );
      }
    },
    dropPeer: (peer) => {
      for (const node of nodes.values()) {
        const told = node.told.filter((route) => route.peer !== peer);
        const routes = node.routes.filter((route) => route.peer !== peer);
        const isOver = told.length < node.told.length || routes.length < node.routes.length;
        if (isOver) nodes.set(node.address, { ...node, told, routes });
      }
    },
    all: () => nodes.values(),
    expire,
    get size() {
      return nodes.size;
    },
  };
};
