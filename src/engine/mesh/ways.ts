import type { Millis, NodeAddress } from '#core/brand.ts';
import { MAX_HOPS } from '#core/domain/limits.ts';
import { CAPABILITY } from '#core/domain/values.ts';
import { UNICAST_BYTES } from '#core/wire/envelope.ts';
import { isBelow, isCarrier, isRouter, type Peer, type PeerTable } from '#engine/links/peer.ts';
import { createFadingMap } from '#engine/mesh/fading-map.ts';
import type { Journey } from '#engine/mesh/journey.ts';
import type { NodeBook, Route } from '#engine/mesh/node-book.ts';

/** Which neighbour comes next (docs/protocol/routing.md): what the paths, and the links that there are now, say. */
export interface Ways {
  /** The neighbour that something of so many bytes for this node goes to next, if there is one. */
  nextHop(target: NodeAddress, except: readonly Peer[], bytes: number): Peer | undefined;
  /** The neighbour that this envelope goes to next, if there is one. `bytes`: as if it had so many. */
  of(journey: Journey, bytes?: number): Peer | undefined;
  /** The next hop did not take it: it is no way there any more, unless that says nothing of the way. */
  blame(journey: Journey, next: Peer): void;
  /** This came up a link over the air: the way down to its source. */
  learn(source: NodeAddress, route: Route): void;
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

/** Nodes further from the internet that are reached over the air, and how long without a word of theirs, in milliseconds. */
const MAX_BELOW = 256;
const BELOW_LIFE = 86_400_000;

export const createWays = ({ peers, nodes, routes, up, now }: WaysRules): Ways => {
  const below = createFadingMap<NodeAddress, Route>(MAX_BELOW, BELOW_LIFE);
  const isOpen = (peer: Peer): boolean => peers.get(peer.link) === peer;

  const knownWays = (target: NodeAddress): readonly Route[] => {
    const node = nodes.get(target);
    const down = below.get(target, now());
    const announced = node !== undefined && node.expires > now() ? node.routes : [];
    return down === undefined ? announced : [...announced, down];
  };

  const nextHop: Ways['nextHop'] = (target, except, bytes) => {
    const mayTake = (peer: Peer): boolean => isOpen(peer) && !except.includes(peer) && bytes <= peer.can.largest;
    const known = knownWays(target).flatMap(({ peer }) => (mayTake(peer) ? [peer] : []));
    // Air is for what is small; what is long takes a wider link where one leads there, too.
    const route = known.find(({ can }) => bytes <= can.handy) ?? known[0];
    if (route !== undefined || routes()) return route;
    // A leaf knows few paths: its relays know more, and where it has none, whoever joins it to the others, or carries for it.
    const others = peers.ready().filter((peer) => (isRouter(peer) || isCarrier(peer)) && mayTake(peer));
    const parent = up();
    if (parent !== undefined && others.includes(parent)) return parent;
    return others.find((peer) => peer.hello?.relay) ?? others.find(isRouter) ?? others[0];
  };

  const of: Ways['of'] = ({ envelope, from, tried, avoid }, bytes = UNICAST_BYTES + envelope.payload.length) => {
    const except = from === undefined ? tried : [...tried, from];
    const target = envelope.destination ?? envelope.source;
    const other = avoid === undefined ? undefined : nextHop(target, [...except, avoid], bytes);
    return other ?? nextHop(target, except, bytes);
  };

  /**
   * Says nothing of the way: what comes by a flood reaches the next hop by several; the destination itself is where it is; what has
   * no hop left fails everywhere; and what is too long says something of its length. Otherwise anybody could end paths of others by
   * envelopes made to fail.
   */
  const isBlameless = ({ envelope, flooded, isTooLarge }: Journey, target: NodeAddress, next: Peer): boolean =>
    flooded ||
    isTooLarge ||
    envelope.hops + 1 >= MAX_HOPS ||
    knownWays(target).some(({ peer, hops }) => peer === next && hops === 1);

  const mayKeep = (peer: Peer): boolean => {
    if (!peer.hello?.relay) return false;
    const announced = peer.hello.address === undefined ? undefined : nodes.get(peer.hello.address)?.announce;
    return announced === undefined || (announced.capabilities & CAPABILITY.STORE) !== 0;
  };

  return {
    nextHop,
    of,
    blame: (journey, next) => {
      const target = journey.envelope.destination;
      if (target === undefined || isBlameless(journey, target, next)) return;
      nodes.dropRoute(target, next);
      if (below.get(target, now())?.peer === next) below.delete(target);
    },
    learn: (source, route) => {
      if (isBelow(route.peer)) below.set(source, route, now());
    },
    keeper: (except) => peers.ready().find((peer) => peer !== except && mayKeep(peer)),
  };
};
