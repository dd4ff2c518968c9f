import type { MessageId, Millis, NodeAddress } from '#core/brand.ts';
import { messageIdOf } from '#core/crypto/address.ts';
import { MAX_HOPS, MESSAGE_TTL } from '#core/domain/limits.ts';
import type { RefusalCode } from '#core/refusal.ts';
import { ok, refuse } from '#core/result.ts';
import { decodeDelivered, encodeDelivered } from '#core/wire/delivered.ts';
import { type Envelope, type EnvelopeHead, encodeEnvelope, signedPart } from '#core/wire/envelope.ts';
import { KIND } from '#core/wire/kinds.ts';
import {
  decodeMessage,
  encodeMessage,
  MAX_BROADCAST_BYTES,
  MAX_MESSAGE_BYTES,
  type Message,
} from '#core/wire/message.ts';
import { createBoundedSet } from '#engine/bounded-set.ts';
import type { CommandReply } from '#engine/command.ts';
import type { EngineLimits } from '#engine/config.ts';
import type { Context } from '#engine/context.ts';
import { type Peer, park } from '#engine/links/peer.ts';
import { createDeliveries, type Deliveries } from '#engine/mesh/deliveries.ts';
import { createFadingMap } from '#engine/mesh/fading-map.ts';
import { createRoutedShelf, type RoutedShelf } from '#engine/mesh/routed-shelf.ts';
import type { Router } from '#engine/mesh/router.ts';
import type { Verdict } from '#engine/mesh/router-rules.ts';
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
  arrive(envelope: Envelope, id: MessageId, done: Verdict): void;
  /** The key of this node is known now: what came before it is judged again. */
  keyKnown(address: NodeAddress): void;
  /** A message for everybody came from a neighbour. */
  onBroadcast(peer: Peer, envelope: Envelope): void;
  /** A receipt passes through: it may be about something that we keep. */
  observe(envelope: Envelope): void;
  /** The next hop took it: nobody confirms a receipt, so one that we kept is done with. */
  taken(id: MessageId): void;
  /** Relays gave us their signed word for these. */
  custody(ids: readonly MessageId[]): void;
  /** Takes custody of somebody's message, if it is what its source signed and there is room. */
  keep(envelope: Envelope, id: MessageId, done: Verdict): void;
  readonly shelf: RoutedShelf;
  readonly deliveries: Deliveries;
}

export interface MessagesRules {
  readonly station: () => Station | undefined;
  readonly identities: IdentityBook;
  readonly router: Pick<Router, 'send' | 'delivered'>;
  readonly gossip: Gossip;
  readonly limits: EngineLimits;
  /** An assignment that its source signed came to us. */
  readonly assigned: (envelope: Envelope) => RefusalCode | undefined;
}

const RATE: Rate = { burst: 64, perSecond: 5 };
const BROADCAST_RATE: Rate = { burst: 8, perSecond: 0.1 };
const MAX_KNOWN = 8_192;
/** Messages whose source's key may still be on its way here. */
const MAX_KEYLESS = 32;
/** Between two receipts for one message, in milliseconds: less than any pause after which its source tries again. */
const RECEIPT_PAUSE = 1_000;

export const createMessages = (context: Context, rules: MessagesRules): Messages => {
  const { identities, router, gossip, limits } = rules;
  const arrived = createBoundedSet(MAX_KNOWN);
  const heard = createBoundedSet(MAX_KNOWN);
  const receipts = createFadingMap<MessageId, true>(MAX_KNOWN, RECEIPT_PAUSE);
  const perKey = createKeyedBuckets(RATE, limits.keysWatched);
  const broadcastsPerKey = createKeyedBuckets(BROADCAST_RATE, limits.keysWatched);
  const deliveries = createDeliveries(context);
  const shelf = createRoutedShelf(context, {
    capacity: limits.routedMessages,
    retry: ({ id, envelope }) => router.send(id, envelope, true),
    onExpired: ({ id, envelope, own }) => {
      context.count('messages', 'expired');
      if (own) deliveries.mark(id, 'expired', envelope.destination);
    },
  });

  const sign = (
    station: Station,
    head: EnvelopeHead,
    then: (envelope: Envelope, id: MessageId) => void,
    otherwise?: () => void,
  ): void => {
    const signed = signedPart(head);
    const done = (signature: Uint8Array): void => then({ ...head, hops: 0, signature }, messageIdOf(signed));
    context.crypto.sign(station.key, signed, done, otherwise);
  };
  /** The key cannot be used: whoever asked hears that, instead of nothing. */
  const unsigned = (reply: (reply: CommandReply) => void) => (): void => reply(refuse('no-identity'));

  /** Is this what its source signed? */
  const check = (envelope: Envelope, then: Verdict): void => {
    const identity = identities.get(envelope.source);
    if (identity === undefined) return then('unknown-key');
    if (context.crypto.pending() > limits.pendingCrypto) return then('over-capacity');
    context.crypto.verify(identity.record.publicKey, signedPart(envelope), envelope.signature, (holds) =>
      then(holds ? undefined : 'bad-signature'),
    );
  };

  const receipt = (to: NodeAddress, id: MessageId): void => {
    const station = rules.station();
    // Copies come by several ways at once, or from somebody who wants us to flood their source with receipts.
    if (station === undefined || receipts.get(id, context.now())) return;
    receipts.set(id, true, context.now());
    const payload = encodeDelivered({ kind: 'delivered', ids: [id] });
    // Not transit: it says that the programs here have it, and they have it after the commits before it.
    sign(station, { source: station.address, destination: to, payload }, (envelope, own) =>
      router.send(own, envelope, false),
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
      router.delivered(id);
      if (record.own) deliveries.mark(id, 'delivered', envelope.source);
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

  const keyless = new Map<MessageId, Envelope>();
  /** Whoever gave it to us was told that it is not taken, and tries again later: the key is often here sooner. */
  const awaitKey = (envelope: Envelope, id: MessageId): void => {
    keyless.set(id, envelope);
    const oldest = keyless.keys().next();
    if (keyless.size > MAX_KEYLESS && !oldest.done) keyless.delete(oldest.value);
  };
  const arrive: Messages['arrive'] = (envelope, id, done) =>
    check(envelope, (wrong) => {
      if (wrong === 'unknown-key') awaitKey(envelope, id);
      if (wrong !== undefined) return done(wrong);
      done(judge(envelope, id));
    });
  const keyKnown = (address: NodeAddress): void => {
    for (const [id, envelope] of [...keyless]) {
      if (envelope.source !== address) continue;
      keyless.delete(id);
      arrive(envelope, id, (verdict) => {
        if (verdict !== undefined) context.refused(verdict);
      });
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
    sign(
      station,
      { source: station.address, destination, payload },
      (envelope, id) => {
        const since = context.now();
        const expires = (since + MESSAGE_TTL) as Millis;
        if (!shelf.put({ id, envelope, own: true, since, expires })) return reply(refuse('over-capacity'));
        deliveries.mark(id, 'queued', destination);
        context.count('messages', 'sent');
        router.send(id, envelope, true);
        reply(ok(id));
      },
      unsigned(reply),
    );
  };

  const broadcast: Messages['broadcast'] = (body, reply) => {
    const station = rules.station();
    if (station === undefined) return reply(refuse('no-identity'));
    if (body.length > MAX_BROADCAST_BYTES) return reply(refuse('too-large'));
    if (!broadcastsPerKey.take(station.address, context.now())) return reply(refuse('rate-limited'));
    const payload = encodeMessage({ kind: 'message', body });
    sign(
      station,
      { source: station.address, destination: undefined, payload },
      (envelope, id) => {
        heard.add(id);
        gossip.spread(id, encodeEnvelope(envelope), undefined);
        reply(ok(id));
      },
      unsigned(reply),
    );
  };

  const acceptBroadcast = (
    peer: Peer,
    envelope: Envelope,
    id: MessageId,
    { body }: Message,
  ): RefusalCode | undefined => {
    if (heard.has(id)) return undefined;
    if (!broadcastsPerKey.take(envelope.source, context.now())) return 'rate-limited';
    heard.add(id);
    context.emit({ kind: 'message', from: envelope.source, toAll: true, id, body });
    const hops = envelope.hops + 1;
    if (hops < MAX_HOPS) gossip.spread(id, encodeEnvelope({ ...envelope, hops }), peer);
    return undefined;
  };

  const onBroadcast: Messages['onBroadcast'] = (peer, envelope) => {
    const message = decodeMessage(envelope.payload);
    if (!message.ok) return context.refused(message.code);
    if (message.value.body.length > MAX_BROADCAST_BYTES) return context.refused('too-large');
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
      const verdict = wrong ?? acceptBroadcast(peer, envelope, id, message.value);
      if (verdict !== undefined) context.refused(verdict);
    });
  };

  return {
    send,
    deliver,
    broadcast,
    onBroadcast,
    arrive,
    keyKnown,
    observe: (envelope) => {
      if (envelope.payload[0] !== KIND.delivered || shelf.size === 0) return;
      const delivered = decodeDelivered(envelope.payload);
      if (!delivered.ok) return;
      const isOurs = (id: MessageId): boolean => shelf.get(id)?.envelope.destination === envelope.source;
      if (!delivered.value.ids.some(isOurs)) return;
      check(envelope, (wrong) => {
        if (wrong === undefined) onReceipt(envelope);
      });
    },
    taken: (id) => {
      if (shelf.get(id)?.envelope.payload[0] === KIND.delivered) shelf.delivered(id);
    },
    custody: (ids) => {
      for (const id of ids) {
        const record = shelf.get(id);
        if (!record?.own) continue;
        shelf.relax(id);
        deliveries.mark(id, 'custody', record.envelope.destination);
      }
    },
    keep: (envelope, id, done) => {
      if (shelf.has(id)) return done(undefined);
      // Before the signature is checked: what would not be kept anyway costs none.
      if (!shelf.hasRoom(envelope.source)) return done('over-capacity');
      check(envelope, (wrong) => {
        const since = context.now();
        const record = { id, envelope, own: false, since, expires: (since + MESSAGE_TTL) as Millis };
        done(wrong ?? (shelf.put(record) ? undefined : 'over-capacity'));
      });
    },
    shelf,
    deliveries,
  };
};
