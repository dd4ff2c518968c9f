import type { LinkId, Millis, NodeAddress } from '#core/brand.ts';
import { equalBytes } from '#core/bytes/compare.ts';
import { HOUR, MINUTE } from '#core/domain/limits.ts';
import { CAPABILITY } from '#core/domain/values.ts';
import type { RefusalCode } from '#core/refusal.ts';
import type { NodeAnnounce } from '#core/wire/node-announce.ts';
import { encodePing } from '#core/wire/ping.ts';
import type { Context } from '#engine/context.ts';
import type { Peer, PeerTable } from '#engine/links/peer.ts';
import { asOrigin } from '#engine/peers/peer-entry.ts';
import type { PeerRegistry } from '#engine/peers/peer-registry.ts';

/**
 * What the links teach the registry. A hello names a relay and proves nothing, so it counts only on a link that this node
 * dialled, and only as long as that name does not belong to another origin: else whoever dials us could make entries, and a
 * bad name, for relays that it is not (docs/decisions/0018-reputation.md).
 */
export interface PeerWatch {
  /** The peer's hello came. */
  met(peer: Peer): void;
  close(peer: Peer): void;
  /** A frame of it was refused for this. */
  refused(peer: Peer, code: RefusalCode): void;
  onPong(peer: Peer, nonce: Uint8Array): void;
  /** A node announced itself, and its signature holds: nobody else can say this of it. */
  announced(address: NodeAddress, announce: NodeAnnounce): void;
  /** It signed that it keeps what we owed to the network: a signature, so the link does not matter. */
  onCustody(address: NodeAddress): void;
}

interface Ping {
  readonly nonce: Uint8Array;
  readonly at: Millis;
}

/** Between two pings on a link, and the time that an answer has. */
export const PING_EVERY = 30_000 as Millis;
/** A timer that fires later than this was held up with the whole device: nobody is to blame for what did not come. */
const HELD_UP = 2_000;
/** What is learned goes to the store at most once a minute; the first things gather for a second. */
export const SAVE_EVERY = MINUTE;
const GATHER = 1_000;
const NONCE_BYTES = 8;
/** Who can be chosen for something. Practices by the thousand are no peers to choose, and would push out those that are. */
const CHOOSABLE = CAPABILITY.ROUTER | CAPABILITY.STORE | CAPABILITY.GATEWAY | CAPABILITY.RELAY;

export const createPeerWatch = (context: Context, registry: PeerRegistry, peers: Pick<PeerTable, 'get'>): PeerWatch => {
  /** The unanswered ping of each link. */
  const pings = new Map<LinkId, Ping>();
  let saveFrom = 0;

  const save = (): void => {
    saveFrom = context.now() + SAVE_EVERY;
    context.persist(...registry.takeChanges());
  };
  const prune = (): void => {
    registry.prune(context.now());
    learned();
  };
  const learned = (): void => {
    if (registry.changed)
      context.timers.atLatest('save peers', Math.max(context.now() + GATHER, saveFrom) as Millis, save);
    if (registry.size > 0) context.timers.atLatest('prune peers', (context.now() + HOUR) as Millis, prune);
  };

  /** Whom this link may speak about. */
  const subjectOf = (peer: Peer): NodeAddress | undefined => {
    const address = peer.hello?.address;
    if (!peer.dialled || address === undefined) return undefined;
    const known = registry.get(address)?.origin;
    return known === undefined || known === asOrigin(peer.remote) ? address : undefined;
  };

  const timerOf = (link: LinkId): string => `ping ${link}`;
  const ping = (peer: Peer): void => {
    const now = context.now();
    const nonce = context.random.bytes(NONCE_BYTES);
    pings.set(peer.link, { nonce, at: now });
    context.send(peer.link, encodePing({ kind: 'ping', nonce }), true);
    context.timers.set(timerOf(peer.link), (now + PING_EVERY) as Millis, () => nextPing(peer));
  };
  const nextPing = (peer: Peer): void => {
    if (peers.get(peer.link) !== peer) return;
    const unanswered = pings.get(peer.link);
    const address = subjectOf(peer);
    if (unanswered !== undefined && address !== undefined) {
      const late = context.now() - unanswered.at - PING_EVERY;
      if (late >= 0 && late <= HELD_UP) {
        registry.loss(address, true);
        registry.report(address, { observer: 'self', reason: 'unresponsive' }, context.now());
        learned();
      }
    }
    ping(peer);
  };

  return {
    met: (peer) => {
      const address = subjectOf(peer);
      if (address === undefined) return;
      const known = registry.get(address);
      const capabilities = (known?.capabilities ?? 0) | CAPABILITY.RELAY;
      registry.see(address, { capabilities, origin: known?.origin ?? asOrigin(peer.remote) }, context.now());
      learned();
      if (peer.can.syncs) ping(peer);
    },
    close: (peer) => {
      pings.delete(peer.link);
      context.timers.cancel(timerOf(peer.link));
    },
    refused: (peer, code) => {
      const address = subjectOf(peer);
      if (address === undefined) return;
      registry.report(address, { observer: 'self', reason: code }, context.now());
      learned();
    },
    onPong: (peer, nonce) => {
      const sent = pings.get(peer.link);
      const address = subjectOf(peer);
      if (sent === undefined || address === undefined || !equalBytes(sent.nonce, nonce)) return;
      pings.delete(peer.link);
      registry.sample(address, (context.now() - sent.at) as Millis, context.now());
      learned();
    },
    announced: (address, { capabilities, region, level, load }) => {
      if ((capabilities & CHOOSABLE) === 0 && registry.get(address) === undefined) return;
      if (registry.see(address, { capabilities, region, level, load }, context.now()) === undefined) return;
      learned();
    },
    onCustody: (address) => {
      registry.report(address, { observer: 'self', reason: 'custody' }, context.now());
      learned();
    },
  };
};
