/**
 * Whether the node at the other end of one link is alive, and when it must hear from us. Every frame is a sign of life, so a
 * link that carries data needs no beacons. A machine that is told the time: whoever was itself asleep calls `received` when it
 * wakes, for it cannot know what it did not hear.
 */
import type { Millis } from '#core/brand.ts';

/**
 * backbone: relay to relay. foreground: to a parent, while somebody looks. phone: everything else on a
 * battery. radio: air is too dear; there the age of the last beacon says enough.
 */
export type LinkClass = 'backbone' | 'foreground' | 'phone' | 'radio';

/** Between two signs of life; undefined means that none are sent and none are missed. */
export const BEACON_INTERVALS: Readonly<Record<LinkClass, Millis | undefined>> = {
  backbone: 1_000 as Millis,
  foreground: 1_000 as Millis,
  phone: 15_000 as Millis,
  radio: undefined,
};

/** Three signs may be missing, and the fourth late. */
const DEAD_AFTER = 3.3;
/** Of what a link carries, the most that beacons take. */
const BEACON_SHARE = 0.02;

export interface HeartbeatRules {
  readonly class: LinkClass;
  /** What the other end keeps to, where it may be another class than ours. */
  readonly peerClass: LinkClass;
  /** What the link carries, where that is known: where 2 % of it is no beacon per interval, the class is the wrong one. */
  readonly bytesPerSecond: number | undefined;
}

export interface Heartbeat {
  /** Any frame came. */
  received(now: Millis): void;
  /** Any frame but a beacon was sent. */
  sent(now: Millis): void;
  /** A beacon of so many bytes was sent. */
  sentBeacon(now: Millis, bytes: number): void;
  /** Nothing was sent for an interval, and the link's share allows a beacon. */
  isDue(now: Millis): boolean;
  /** Nothing came for 3.3 of the peer's intervals. It is alive again when something comes. */
  isDead(now: Millis): boolean;
  /** The next moment at which either may become true; undefined for radio. */
  nextCheck(): Millis | undefined;
}

export const createHeartbeat = (rules: HeartbeatRules, start: Millis): Heartbeat => {
  const interval = BEACON_INTERVALS[rules.class];
  const peerInterval = BEACON_INTERVALS[rules.peerClass];
  let heard: number = start;
  let said: number = start;
  /** Before this the link's share is used up. */
  let allowed: number = start;

  const dueAt = (): number | undefined => (interval === undefined ? undefined : Math.max(said + interval, allowed));
  const deadAt = (): number | undefined => (peerInterval === undefined ? undefined : heard + DEAD_AFTER * peerInterval);
  const isPast = (at: number | undefined, now: Millis): boolean => at !== undefined && now >= at;

  const sent = (now: Millis): void => {
    said = Math.max(said, now);
  };

  return {
    received: (now) => {
      heard = Math.max(heard, now);
    },
    sent,
    sentBeacon: (now, bytes) => {
      sent(now);
      if (rules.bytesPerSecond === undefined) return;
      // Not from `now` alone: what was sent too early is paid for, too.
      allowed = Math.max(allowed, now) + (bytes / (rules.bytesPerSecond * BEACON_SHARE)) * 1_000;
    },
    isDue: (now) => isPast(dueAt(), now),
    isDead: (now) => isPast(deadAt(), now),
    nextCheck: () => {
      const [due, dead] = [dueAt(), deadAt()];
      if (due === undefined || dead === undefined) return (due ?? dead) as Millis | undefined;
      return Math.min(due, dead) as Millis;
    },
  };
};
