import type { MessageId, Millis, NodeAddress } from '#core/brand.ts';
import { messageIdOf } from '#core/crypto/address.ts';
import { MAX_HOPS } from '#core/domain/limits.ts';
import type { RefusalCode } from '#core/refusal.ts';
import { type Ack, decodeAck, encodeAck } from '#core/wire/ack.ts';
import { decodeEnvelope, type Envelope, encodeEnvelope, signedPart, UNICAST_BYTES } from '#core/wire/envelope.ts';
import { decodeRouted, encodeRouted } from '#core/wire/routed.ts';
import type { Context } from '#engine/context.ts';
import { isRouter, type Peer } from '#engine/links/peer.ts';
import { createFadingMap } from '#engine/mesh/fading-map.ts';
import { type Journey, newJourney } from '#engine/mesh/journey.ts';
import type { Route } from '#engine/mesh/node-book.ts';
import { checkRoutable } from '#engine/mesh/routable.ts';
import type { RouterRules } from '#engine/mesh/router-rules.ts';
import { createWays } from '#engine/mesh/ways.ts';
import { createKeyedBuckets, type Rate } from '#engine/token-bucket.ts';

/**
 * Envelopes from hop to hop (docs/protocol/routing.md): along the paths that announcements left; where the next hop does not
 * take an envelope in time, along the other path; where there is none, by a flood that grows in rings; and where nobody
 * finds the destination, into the custody of whoever can keep it.
 */
export interface Router {
  /** An envelope from a neighbour, for us or for somebody else. */
  onUnicast(peer: Peer, envelope: Envelope): void;
  onRouted(peer: Peer, frame: Uint8Array): void;
  onAck(peer: Peer, frame: Uint8Array): void;
  /** Sends an envelope of ours, or one that we kept. `transit`: it promises nothing, and so waits for no disk. */
  send(id: MessageId, envelope: Envelope, transit: boolean): void;
  /** It reached its destination, as that has signed: nobody needs to look any more. */
  delivered(id: MessageId): void;
  /** A way to this node is known now: what looks for one goes. */
  pathFound(address: NodeAddress): void;
  /** The neighbour that a message or probe for this node goes to next, if there is one. */
  nextHop(target: NodeAddress, except: readonly Peer[]): Peer | undefined;
  /** Something of this node came up a link over the air. */
  learn(source: NodeAddress, route: Route): void;
  close(peer: Peer): void;
  readonly inFlight: number;
}

/** How long the next hop may take to say that it takes an envelope on, in milliseconds: first, second, third attempt. */
const PATIENCE = [400, 800, 1_600] as const;
/** How far each flood goes, and how long it may take until a way is known, in milliseconds. */
const RINGS = [
  { scope: 2, wait: 400 },
  { scope: MAX_HOPS - 1, wait: 1_200 },
] as const;
const MAX_FLOODS = 4_096;
/** How long an envelope is known again, in milliseconds: shorter than any pause after which its source tries again. */
const MEMORY = 4_000;
/** Who took an envelope is known until it is tried again: a little longer than the longest pause. */
const TAKER_MEMORY = 660_000;
/** What went over the air does not go again for so long, in milliseconds: less than the longest pause of its source. */
const AIR_MEMORY = 540_000;
/** Floods that one neighbour may begin or pass on: each of them goes far. */
const FLOOD_RATE: Rate = { burst: 256, perSecond: 32 };
const MAX_LINKS_WATCHED = 1_024;

export const createRouter = (context: Context, rules: RouterRules): Router => {
  const { peers } = rules;
  const ways = createWays({ ...rules, now: context.now });
  const journeys = new Map<MessageId, Journey>();
  /** Which neighbour gave it to us: what comes again from another one goes in a circle. */
  const givers = createFadingMap<MessageId, Peer>(rules.capacity, MEMORY);
  /** How far a flood still went when it passed here: a copy that goes less far is nothing new. */
  const floods = createFadingMap<MessageId, number>(MAX_FLOODS, MEMORY);
  const takers = createFadingMap<MessageId, Peer>(rules.capacity, TAKER_MEMORY);
  /** What went on for somebody else: the word that it is too long may come from the other end of several links over the air. */
  const passedOn = createFadingMap<MessageId, { readonly from: Peer; readonly by: Peer }>(rules.capacity, TAKER_MEMORY);
  /** Who took it over the air. */
  const aired = createFadingMap<MessageId, Peer>(rules.capacity, AIR_MEMORY);
  const floodsPerLink = createKeyedBuckets(FLOOD_RATE, MAX_LINKS_WATCHED);
  const timer = (id: MessageId): string => `hop ${id}`;

  const answer = (peer: Peer, id: MessageId, code: RefusalCode | undefined): void => {
    if (code !== undefined) context.refused(code);
    if (peers.get(peer.link) === peer)
      context.send(
        peer.link,
        encodeAck({ kind: 'ack', taken: code === undefined, tooLarge: code === 'too-large', ids: [id] }),
        true,
      );
  };
  /** Somebody further on found out after it was taken here. Only who took it knows, and it is said once. */
  const hearTooLarge = (by: Peer, id: MessageId): void => {
    if (takers.get(id, context.now()) === by) return rules.onTooLarge(id);
    const passed = passedOn.get(id, context.now());
    if (passed?.by !== by) return;
    passedOn.delete(id);
    answer(passed.from, id, 'too-large');
  };

  const end = (journey: Journey): void => {
    context.timers.cancel(timer(journey.id));
    journeys.delete(journey.id);
  };

  const advance = (journey: Journey): void => {
    const { id, envelope, tried, transit } = journey;
    const next = ways.of(journey);
    if (next === undefined) return stuck(journey);
    if (journey.from === undefined) rules.onDeparture(id, next);
    const attempt = tried.length;
    tried.push(next);
    journey.current = next;
    context.count('hops', 'sent');
    context.send(next.link, encodeEnvelope(envelope), transit);
    const patience = next.can.patience ?? PATIENCE[Math.min(attempt, PATIENCE.length - 1)] ?? PATIENCE[0];
    context.timers.set(timer(id), (context.now() + patience) as Millis, () => {
      context.count('hops', 'unanswered');
      failed(journey);
    });
  };

  /** The next hop did not take it: it is no way there until the node announces itself again. */
  const failed = (journey: Journey): void => {
    const { current } = journey;
    journey.current = undefined;
    if (current !== undefined) ways.blame(journey, current);
    advance(journey);
  };

  /** No neighbour is left. Where one would have been for something shorter, nobody needs to search. */
  const stuck = (journey: Journey): void => {
    if (!journey.isTooLarge && ways.of(journey, 0) === undefined) return search(journey);
    end(journey);
    context.count('hops', 'too large');
    const { id, from, flooded } = journey;
    if (flooded) return;
    if (from === undefined) rules.onTooLarge(id);
    else answer(from, id, 'too-large');
  };

  const search = (journey: Journey): void => {
    const { id, envelope, from, flooded, transit } = journey;
    const ring = RINGS[journey.ring];
    if (ring === undefined || flooded || !rules.routes()) return giveUp(journey);
    journey.ring++;
    // A way that is found from now on is a new one.
    journey.tried = [];
    floods.set(id, ring.scope + 1, context.now());
    const frame = encodeRouted({
      kind: 'routed',
      mode: 'flood',
      scope: ring.scope,
      envelope: encodeEnvelope(envelope),
    });
    const neighbours = peers.ready().filter((peer) => peer !== from && isRouter(peer));
    context.count('hops', 'flooded', neighbours.length);
    for (const peer of neighbours) context.send(peer.link, frame, transit);
    context.timers.set(timer(id), (context.now() + ring.wait) as Millis, () => advance(journey));
  };

  /** Nobody found the way: it is kept here, or at the neighbour that is best at keeping. */
  const giveUp = (journey: Journey): void => {
    end(journey);
    const { id, envelope, from, flooded } = journey;
    if (flooded) return;
    if (from === undefined) return rules.isKeeper ? context.count('hops', 'given up') : handOver(journey);
    rules.keep(envelope, id, from, (wrong) => {
      if (wrong === undefined) context.count('hops', 'kept');
      else if (wrong === 'over-capacity') handOver(journey);
      else context.refused(wrong);
    });
  };

  const handOver = ({ envelope, from, transit }: Journey): void => {
    const keeper = ways.keeper(from);
    context.count('hops', keeper === undefined ? 'given up' : 'handed over');
    if (keeper === undefined) return;
    const frame = encodeRouted({ kind: 'routed', mode: 'keep', scope: 0, envelope: encodeEnvelope(envelope) });
    context.send(keeper.link, frame, transit);
  };

  const begin = (journey: Parameters<typeof newJourney>[0]): void => {
    const started = newJourney(journey);
    const running = journeys.get(started.id);
    if (running !== undefined) end(running);
    journeys.set(started.id, started);
    advance(started);
  };

  const arrive = (peer: Peer, envelope: Envelope, id: MessageId): void =>
    rules.arrive(envelope, id, (verdict) => answer(peer, id, verdict));

  /** Why it cannot go on from here, before anything is promised. */
  const obstacle = (peer: Peer, envelope: Envelope, id: MessageId): RefusalCode | undefined => {
    const running = journeys.get(id);
    // What we sent out, or are carrying for somebody else, comes round.
    if (envelope.source === rules.self()) return 'looping';
    if (running !== undefined && !running.flooded && running.from !== peer) return 'looping';
    const before = givers.get(id, context.now());
    if (before !== undefined && before !== peer) return 'looping';
    if (envelope.hops + 1 >= MAX_HOPS) return 'too-many-hops';
    if (journeys.size >= rules.capacity) return 'over-capacity';
    const way = (bytes: number): Peer | undefined =>
      ways.nextHop(envelope.destination ?? envelope.source, [peer], bytes);
    if (way(UNICAST_BYTES + envelope.payload.length) !== undefined) return undefined;
    if (way(0) !== undefined) return 'too-large';
    return rules.routes() ? undefined : 'no-path';
  };

  /** The next hop has answered. */
  const settle = (journey: Journey, by: Peer, { taken, tooLarge = false }: Pick<Ack, 'taken' | 'tooLarge'>): void => {
    const { id, from, flooded } = journey;
    context.count('hops', taken ? 'taken' : 'refused');
    journey.isTooLarge ||= tooLarge;
    if (!taken) return failed(journey);
    end(journey);
    if (by.can.patience !== undefined) aired.set(id, by, context.now());
    if (from !== undefined && !flooded) passedOn.set(id, { from, by }, context.now());
    if (from !== undefined) return;
    takers.set(id, by, context.now());
    rules.onTaken(id);
  };

  /** Somebody floods for us. Whoever did not sign what it says makes us say nothing. */
  const found = (peer: Peer, envelope: Envelope, id: MessageId): void =>
    rules.arrive(envelope, id, (wrong) => {
      if (wrong === undefined) rules.wanted();
      answer(peer, id, wrong);
    });

  const onFlood = (peer: Peer, envelope: Envelope, id: MessageId, scope: number): void => {
    if (envelope.destination === undefined || scope <= (floods.get(id, context.now()) ?? -1)) return;
    if (!floodsPerLink.take(String(peer.link), context.now())) return context.refused('rate-limited');
    floods.set(id, scope, context.now());
    if (envelope.destination === rules.self()) return found(peer, envelope, id);
    if (!rules.routes() || envelope.hops + 1 >= MAX_HOPS) return;
    const onward = { ...envelope, hops: envelope.hops + 1 };
    const known = ways.nextHop(envelope.destination, [peer], 0);
    // Who floods far has tried what neighbours know: paths that all of them hold may be dead.
    if (known !== undefined && scope <= RINGS[0].scope) {
      if (journeys.size < rules.capacity && !journeys.has(id)) {
        begin({ id, envelope: onward, from: peer, flooded: true });
      }
      return;
    }
    if (scope === 0) return;
    const next = { kind: 'routed', mode: 'flood', scope: scope - 1, envelope: encodeEnvelope(onward) } as const;
    const frame = encodeRouted(next);
    for (const other of peers.ready()) if (other !== peer && isRouter(other)) context.send(other.link, frame, true);
  };

  /** It is on its way, or the other side is impatient, or its answer was lost. */
  const isUnderWay = (peer: Peer, id: MessageId): boolean => {
    if (givers.get(id, context.now()) === peer || isFlying(id)) return true;
    const taker = aired.get(id, context.now());
    return taker !== undefined && peers.get(taker.link) === taker;
  };
  /** Over the air, where patience is long. */
  const isFlying = (id: MessageId): boolean => journeys.get(id)?.current?.can.patience !== undefined;

  return {
    nextHop: (target, except) => {
      const next = ways.nextHop(target, except, 0);
      // What is asked there and back in seconds has no business on the air.
      return next?.can.patience === undefined ? next : undefined;
    },
    learn: ways.learn,
    onUnicast: (peer, envelope) => {
      const id = messageIdOf(signedPart(envelope));
      if (envelope.destination === rules.self()) return arrive(peer, envelope, id);
      rules.observe(envelope);
      ways.learn(envelope.source, { peer, hops: envelope.hops + 1 });
      const wrong = obstacle(peer, envelope, id);
      if (wrong !== undefined) return answer(peer, id, wrong);
      answer(peer, id, undefined);
      if (isUnderWay(peer, id)) return;
      givers.set(id, peer, context.now());
      begin({ id, envelope: { ...envelope, hops: envelope.hops + 1 }, from: peer });
    },
    onRouted: (peer, frame) => {
      const routed = decodeRouted(frame);
      if (!routed.ok) return context.refused(routed.code);
      const decoded = decodeEnvelope(routed.value.envelope);
      if (!decoded.ok) return context.refused(decoded.code);
      const envelope = decoded.value;
      if (envelope.destination === undefined) return context.refused('malformed');
      const wrong = checkRoutable(envelope);
      if (wrong !== undefined) return context.refused(wrong);
      const id = messageIdOf(signedPart(envelope));
      if (routed.value.mode === 'flood') return onFlood(peer, envelope, id, routed.value.scope);
      if (envelope.destination === rules.self()) return arrive(peer, envelope, id);
      rules.keep(envelope, id, peer, (verdict) => answer(peer, id, verdict));
    },
    onAck: (peer, frame) => {
      const ack = decodeAck(frame);
      if (!ack.ok) return context.refused(ack.code);
      for (const id of ack.value.ids) {
        const journey = journeys.get(id);
        if (journey?.current === peer) settle(journey, peer, ack.value);
        else if (journey === undefined && ack.value.tooLarge) hearTooLarge(peer, id);
      }
    },
    send: (id, envelope, transit) => {
      if (journeys.size >= rules.capacity) return context.refused('over-capacity');
      begin({ id, envelope, from: undefined, transit, avoid: takers.get(id, context.now()) });
    },
    delivered: (id) => {
      takers.delete(id);
      const journey = journeys.get(id);
      if (journey !== undefined) end(journey);
    },
    pathFound: (address) => {
      for (const journey of [...journeys.values()]) {
        const isLooking = journey.current === undefined && journey.envelope.destination === address;
        // A way that leads back to whoever gave it to us is none: what is looked for further out may still be found.
        if (isLooking && ways.of(journey) !== undefined) advance(journey);
      }
    },
    close: (peer) => {
      for (const journey of [...journeys.values()]) if (journey.current === peer) failed(journey);
    },
    get inFlight() {
      return journeys.size;
    },
  };
};
