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
  /** How often the two ends want to hear of each other has changed. */
  changed(peer: Peer): void;
}

export interface PulseRules {
  readonly classOf: (peer: Peer) => LinkClass;
  /** Sends a beacon; false when one would disturb now. */
  readonly beacon: (peer: Peer) => boolean;
  readonly onSilent: (peer: Peer) => void;
}

const TIMER = 'pulse';
/** Links are looked at together, at most so often, in milliseconds. */
const TOGETHER = 50;
/** A timer that fires so many milliseconds late was held up with the whole device. */
const HELD_UP = 1_000;
const NONCE_BYTES = 8;

export const createPulse = (context: Context, rules: PulseRules): Pulse => {
  const hearts = new Map<LinkId, { readonly peer: Peer; readonly heart: Heartbeat; readonly class: LinkClass }>();

  /** When the timer goes off. */
  let due = 0;

  const schedule = (): void => {
    let next = Number.POSITIVE_INFINITY;
    for (const { heart } of hearts.values()) next = Math.min(next, heart.nextCheck() ?? Number.POSITIVE_INFINITY);
    setTimer(next);
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
    if (now - due > HELD_UP) for (const { heart } of hearts.values()) heart.received(now);
    let next = Number.POSITIVE_INFINITY;
    for (const { peer, heart } of hearts.values()) {
      // Most links have something to say or to miss later only.
      const later = heart.nextCheck() ?? Number.POSITIVE_INFINITY;
      if (later > now) {
        next = Math.min(next, later);
        continue;
      }
      if (heart.isDead(now)) {
        hearts.delete(peer.link);
        context.count('links silent');
        context.emit({ kind: 'close-link', link: peer.link, reason: 'lost' });
        rules.onSilent(peer);
        continue;
      }
      if (heart.isDue(now) && !rules.beacon(peer)) {
        context.send(peer.link, encodePing({ kind: 'ping', nonce: context.random.bytes(NONCE_BYTES) }), true);
      }
      next = Math.min(next, heart.nextCheck() ?? Number.POSITIVE_INFINITY);
    }
    setTimer(next);
  };

  const open = (peer: Peer): void => {
    const link = rules.classOf(peer);
    const heart = createHeartbeat({ class: link, peerClass: link, bytesPerSecond: undefined }, context.now());
    hearts.set(peer.link, { peer, heart, class: link });
    schedule();
  };

  return {
    open,
    close: (peer) => {
      hearts.delete(peer.link);
    },
    received: (peer) => hearts.get(peer.link)?.heart.received(context.now()),
    sent: (link) => hearts.get(link)?.heart.sent(context.now()),
    changed: (peer) => {
      const present = hearts.get(peer.link);
      if (present !== undefined && present.class !== rules.classOf(peer)) open(peer);
    },
  };
};
