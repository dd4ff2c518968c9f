import type { LinkId, Millis } from '#core/brand.ts';
import { encodePing } from '#core/wire/ping.ts';
import type { Context } from '#engine/context.ts';
import type { Peer } from '#engine/links/peer.ts';
import { createHeartbeat, type Heartbeat, type LinkClass } from '#engine/topology/heartbeat.ts';

/**
 * Signs of life on every link (docs/protocol/topology.md): any frame is one; where nothing was sent for an interval a beacon
 * goes, or a ping while a beacon would disturb. Who is silent for 3.3 intervals is taken for dead, and the link ends.
 */
export interface Pulse {
  /** The peer's hello came. */
  open(peer: Peer): void;
  close(peer: Peer): void;
  received(peer: Peer): void;
  sent(link: LinkId): void;
  /** This device may have slept: whoever does not answer soon is taken for dead. Asked again meanwhile, nothing is sent. */
  prove(): void;
  /** How often the two ends want to hear of each other has changed. */
  changed(peer: Peer): void;
}

export interface PulseRules {
  readonly classOf: (peer: Peer) => LinkClass;
  /** Sends a beacon; false when one would disturb now. */
  readonly beacon: (peer: Peer) => boolean;
  readonly onSilent: (peer: Peer) => void;
  /** How long the way there and back takes, smoothed; undefined when it was never measured. */
  readonly roundTrip: (peer: Peer) => Millis | undefined;
}

const TIMER = 'pulse';
/** Links are looked at together, at most so often, in milliseconds. */
const TOGETHER = 50;
/** A timer that fires so many milliseconds late was held up with the whole device. */
const HELD_UP = 1_000;
const NONCE_BYTES = 8;
/**
 * The time to show that a link lives, in milliseconds: a phone's radio that just woke needs most of it. A slow link has three round
 * trips, up to a bound.
 */
const PROOF = 1_200;
const PROOF_TRIPS = 3;
const LONGEST_PROOF = 5_000;

interface Beating {
  readonly peer: Peer;
  readonly heart: Heartbeat;
  readonly class: LinkClass;
  /** Until when something has to come, where the link was asked to show that it lives. */
  proveBy: number | undefined;
}

export const createPulse = (context: Context, rules: PulseRules): Pulse => {
  const hearts = new Map<LinkId, Beating>();

  /** When the timer goes off. */
  let due = 0;

  const schedule = (): void => {
    let next = Number.POSITIVE_INFINITY;
    for (const beating of hearts.values()) next = Math.min(next, nextCheck(beating));
    setTimer(next);
  };
  const nextCheck = ({ heart, proveBy }: Beating): number =>
    Math.min(heart.nextCheck() ?? Number.POSITIVE_INFINITY, proveBy ?? Number.POSITIVE_INFINITY);
  const ping = ({ link }: Peer): void =>
    context.send(link, encodePing({ kind: 'ping', nonce: context.random.bytes(NONCE_BYTES) }), true);
  const ask = (beating: Beating): void => {
    const trips = PROOF_TRIPS * (rules.roundTrip(beating.peer) ?? 0);
    beating.proveBy = context.now() + Math.min(LONGEST_PROOF, Math.max(PROOF, trips));
    ping(beating.peer);
  };
  const setTimer = (next: number): void => {
    if (next === Number.POSITIVE_INFINITY) context.timers.cancel(TIMER);
    else {
      due = Math.max(next, context.now() + TOGETHER);
      context.timers.set(TIMER, due as Millis, check);
    }
  };

  const check = (): void => {
    const now = context.now();
    // Held up, or asleep: what was not heard meanwhile says nothing about the others.
    if (now - due > HELD_UP) for (const beating of hearts.values()) excuse(beating);
    let next = Number.POSITIVE_INFINITY;
    for (const beating of hearts.values()) {
      const { peer, heart, proveBy } = beating;
      // Most links have something to say or to miss later only.
      const later = nextCheck(beating);
      if (later > now) {
        next = Math.min(next, later);
        continue;
      }
      if (heart.isDead(now) || (proveBy !== undefined && now >= proveBy)) {
        hearts.delete(peer.link);
        context.count('links silent');
        context.emit({ kind: 'close-link', link: peer.link, reason: 'lost' });
        rules.onSilent(peer);
        continue;
      }
      if (heart.isDue(now) && !rules.beacon(peer)) ping(peer);
      next = Math.min(next, nextCheck(beating));
    }
    setTimer(next);
  };
  const excuse = (beating: Beating): void => {
    beating.heart.received(context.now());
    if (beating.proveBy !== undefined) ask(beating);
  };

  const open = (peer: Peer): void => {
    const link = rules.classOf(peer);
    const heart = createHeartbeat({ class: link, peerClass: link, bytesPerSecond: undefined }, context.now());
    hearts.set(peer.link, { peer, heart, class: link, proveBy: hearts.get(peer.link)?.proveBy });
    schedule();
  };

  return {
    open,
    close: (peer) => {
      hearts.delete(peer.link);
    },
    received: (peer) => {
      const beating = hearts.get(peer.link);
      if (beating === undefined) return;
      beating.heart.received(context.now());
      beating.proveBy = undefined;
    },
    prove: () => {
      for (const beating of hearts.values()) {
        // Over the air a ping costs more than it tells.
        if (beating.proveBy === undefined && beating.class !== 'radio') ask(beating);
      }
      schedule();
    },
    sent: (link) => hearts.get(link)?.heart.sent(context.now()),
    changed: (peer) => {
      const present = hearts.get(peer.link);
      if (present !== undefined && present.class !== rules.classOf(peer)) open(peer);
    },
  };
};
