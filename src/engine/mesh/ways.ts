import type { Millis, NodeAddress } from '#core/brand.ts';
import { MAX_HOPS } from '#core/domain/limits.ts';
import { CAPABILITY } from '#core/domain/values.ts';
import { isRouter, type Peer, type PeerTable } from '#engine/links/peer.ts';
import type { Journey } from '#engine/mesh/journey.ts';
import type { NodeBook } from '#engine/mesh/node-book.ts';

/** Which neighbour comes next (docs/protocol/routing.md): what the paths, and the links that there are now, say. */
export interface Ways {
  /** The neighbour that a message or probe for this node goes to next, if there is one. */
  nextHop(target: NodeAddress, except: readonly Peer[]): Peer | undefined;
  /** The neighbour that this envelope goes to next, if there is one. */
  of(journey: Journey): Peer | undefined;
  /** The next hop did not take it, and that says nothing about the path. */
  isBlameless(journey: Journey, next: Peer): boolean;
  /** Who may keep what finds no way. */
  keeper(except: Peer | undefined): Peer | undefined;
}

export interface WaysRules {
  readonly peers: PeerTable;
  readonly nodes: NodeBook;
  /** We pass on for others. */
  readonly routes: () => boolean;
  /** Our parent. */
  readonly up: () => Peer | undefined;
  /** The time, for paths that have ended. */
  readonly now: () => Millis;
}

export const createWays = ({ peers, nodes, routes, up, now }: WaysRules): Ways => {
  const isOpen = (peer: Peer): boolean => peers.get(peer.link) === peer;

  const nextHop: Ways['nextHop'] = (target, except) => {
    const node = nodes.get(target);
    const fresh = node !== undefined && node.expires > now();
    const route = fresh ? node.routes.find(({ peer }) => isOpen(peer) && !except.includes(peer)) : undefined;
    if (route !== undefined || routes()) return route?.peer;
    // A leaf knows few paths: its relays know more, and where it has none, whoever joins it to the others.
    const others = peers.ready().filter((peer) => isRouter(peer) && !except.includes(peer));
    const parent = up();
    if (parent !== undefined && others.includes(parent)) return parent;
    return others.find((peer) => peer.hello?.relay) ?? others[0];
  };

  const of = ({ envelope, from, tried, avoid }: Journey): Peer | undefined => {
    const except = from === undefined ? tried : [...tried, from];
    const target = envelope.destination ?? envelope.source;
    const other = avoid === undefined ? undefined : nextHop(target, [...except, avoid]);
    return other ?? nextHop(target, except);
  };

  /**
   * Says nothing of the way: what comes by a flood reaches the next hop by several; the destination itself is where it is; and
   * what has no hop left fails everywhere. Otherwise anybody could end paths of others by envelopes made to fail.
   */
  const isBlameless = ({ envelope, flooded }: Journey, next: Peer): boolean => {
    const routes = envelope.destination === undefined ? undefined : nodes.get(envelope.destination)?.routes;
    const isDirect = routes?.some(({ peer, hops }) => peer === next && hops === 1) ?? false;
    return flooded || isDirect || envelope.hops + 1 >= MAX_HOPS;
  };

  const mayKeep = (peer: Peer): boolean => {
    if (!peer.hello?.relay) return false;
    const announced = peer.hello.address === undefined ? undefined : nodes.get(peer.hello.address)?.announce;
    return announced === undefined || (announced.capabilities & CAPABILITY.STORE) !== 0;
  };

  return {
    nextHop,
    of,
    isBlameless,
    keeper: (except) => peers.ready().find((peer) => peer !== except && mayKeep(peer)),
  };
};
