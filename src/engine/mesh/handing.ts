import type { LinkId, Millis, NodeAddress } from '#core/brand.ts';
import { MAX_HOPS } from '#core/domain/limits.ts';
import { encodeEnvelope } from '#core/wire/envelope.ts';
import type { NodeAnnounce } from '#core/wire/node-announce.ts';
import type { Context } from '#engine/context.ts';
import type { Peer } from '#engine/links/peer.ts';
import type { KnownNode, NodeBook } from '#engine/mesh/node-book.ts';

/** What a new neighbour is told: the announcements that are known here, the nearest first, so many at a time. */
export interface Handing {
  /** From the beginning. Whoever asks for it again and again gets it no faster. */
  begin(peer: Peer): void;
  close(peer: Peer): void;
}

export interface HandingRules {
  readonly nodes: NodeBook;
  /** Who needs to hear of whom. */
  readonly concerns: (peer: Peer, announce: NodeAnnounce) => boolean;
  /** We pass on for others. */
  readonly routes: () => boolean;
}

/** What goes out at once, and then every half second, so that the neighbour's budget of frames suffices. */
const HANDED_AT_ONCE = 512;
const HAND_INTERVAL = 500;

const distance = ({ routes }: KnownNode): number => routes[0]?.hops ?? MAX_HOPS;

export const createHanding = (context: Context, { nodes, concerns, routes }: HandingRules): Handing => {
  /** What each neighbour is still to hear; undefined: everything. It stays for one interval more when nothing is left. */
  const waiting = new Map<LinkId, NodeAddress[] | undefined>();
  const timer = (link: LinkId): string => `hand ${link}`;

  const everything = (peer: Peer): NodeAddress[] => {
    const all = [...nodes.all()].filter(({ announce }) => concerns(peer, announce));
    // The nearest first: they are what a new link is for.
    return all.sort((a, b) => distance(a) - distance(b)).map(({ address }) => address);
  };

  const handOne = (peer: Peer, address: NodeAddress): void => {
    // As it is known now: what was known when the neighbour came may have been superseded, or lost its way.
    const node = nodes.get(address);
    if (node === undefined || distance(node) >= MAX_HOPS || node.expires <= context.now()) return;
    if (node.routes[0]?.peer === peer) return;
    context.send(peer.link, encodeEnvelope({ ...node.envelope, hops: distance(node) }), true);
  };

  const hand = (peer: Peer): void => {
    const left = waiting.get(peer.link) ?? everything(peer);
    for (const address of left.splice(0, HANDED_AT_ONCE)) handOne(peer, address);
    waiting.set(peer.link, left);
    context.timers.set(timer(peer.link), (context.now() + HAND_INTERVAL) as Millis, () => {
      if (waiting.get(peer.link)?.length === 0 || !routes()) waiting.delete(peer.link);
      else hand(peer);
    });
  };

  return {
    begin: (peer) => {
      if (waiting.has(peer.link)) waiting.set(peer.link, undefined);
      else hand(peer);
    },
    close: (peer) => {
      waiting.delete(peer.link);
      context.timers.cancel(timer(peer.link));
    },
  };
};
