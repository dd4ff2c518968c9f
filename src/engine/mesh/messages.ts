import type { MessageId, Millis, NodeAddress } from '#core/brand.ts';
import { messageIdOf } from '#core/crypto/address.ts';
import { MAX_HOPS, MESSAGE_TTL } from '#core/domain/limits.ts';
import type { RefusalCode } from '#core/refusal.ts';
import { ok, refuse } from '#core/result.ts';
import { decodeDelivered, encodeDelivered } from '#core/wire/delivered.ts';
import { type Envelope, type EnvelopeHead, encodeEnvelope, signedPart } from '#core/wire/envelope.ts';
import { KIND } from '#core/wire/kinds.ts';
import { decodeMessage, encodeMessage, MAX_BROADCAST_BYTES, MAX_MESSAGE_BYTES } from '#core/wire/message.ts';
import { createBoundedSet } from '#engine/bounded-set.ts';
import type { CommandReply } from '#engine/command.ts';
import type { EngineLimits } from '#engine/config.ts';
import type { Context } from '#engine/context.ts';
import { type Peer, park } from '#engine/links/peer.ts';
import { createDeliveries, type Deliveries } from '#engine/mesh/deliveries.ts';
import { createRoutedShelf, type RoutedShelf } from '#engine/mesh/routed-shelf.ts';
import type { Router } from '#engine/mesh/router.ts';
import type { Station } from '#engine/mesh/station.ts';
import type { IdentityBook } from '#engine/records/identity-book.ts';
import type { Gossip } from '#engine/sync/gossip.ts';
import { createKeyedBuckets, type Rate } from '#engine/token-bucket.ts';

/**
 * What programs say to each other over the mesh (docs/protocol/routing.md): to one node, kept until its receipt comes back,
 * or to everybody, once. Signed, not secret: what is private travels in sealed bundles.
 */
export interface Messages {
  send(destination: NodeAddress, body: Uint8Array, reply: (reply: CommandReply) => void): void;
  /** The same with a payload of another kind. */
  deliver(destination: NodeAddress, payload: Uint8Array, reply: (reply: CommandReply) => void): void;
  broadcast(body: Uint8Array, reply: (reply: CommandReply) => void): void;
  /** An envelope that reached us as its destination. */
  arrive(envelope: Envelope, id: MessageId, done: (verdict: RefusalCode | undefined) => void): void;
  /** A message for everybody came from a neighbour. */
  onBroadcast(peer: Peer, envelope: Envelope): void;
  /** A receipt passes through: it may be about something that we keep. */
  observe(envelope: Envelope): void;
  /** Relays gave us their signed word for these. */
  custody(ids: readonly MessageId[]): void;
  /** Takes custody of somebody's message. False: no room. */
  keep(envelope: Envelope, id: MessageId): boolean;
  readonly shelf: RoutedShelf;
  readonly deliveries: Deliveries;
}

export interface MessagesRules {
  readonly station: () => Station | undefined;
  readonly identities: IdentityBook;
  readonly router: Pick<Router, 'send'>;
  readonly gossip: Gossip;
  readonly limits: EngineLimits;
  /** An assignment that its source signed came to us. */
  readonly assigned: (envelope: Envelope) => RefusalCode | undefined;
}

const RATE: Rate = { burst: 64, perSecond: 5 };
const BROADCAST_RATE: Rate = { burst: 8, perSecond: 0.1 };
const MAX_KNOWN = 8_192;

export const createMessages = (context: Context, rules: MessagesRules): Messages => {
  const { identities, router, gossip, limits } = rules;
  const arrived = createBoundedSet(MAX_KNOWN);
  const heard = createBoundedSet(MAX_KNOWN);
  const perKey = createKeyedBuckets(RATE, limits.keysWatched);
  const broadcastsPerKey = createKeyedBuckets(BROADCAST_RATE, limits.keysWatched);
  const deliveries = createDeliveries(context);
  const shelf = createRoutedShelf(context, {
    capacity: limits.routedMessages,
    retry: ({ id, envelope }) => router.send(id, envelope, true),
    onExpired: ({ id, own }) => {
      context.count('messages', 'expired');
      if (own) deliveries.mark(id, 'expired');
    },
  });

  const sign = (station: Station, head: EnvelopeHead, then: (envelope: Envelope, id: MessageId) => void): void => {
    const signed = signedPart(head);
    context.crypto.sign(station.key, signed, (signature) => then({ ...head, hops: 0, signature }, messageIdOf(signed)));
  };

  /** Is this what its source signed? */
  const check = (envelope: Envelope, then: (verdict: RefusalCode | undefined) => void): void => {
    const identity = identities.get(envelope.source);
    if (identity === undefined) return then('unknown-key');
    if (context.crypto.pending() > limits.pendingCrypto) return then('over-capacity');
    context.crypto.verify(identity.record.publicKey, signedPart(envelope), envelope.signature, (holds) =>
      then(holds ? undefined : 'bad-signature'),
    );
  };

  const receipt = (to: NodeAddress, id: MessageId): void => {
    const station = rules.station();
    if (station === undefined) return;
    const payload = encodeDelivered({ kind: 'delivered', ids: [id] });
    sign(station, { source: station.address, destination: to, payload }, (envelope, own) =>
      router.send(own, envelope, true),
    );
  };

  const onReceipt = (envelope: Envelope): RefusalCode | undefined => {
    const delivered = decodeDelivered(envelope.payload);
    if (!delivered.ok) return delivered.code;
    for (const id of delivered.value.ids) {
      const record = shelf.get(id);
      // Only the destination itself can say that it arrived.
      if (record === undefined || record.envelope.destination !== envelope.source) continue;
      context.count('messages', 'delivered');
      shelf.delivered(id);
      if (record.own) deliveries.mark(id, 'delivered');
    }
    return undefined;
  };

  const onMessage = (envelope: Envelope, id: MessageId): RefusalCode | undefined => {
    const message = decodeMessage(envelope.payload);
    if (!message.ok) return message.code;
    if (arrived.has(id)) {
      receipt(envelope.source, id);
      return undefined;
    }
    if (!perKey.take(envelope.source, context.now())) return 'rate-limited';
    arrived.add(id);
    context.count('messages', 'received');
    context.emit({ kind: 'message', from: envelope.source, toAll: false, id, body: message.value.body });
    receipt(envelope.source, id);
    return undefined;
  };

  /** A copy is not obeyed twice, but its source waits for a receipt. */
  const onAssignment = (envelope: Envelope, id: MessageId): RefusalCode | undefined => {
    const verdict = arrived.has(id) ? undefined : rules.assigned(envelope);
    if (verdict !== undefined) return verdict;
    arrived.add(id);
    receipt(envelope.source, id);
    return undefined;
  };

  const judge = (envelope: Envelope, id: MessageId): RefusalCode | undefined => {
    switch (envelope.payload[0]) {
      case KIND.delivered:
        return onReceipt(envelope);
      case KIND.assignment:
        return onAssignment(envelope, id);
      default:
        return onMessage(envelope, id);
    }
  };

  const send: Messages['send'] = (destination, body, reply) => {
    if (body.length > MAX_MESSAGE_BYTES) return reply(refuse('too-large'));
    deliver(destination, encodeMessage({ kind: 'message', body }), reply);
  };

  const deliver: Messages['deliver'] = (destination, payload, reply) => {
    const station = rules.station();
    if (station === undefined) return reply(refuse('no-identity'));
    if (destination === station.address) return reply(refuse('wrong-state'));
    sign(station, { source: station.address, destination, payload }, (envelope, id) => {
      const since = context.now();
      const expires = (since + MESSAGE_TTL) as Millis;
      if (!shelf.put({ id, envelope, own: true, since, expires })) return reply(refuse('over-capacity'));
      deliveries.mark(id, 'queued', destination);
      context.count('messages', 'sent');
      router.send(id, envelope, true);
      reply(ok(id));
    });
  };

  const broadcast: Messages['broadcast'] = (body, reply) => {
    const station = rules.station();
    if (station === undefined) return reply(refuse('no-identity'));
    if (body.length > MAX_BROADCAST_BYTES) return reply(refuse('too-large'));
    if (!broadcastsPerKey.take(station.address, context.now())) return reply(refuse('rate-limited'));
    const payload = encodeMessage({ kind: 'message', body });
    sign(station, { source: station.address, destination: undefined, payload }, (envelope, id) => {
      heard.add(id);
      gossip.spread(id, encodeEnvelope(envelope), undefined);
      reply(ok(id));
    });
  };

  const acceptBroadcast = (peer: Peer, envelope: Envelope, id: MessageId): RefusalCode | undefined => {
    const message = decodeMessage(envelope.payload);
    if (!message.ok) return message.code;
    if (message.value.body.length > MAX_BROADCAST_BYTES) return 'too-large';
    if (heard.has(id)) return undefined;
    if (!broadcastsPerKey.take(envelope.source, context.now())) return 'rate-limited';
    heard.add(id);
    context.emit({ kind: 'message', from: envelope.source, toAll: true, id, body: message.value.body });
    const hops = envelope.hops + 1;
    if (hops < MAX_HOPS) gossip.spread(id, encodeEnvelope({ ...envelope, hops }), peer);
    return undefined;
  };

  const onBroadcast: Messages['onBroadcast'] = (peer, envelope) => {
    const id = messageIdOf(signedPart(envelope));
    gossip.heard(id, peer);
    if (heard.has(id)) return context.count('duplicate', 'broadcast');
    if (envelope.source === rules.station()?.address) return;
    if (identities.get(envelope.source) === undefined) {
      const parked = { issuer: envelope.source, again: () => onBroadcast(peer, envelope) };
      if (!park(peer, `broadcast ${id}`, parked, limits.parkedPerLink)) context.refused('unknown-key');
      return;
    }
    check(envelope, (wrong) => {
      const verdict = wrong ?? acceptBroadcast(peer, envelope, id);
      if (verdict !== undefined) context.refused(verdict);
    });
  };

  return {
    send,
    deliver,
    broadcast,
    onBroadcast,
    arrive: (envelope, id, done) =>
      check(envelope, (wrong) => {
        if (wrong !== undefined) return done(wrong);
        done(judge(envelope, id));
      }),
    observe: (envelope) => {
      if (envelope.payload[0] !== KIND.delivered || shelf.size === 0) return;
      const delivered = decodeDelivered(envelope.payload);
      if (!delivered.ok || !delivered.value.ids.some((id) => shelf.has(id))) return;
      check(envelope, (wrong) => {
        if (wrong === undefined) onReceipt(envelope);
      });
    },
    custody: (ids) => {
      for (const id of ids) {
        if (!shelf.get(id)?.own) continue;
        shelf.relax(id);
        deliveries.mark(id, 'custody');
      }
    },
    keep: (envelope, id) => {
      const since = context.now();
      return shelf.put({ id, envelope, own: false, since, expires: (since + MESSAGE_TTL) as Millis });
    },
    shelf,
    deliveries,
  };
};
