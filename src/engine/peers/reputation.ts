import type { Millis, NodeAddress } from '#core/brand.ts';
import { HOUR } from '#core/domain/limits.ts';
import type { RefusalCode } from '#core/refusal.ts';

/**
 * What a node thinks of a peer, from 0 (avoid) over 0.5 (nothing is known) to 1, and how reports change it
 * (docs/decisions/0018-reputation.md). Values that are never changed: a report makes a new one. What was reported loses
 * half of its weight every six hours, worked out when somebody asks.
 */
export interface Reputation {
  /** What we saw ourselves, from -0.5 to 0.25, as it was at `at`. */
  readonly own: number;
  /** What others told, each from -0.15 to 0.15, as it was at `at`; the one heard longest ago first. */
  readonly heard: ReadonlyMap<NodeAddress, number>;
  readonly at: Millis;
}

export type ReportReason = RefusalCode | 'unresponsive' | 'custody' | 'delivered';

export interface Report {
  /** `self`: we saw it. Otherwise whose word it is; its signature was checked before. */
  readonly observer: NodeAddress | 'self';
  readonly reason: ReportReason;
}

/**
 * What one report changes. Nothing, where a well-meaning peer may be the cause: it passes on what somebody else wrote, has
 * heard less than we have, has another clock, or knows kinds that we do not know.
 */
const WEIGHTS = {
  // Whoever checks what it passes on, as every node must, never sends these.
  'bad-signature': -0.1,
  'bad-key': -0.1,
  malformed: -0.05,
  'not-canonical': -0.05,
  'too-large': -0.05,
  'wrong-state': -0.05,
  // A few of these happen to everybody.
  replayed: -0.02,
  'rate-limited': -0.02,
  'missing-capability': -0.02,
  unresponsive: -0.04,
  custody: 0.01,
  delivered: 0.02,
  'unknown-kind': 0,
  'unknown-key': 0,
  expired: 0,
  'from-the-future': 0,
  superseded: 0,
  'stale-epoch': 0,
  'over-capacity': 0,
  'slot-gone': 0,
  'slot-too-soon': 0,
  'slot-taken': 0,
  'too-many-requests': 0,
  'code-required': 0,
  'bad-code': 0,
  'payer-not-allowed': 0,
  'credential-other-key': 0,
  'credential-unknown-registrar': 0,
  'credential-expired': 0,
  'credential-revoked': 0,
  'cannot-open': 0,
  blocked: 0,
  'clock-skew': 0,
  'no-identity': 0,
  'not-found': 0,
  'storage-full': 0,
  'too-many-hops': 0,
  looping: 0,
  'no-path': 0,
} as const satisfies Record<ReportReason, number>;

export const NEUTRAL_SCORE = 0.5;
/** Below this a peer is chosen for nothing and is the first to make room. */
export const EVICTION_SCORE = 0.1;
/** What one other observer can change, and all of them together: keys cost nothing, so many observers may be one person. */
export const OBSERVER_CAP = 0.15;
export const HEARSAY_CAP = 0.3;
export const OWN_WORST = -0.5;
/** Good deeds count for less than bad ones, or a peer could save up for an attack. */
export const OWN_BEST = 0.25;
export const REPUTATION_HALF_LIFE = (6 * HOUR) as Millis;
/** Observers remembered for one peer; the one heard longest ago is forgotten first. */
export const MAX_OBSERVERS = 16;
/** What decayed below this is nothing. */
const NEGLIGIBLE = 0.000_1;

const clamp = (value: number, from: number, to: number): number => Math.min(to, Math.max(from, value));

const NOTHING_HEARD: Reputation['heard'] = new Map();

export const createReputation = (now: Millis): Reputation => ({ own: 0, heard: NOTHING_HEARD, at: now });

/** What is left of it after the time that passed. A clock that was set back undoes nothing. */
const fadeOf = ({ at }: Reputation, now: Millis): number => 2 ** (-Math.max(0, now - at) / REPUTATION_HALF_LIFE);

/** 0 to 1. */
export const scoreOf = (reputation: Reputation, now: Millis): number => {
  let hearsay = 0;
  for (const value of reputation.heard.values()) hearsay += value;
  const balance = reputation.own + clamp(hearsay, -HEARSAY_CAP, HEARSAY_CAP);
  return clamp(NEUTRAL_SCORE + balance * fadeOf(reputation, now), 0, 1);
};

/** The same reputation when the report says nothing about the peer. */
export const withReport = (reputation: Reputation, { observer, reason }: Report, now: Millis): Reputation => {
  const weight = WEIGHTS[reason];
  if (weight === 0) return reputation;
  const fade = fadeOf(reputation, now);
  const heard = new Map<NodeAddress, number>();
  for (const [other, value] of reputation.heard) {
    if (Math.abs(value * fade) >= NEGLIGIBLE) heard.set(other, value * fade);
  }
  const own = reputation.own * fade;
  if (observer === 'self') return { own: clamp(own + weight, OWN_WORST, OWN_BEST), heard, at: now };
  const value = clamp((heard.get(observer) ?? 0) + weight, -OBSERVER_CAP, OBSERVER_CAP);
  heard.delete(observer);
  heard.set(observer, value);
  const [oldest] = heard.keys();
  if (heard.size > MAX_OBSERVERS && oldest !== undefined) heard.delete(oldest);
  return { own, heard, at: now };
};
