import type { LinkId, MessageId } from '#core/brand.ts';
import { messageIdOf } from '#core/crypto/address.ts';
import { shortHash } from '#core/crypto/sha256.ts';
import { MAX_FRAME_BYTES } from '#core/domain/limits.ts';
import { REFUSALS, type RefusalCode } from '#core/refusal.ts';
import { decodeAck } from '#core/wire/ack.ts';
import { type KindName, kindOf } from '#core/wire/kinds.ts';
import { decodeListen } from '#core/wire/listen.ts';
import { decodePing, encodePing } from '#core/wire/ping.ts';
import { decodeRefused, encodeRefused } from '#core/wire/refused.ts';
import { splitSignature } from '#core/wire/signed.ts';
import { createBoundedSet } from '#engine/bounded-set.ts';
import type { EngineConfig } from '#engine/config.ts';
import type { Context } from '#engine/context.ts';
import type { Unwelcome } from '#engine/links/greeting.ts';
import { isCarrier, type Peer } from '#engine/links/peer.ts';
import type { Parts } from '#engine/parts.ts';
import { shortId } from '#engine/records/identity-book.ts';
import type { Done } from '#engine/records/record-intake.ts';
import { isSyncKind } from '#engine/sync/sync-set.ts';
import { refundTokens, takeTokens } from '#engine/token-bucket.ts';

/**
 * The order of work for a received frame (docs/architecture.md): size and shape, limit per link, seen these very bytes?,
 * and only then what its kind asks for: signature, limit per key, sequence, meaning.
 */
export interface Intake {
  receive(link: LinkId, frame: Uint8Array): void;
}

/** Refusals that may turn out otherwise later: the same bytes are looked at again. */
const PASSING: ReadonlySet<RefusalCode> = new Set([
  'rate-limited',
  'unknown-key',
  'over-capacity',
  'from-the-future',
  'not-found',
]);

const NO_PLACE: Unwelcome = { code: 'over-capacity', end: 'refused' };
const NO_ID = '0'.repeat(32) as MessageId;

export const createIntake = (context: Context, config: EngineConfig, parts: Parts): Intake => {
  const seen = createBoundedSet(config.limits.seenFrames);
  context.tables.add('seen frames', config.limits.seenFrames, () => seen.size);
  context.tables.add('crypto under way', config.limits.pendingCrypto, context.crypto.pending);

  /** Refused, and that says something of whoever sent it. */
  const refuse = (peer: Peer, code: RefusalCode): void => {
    context.refused(code);
    parts.watch.refused(peer, code);
  };

  const tellRefused = (peer: Peer, code: RefusalCode, id: MessageId | ''): void => {
    if (config.role !== 'relay' || peer.hello?.relay) return;
    const named = id === '' ? NO_ID : id;
    context.send(peer.link, encodeRefused({ kind: 'refused', reason: REFUSALS[code], id: named }), true);
  };

  /** What follows from the verdict on a record that a peer handed over. `vouched`: it looked at it before it did. */
  const settle =
    (peer: Peer, frame: Uint8Array, hash: string, vouched: boolean): Done =>
    (id, verdict, standing) => {
      const kept = verdict.ok;
      const asked = id !== '' && parts.sync.arrived(peer, shortId(id), kept);
      if (kept || !PASSING.has(verdict.code)) seen.add(hash);
      if (!verdict.ok) {
        // What passes says more about the record, and about us, than about who brought it.
        if (!vouched || PASSING.has(verdict.code)) context.refused(verdict.code);
        else refuse(peer, verdict.code);
        if (!asked) tellRefused(peer, verdict.code, id);
        return;
      }
      if (asked) refundTokens(peer.frames, 1);
      if (verdict.value === 'new') parts.gossip.spread(hash, frame, peer, standing);
      // Whoever issued it wants to know that it is kept; what we asked for ourselves needs no receipt.
      if (!asked && id !== '' && !peer.hello?.relay) parts.custody.owe(peer, id);
    };

  const receiveRecord = (peer: Peer, kind: KindName, frame: Uint8Array, vouched = true): void => {
    const hash = shortHash(frame);
    parts.gossip.heard(hash, peer);
    if (seen.has(hash)) return repeated(peer, kind, frame);
    if (context.crypto.pending() >= config.limits.pendingCrypto) return context.refused('over-capacity');
    const done = settle(peer, frame, hash, vouched);
    if (kind === 'identity') parts.records.identity(frame, done);
    else if (kind === 'revocations') parts.revocations.receive(frame, done);
    // It is not asked for again on this link; when its key comes it is judged.
    else parts.records.offerRecord(peer, frame, done, (id) => void parts.sync.arrived(peer, shortId(id), false));
  };

  /** The very bytes again: nothing to judge, but whoever sent them may still wait for custody of what we keep. */
  const repeated = (peer: Peer, kind: KindName, frame: Uint8Array): void => {
    context.count('duplicate', kind);
    const id = messageIdOf(splitSignature(frame).signed);
    const held =
      parts.slots.holds(id) || parts.identities.index.has(shortId(id)) || parts.revocations.index.has(shortId(id));
    const asked = parts.sync.arrived(peer, shortId(id), held);
    if (held && !asked && !peer.hello?.relay) parts.custody.owe(peer, id);
  };

  const receiveBundle = (peer: Peer, kind: 'bundle' | 'removal', frame: Uint8Array): void => {
    const { id, kept } = kind === 'bundle' ? parts.bundles.onBundle(peer, frame) : parts.bundles.onRemoval(peer, frame);
    if (id === '') return;
    if (parts.sync.arrived(peer, id.slice(0, 16), kept)) refundTokens(peer.frames, 1);
    else if (!kept && kind === 'bundle') tellRefused(peer, 'over-capacity', id);
  };

  const receiveResponse = (peer: Peer, frame: Uint8Array): void => {
    for (const record of parts.queries.onResponse(peer, frame)) {
      const kind = kindOf(record[0]);
      // Whoever passed the answer on did not look into it.
      if (kind === 'identity' || kind === 'announce') receiveRecord(peer, kind, record, false);
      else context.refused('malformed');
    }
  };

  const receiveListen = (peer: Peer, frame: Uint8Array): void => {
    const listen = decodeListen(frame);
    if (!listen.ok) return refuse(peer, listen.code);
    peer.listens = listen.value.buckets;
    parts.bundles.onListen(peer);
  };

  const receiveAck = (peer: Peer, frame: Uint8Array): void => {
    // Of messages, and of bundles where the other side carries for us.
    parts.mesh.router.onAck(peer, frame);
    const ack = decodeAck(frame);
    if (isCarrier(peer) && ack.ok && ack.value.taken) for (const id of ack.value.ids) parts.outbox.taken(id);
  };

  const receivePing = (peer: Peer, frame: Uint8Array): void => {
    const ping = decodePing(frame);
    if (!ping.ok) return refuse(peer, ping.code);
    if (ping.value.kind === 'ping')
      context.send(peer.link, encodePing({ kind: 'pong', nonce: ping.value.nonce }), true);
    else parts.watch.onPong(peer, ping.value.nonce);
  };

  const receiveRefused = (peer: Peer, frame: Uint8Array): void => {
    const refused = decodeRefused(frame);
    if (!refused.ok) refuse(peer, refused.code);
    else context.count('refused by peer', String(refused.value.reason));
  };

  const receiveHello = (peer: Peer, frame: Uint8Array): void => {
    const greeted = parts.greeting.onHello(peer, frame);
    if (greeted.ok && parts.places.admits(peer)) return parts.welcome(peer);
    // Who gets no place is no neighbour, also while its link still ends.
    if (greeted.ok) peer.hello = undefined;
    const { code, end } = greeted.ok ? NO_PLACE : greeted.code;
    context.refused(code);
    context.emit({ kind: 'close-link', link: peer.link, reason: end });
  };

  const dispatch = (peer: Peer, kind: KindName, frame: Uint8Array): void => {
    if (isSyncKind(kind)) return parts.sync.receive(peer, kind, frame);
    switch (kind) {
      case 'announce':
      case 'withdraw':
      case 'identity':
      case 'revocations':
        return receiveRecord(peer, kind, frame);
      case 'bundle':
      case 'removal':
        return receiveBundle(peer, kind, frame);
      case 'broadcast':
      case 'unicast':
        return parts.mesh.onEnvelope(peer, frame);
      case 'summary':
        return parts.summaries.onSummary(peer, frame);
      case 'routed':
        return parts.mesh.router.onRouted(peer, frame);
      case 'ack':
        return receiveAck(peer, frame);
      case 'probe':
        return parts.mesh.probes.onProbe(peer, frame);
      case 'traced':
        return parts.mesh.probes.onTraced(peer, frame);
      case 'capabilityQuery':
        return parts.capable.onQuery(peer, frame);
      case 'capabilityAnswer':
        return parts.capable.onAnswer(peer, frame);
      case 'listen':
        return receiveListen(peer, frame);
      case 'query':
        return parts.queries.onQuery(peer, frame);
      case 'response':
        return receiveResponse(peer, frame);
      case 'ping':
      case 'pong':
        return receivePing(peer, frame);
      case 'refused':
        return receiveRefused(peer, frame);
      default:
        // Kinds that live inside others or inside sessions have no business on a link.
        return context.refused('unknown-kind');
    }
  };

  return {
    receive: (link, frame) => {
      const peer = parts.peers.get(link);
      if (peer === undefined) return;
      parts.pulse.received(peer);
      if (frame.length === 0 || frame.length > MAX_FRAME_BYTES) return refuse(peer, 'too-large');
      const kind = kindOf(frame[0]);
      if (kind === undefined) return context.refused('unknown-kind');
      if (!takeTokens(peer.frames, context.now())) return refuse(peer, 'rate-limited');
      context.count('frames', kind);
      if (kind === 'hello') return receiveHello(peer, frame);
      if (peer.hello === undefined) return context.refused('wrong-state');
      dispatch(peer, kind, frame);
    },
  };
};
