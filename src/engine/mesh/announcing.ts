import type { MessageId, Millis, NodeAddress } from '#core/brand.ts';
import { equalBytes } from '#core/bytes/compare.ts';
import { messageIdOf } from '#core/crypto/address.ts';
import { FUTURE_TOLERANCE, MAX_HOPS, NODE_PERIOD, NODE_TTL } from '#core/domain/limits.ts';
import { fromWireSecond, toWireSecond } from '#core/domain/wire-time.ts';
import type { RefusalCode } from '#core/refusal.ts';
import { type Envelope, encodeEnvelope, signedPart } from '#core/wire/envelope.ts';
import { decodeNodeAnnounce, encodeNodeAnnounce, type NodeAnnounce } from '#core/wire/node-announce.ts';
import type { EngineLimits } from '#engine/config.ts';
import type { Context } from '#engine/context.ts';
import { isBelow, isCarrier, isRouter, type Peer, type PeerTable, park } from '#engine/links/peer.ts';
import { createHanding } from '#engine/mesh/handing.ts';
import type { NodeBook, Route } from '#engine/mesh/node-book.ts';
import { isSameStation, type Station } from '#engine/mesh/station.ts';
import type { IdentityBook } from '#engine/records/identity-book.ts';
import { createKeyedBuckets, type Rate } from '#engine/token-bucket.ts';

/**
 * Node announcements: our own, signed every ten minutes and when something changed, and those of others, checked and passed
 * on to every neighbour that routes (docs/protocol/node.md). They are few and small, and where they come from first is the
 * way back: so they go to all neighbours at once.
 */
export interface Announcing {
  onEnvelope(peer: Peer, envelope: Envelope): void;
  /** The peer's hello came, or it became a bridge: it gets what is known here. */
  welcome(peer: Peer): void;
  /** Something that our announcement says may have changed. */
  changed(): void;
  /** Something of ours leaves by this neighbour: over the air it hears where we are before, unless it knows. */
  tell(peer: Peer): void;
  /** Somebody looks for us: tells the way to us anew, at most every few seconds. */
  answer(): void;
  close(peer: Peer): void;
}

export interface AnnouncingRules {
  readonly peers: PeerTable;
  readonly identities: IdentityBook;
  readonly nodes: NodeBook;
  readonly limits: EngineLimits;
  readonly station: () => Station | undefined;
  /** Our clock is near enough to the relays'. */
  readonly mayIssue: () => boolean;
  /** We pass on for others. */
  readonly routes: () => boolean;
  /** A neighbour told of this node; perhaps that is a new path. */
  readonly onHeard: (address: NodeAddress, isNewPath: boolean) => void;
  /** An announcement came up a link over the air; nobody has checked it. */
  readonly onBelow: (address: NodeAddress, route: Route) => void;
  /** A new announcement, and its signature holds. */
  readonly onAnnounced: (address: NodeAddress, announce: NodeAnnounce) => void;
}

const TIMER = 'node announce';
const JANITOR = 'nodes expire';
const JANITOR_PERIOD = 60_000;
/** Between two announcements of our own, in milliseconds. */
const MIN_GAP = 2_000;
/** Accepted of one key: a change now and then, and the period. */
const RATE: Rate = { burst: 32, perSecond: 0.2 };
/** An announcement of ours that is older was not renewed in its time: nobody was there to hear it. */
const STALE = NODE_PERIOD * 1.2;
/** From one station below, on their way up. */
const BELOW_RATE: Rate = { burst: 16, perSecond: 1 / 120 };
const MAX_BELOW = 64;
const RELAY_LEVEL = 2;
const FAPP_BITS = 0xff00;

interface Own {
  readonly station: Station;
  readonly issued: number;
  /** When, by our clock then. */
  readonly at: Millis;
  readonly envelope: Envelope;
}

export const createAnnouncing = (context: Context, rules: AnnouncingRules): Announcing => {
  const { peers, identities, nodes, limits } = rules;
  const perKey = createKeyedBuckets(RATE, limits.keysWatched);
  const perStation = createKeyedBuckets(BELOW_RATE, MAX_BELOW);
  /** When whoever carries for us heard our announcement. */
  const told = new WeakMap<Peer, Millis>();
  let own: Own | undefined;
  let signing = false;

  /** Plain leaves hear of relays only: what they need to choose one, and to see whether two of them know each other. */
  const concerns = (peer: Peer, announce: Pick<NodeAnnounce, 'level'>): boolean =>
    peer.can.syncs && (isRouter(peer) || announce.level >= RELAY_LEVEL);

  const pass = (envelope: Envelope, announce: NodeAnnounce, except: Peer | undefined): void => {
    if (envelope.hops >= MAX_HOPS) return;
    const frame = encodeEnvelope(envelope);
    for (const peer of peers.ready()) {
      if (peer !== except && concerns(peer, announce)) context.send(peer.link, frame, true);
    }
  };

  const schedule = (delay: number): void => context.timers.set(TIMER, (context.now() + delay) as Millis, () => issue());

  const issue = (): void => {
    const station = rules.station();
    if (station === undefined) return;
    schedule(NODE_PERIOD * (0.9 + context.random.fraction() / 5));
    if (signing || peers.ready().length === 0 || !rules.mayIssue()) return;
    const at = context.now();
    // One from a time when the clock was far ahead was taken by nobody: it does not count.
    const last = own === undefined || own.at > at + FUTURE_TOLERANCE ? 0 : own.issued;
    const issued = Math.max(toWireSecond(at), last + 1) as NodeAnnounce['issued'];
    const announce: NodeAnnounce = { kind: 'node', issued, ...station };
    const head = { source: station.address, destination: undefined, payload: encodeNodeAnnounce(announce) };
    const done = (): void => {
      signing = false;
    };
    signing = true;
    context.crypto.sign(
      station.key,
      signedPart(head),
      (signature) => {
        done();
        own = { station, issued, at, envelope: { ...head, hops: 0, signature } };
        pass(own.envelope, announce, undefined);
        for (const peer of peers.ready()) if (peer.can.renews || !told.has(peer)) tell(peer);
        // What it says may have changed while it was signed.
        changed();
      },
      done,
    );
  };

  /** Soon, but not more often than MIN_GAP. */
  const issueSoon = (): void => {
    const since = own === undefined ? MIN_GAP : context.now() - own.at;
    const wait = Math.min(MIN_GAP, Math.max(0, MIN_GAP - since));
    if (wait === 0) issue();
    else context.timers.atLatest(TIMER, (context.now() + wait) as Millis, issue);
  };

  const changed = (): void => {
    const station = rules.station();
    if (station !== undefined && (own === undefined || !isSameStation(own.station, station))) issueSoon();
  };

  /** Our announcement, if it still says what we are and is not about to end. */
  const valid = (): Own | undefined => {
    const station = rules.station();
    if (own === undefined || station === undefined || !isSameStation(own.station, station)) return undefined;
    const age = context.now() - own.at;
    return age >= 0 && age < STALE ? own : undefined;
  };

  /** Announcements of thousands of nodes are more than the air carries: up goes one's own, and those from below; down goes none. */
  const tell = (peer: Peer): void => {
    const current = valid();
    const since = context.now() - (told.get(peer) ?? Number.NEGATIVE_INFINITY);
    if (!isCarrier(peer) || current === undefined || since < peer.can.announceGap) return;
    told.set(peer, context.now());
    context.send(peer.link, encodeEnvelope(current.envelope), true);
  };

  /** Whoever carries may know neither the key nor the time: those who know check it. */
  const carryUp = (from: Peer, envelope: Envelope): void => {
    if (!perStation.take(from.remote, context.now())) return context.refused('rate-limited');
    const hops = envelope.hops + 1;
    rules.onBelow(envelope.source, { peer: from, hops });
    const frame = encodeEnvelope({ ...envelope, hops });
    for (const peer of peers.ready()) if (isCarrier(peer) || peer.hello?.relay) context.send(peer.link, frame, true);
  };

  /** Before any signature: too old, too new, or known already. */
  const early = (source: NodeAddress, announce: NodeAnnounce): RefusalCode | undefined => {
    const at = fromWireSecond(announce.issued);
    if (at > context.now() + FUTURE_TOLERANCE) return 'from-the-future';
    if (at + NODE_TTL <= context.now()) return 'expired';
    const known = nodes.get(source);
    return known !== undefined && announce.issued <= known.announce.issued ? 'superseded' : undefined;
  };

  /** The very announcement that is known, by another neighbour: another way. */
  const isCopy = (envelope: Envelope, id: string): boolean => {
    const known = nodes.get(envelope.source);
    return known?.id === id && equalBytes(known.envelope.signature, envelope.signature);
  };

  /** Whoever fell silent goes, and whoever looks at the mesh hears of it. */
  const keepHouse = (): void => {
    context.timers.atLatest(JANITOR, (context.now() + JANITOR_PERIOD) as Millis, () => {
      const before = nodes.size;
      nodes.expire(context.now());
      if (nodes.size < before) context.notify('mesh');
      if (nodes.size > 0) keepHouse();
    });
  };

  const accept = (peer: Peer, envelope: Envelope, id: MessageId, announce: NodeAnnounce): RefusalCode | undefined => {
    const { source } = envelope;
    // A verdict may come after the link is gone: it is no way there, for us or for anybody behind us.
    if (peers.get(peer.link) !== peer) return undefined;
    if (!isCopy(envelope, id)) {
      const late = early(source, announce);
      if (late !== undefined) return late;
      const capabilities = identities.get(source)?.record.capabilities ?? 0;
      if ((announce.capabilities & FAPP_BITS & ~capabilities) !== 0) return 'missing-capability';
      if (!perKey.take(source, context.now())) return 'rate-limited';
      if (!nodes.put(source, announce, envelope, id, context.now())) return 'over-capacity';
      keepHouse();
      rules.onAnnounced(source, announce);
      if (rules.routes()) pass({ ...envelope, hops: envelope.hops + 1 }, announce, peer);
    }
    const isNewPath = nodes.addRoute(source, { peer, hops: envelope.hops + 1 });
    rules.onHeard(source, isNewPath);
    return undefined;
  };

  const onEnvelope = (peer: Peer, envelope: Envelope): void => {
    const { source } = envelope;
    const decoded = decodeNodeAnnounce(envelope.payload);
    if (!decoded.ok) return context.refused(decoded.code);
    if (envelope.destination !== undefined) return context.refused('malformed');
    if (envelope.hops >= MAX_HOPS) return context.refused('too-many-hops');
    if (source === rules.station()?.address) return context.count('duplicate', 'node');
    if (isBelow(peer)) return carryUp(peer, envelope);
    const settle = (code: RefusalCode | undefined): void => {
      if (code !== undefined) context.refused(code);
    };
    const signed = signedPart(envelope);
    const id = messageIdOf(signed);
    if (isCopy(envelope, id)) return settle(accept(peer, envelope, id, decoded.value));
    const wrong = early(source, decoded.value);
    if (wrong !== undefined) return context.refused(wrong);
    const identity = identities.get(source);
    if (identity === undefined) {
      const parked = { issuer: source, again: () => onEnvelope(peer, envelope) };
      // The newest of each node: they come every ten minutes, and an identity record may never come.
      if (!park(peer, `node ${source}`, parked, limits.parkedPerLink)) {
        context.refused('unknown-key');
      }
      return;
    }
    if (context.crypto.pending() > limits.pendingCrypto) return context.refused('over-capacity');
    context.crypto.verify(identity.record.publicKey, signed, envelope.signature, (holds) =>
      settle(holds ? accept(peer, envelope, id, decoded.value) : 'bad-signature'),
    );
  };

  const handing = createHanding(context, { nodes, concerns, routes: rules.routes });

  return {
    onEnvelope,
    welcome: (peer) => {
      const current = valid();
      if (current === undefined) issueSoon();
      else if (concerns(peer, current.station)) context.send(peer.link, encodeEnvelope(current.envelope), true);
      tell(peer);
      if (rules.routes()) handing.begin(peer);
    },
    changed,
    tell,
    answer: issueSoon,
    close: (peer) => {
      handing.close(peer);
      nodes.dropPeer(peer);
    },
  };
};
