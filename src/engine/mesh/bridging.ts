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
  /** It has a link to a relay. Not to a leaf that has one: that leaf would not know that we need it. */
  readonly isRooted: boolean;
  /** Links, or who knows whom, may have changed. */
  changed(): void;
}

export interface BridgingRules {
  readonly peers: PeerTable;
  readonly nodes: NodeBook;
  /** We are a bridge now, or none any more; or our being rooted changed. */
  readonly onChange: () => void;
  /** We have just become a bridge. */
  readonly onBridge: () => void;
}

const TIMER = 'bridge';
/** So long after a change a new link has to show whom it knows, in milliseconds. */
const SETTLE = 1_500;
/** However often something changes, it is judged after this. */
const MAX_SETTLE = 6_000;
/**
 * While we pass on for others, a neighbour may know another one through us alone. What went through us comes back from two
 * links further on at least, as nobody hands news back: three hops, and four links from here.
 */
const MAX_LINKS_APART = 3;

/** One of them was told of by the other. */
const knowEachOther = (nodes: NodeBook, a: Peer, b: Peer, maxLinks: number, now: Millis): boolean => {
  const told = (of: Peer, by: Peer): boolean => {
    const node = of.hello?.address === undefined ? undefined : nodes.get(of.hello.address);
    if (node === undefined || node.expires <= now) return false;
    return node.told.some(({ peer, hops }) => peer === by && hops <= maxLinks);
  };
  return told(a, b) || told(b, a);
};

/** In how many parts the mesh around us is without us. */
const countParts = (peers: readonly Peer[], knows: (a: Peer, b: Peer) => boolean): number => {
  let parts: Peer[][] = [];
  for (const relay of peers.filter((peer) => peer.hello?.relay)) {
    const joined = parts.filter((part) => part.some((other) => knows(relay, other)));
    parts = [...parts.filter((part) => !joined.includes(part)), [relay, ...joined.flat()]];
  }
  const leaves = peers.filter((peer) => !peer.hello?.relay);
  const lone = leaves.filter(({ rooted }) => !rooted).length;
  // Leaves that have a relay of their own belong to the part that we belong to.
  return (parts.length === 0 && lone < leaves.length ? 1 : parts.length) + lone;
};

export const createBridging = (context: Context, { peers, nodes, onChange, onBridge }: BridgingRules): Bridging => {
  let isBridge = false;
  let isRooted = false;
  /** The first change that was not judged yet. */
  let changedAt: Millis | undefined;

  const judge = (): void => {
    changedAt = undefined;
    // What a radio joins it joins by carrying, and by what is broadcast.
    const ready = peers.ready().filter(({ can }) => can.syncs);
    const maxLinks = isBridge ? MAX_LINKS_APART : Number.POSITIVE_INFINITY;
    const joins = countParts(ready, (a, b) => knowEachOther(nodes, a, b, maxLinks, context.now())) > 1;
    const rooted = ready.some((peer) => peer.hello?.relay === true);
    if (joins === isBridge && rooted === isRooted) return;
    const becomes = joins && !isBridge;
    isBridge = joins;
    isRooted = rooted;
    context.count('bridging', joins ? 'yes' : 'no');
    onChange();
    if (becomes) onBridge();
  };
  return {
    get isBridge() {
      return isBridge;
    },
    get isRooted() {
      return isRooted;
    },
    changed: () => {
      changedAt ??= context.now();
      context.timers.set(TIMER, Math.min(context.now() + SETTLE, changedAt + MAX_SETTLE) as Millis, judge);
    },
  };
};
