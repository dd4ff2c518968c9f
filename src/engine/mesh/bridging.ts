import type { Millis } from '#core/brand.ts';
import type { Context } from '#engine/context.ts';
import type { Peer, PeerTable } from '#engine/links/peer.ts';
import type { NodeBook } from '#engine/mesh/node-book.ts';

/**
 * Whether this leaf passes on for others (docs/decisions/0020-bridges.md). A leaf with one link, or with two relays that know
 * each other, has nothing to join and saves its battery; one that joins what would be apart without it is a bridge.
 */
export interface Bridging {
  readonly isBridge: boolean;
  /** It has a link to a relay, or to a leaf that has one. */
  readonly isRooted: boolean;
  /** Links, or who knows whom, may have changed. */
  changed(): void;
}

export interface BridgingRules {
  readonly peers: PeerTable;
  readonly nodes: NodeBook;
  /** We are a bridge now, or none any more; or our being rooted changed. */
  readonly onChange: () => void;
}

const TIMER = 'bridge';
/** So long a new link has to show whom it knows, in milliseconds. */
const SETTLE = 1_500;

/** Relays among our peers that do not know each other: in how many parts the mesh is without us. */
const countParts = (peers: readonly Peer[], nodes: NodeBook): number => {
  const parts: Peer[][] = [];
  const knows = (a: Peer, b: Peer): boolean => {
    const address = a.hello?.address;
    const node = address === undefined ? undefined : nodes.get(address);
    return node?.routes.some(({ peer }) => peer === b) ?? false;
  };
  for (const relay of peers.filter((peer) => peer.hello?.relay)) {
    const known = parts.find((part) => part.some((other) => knows(relay, other) || knows(other, relay)));
    if (known === undefined) parts.push([relay]);
    else known.push(relay);
  }
  const lone = peers.filter((peer) => !peer.hello?.relay && !peer.rooted).length;
  // Leaves that have a relay of their own belong to the part that we belong to.
  const hasRootedLeaf = peers.some((peer) => !peer.hello?.relay && peer.rooted);
  return (parts.length === 0 && hasRootedLeaf ? 1 : parts.length) + lone;
};

export const createBridging = (context: Context, { peers, nodes, onChange }: BridgingRules): Bridging => {
  let isBridge = false;
  let isRooted = false;

  const judge = (): void => {
    const ready = peers.ready();
    const joins = countParts(ready, nodes) > 1;
    const rooted = ready.some((peer) => peer.hello?.relay === true);
    if (joins === isBridge && rooted === isRooted) return;
    isBridge = joins;
    isRooted = rooted;
    context.count('bridging', joins ? 'yes' : 'no');
    onChange();
  };
  return {
    get isBridge() {
      return isBridge;
    },
    get isRooted() {
      return isRooted;
    },
    changed: () => context.timers.atLatest(TIMER, (context.now() + SETTLE) as Millis, judge),
  };
};
