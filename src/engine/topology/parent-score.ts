/**
 * How good a parent a node would be, 0 to 1: a weighted sum, monotone in everything that goes into it. What a candidate says
 * about itself (capability, load, battery, mobility) weighs less together than what this node measures or is told by its own
 * operator, so that nobody becomes everybody's parent by boasting.
 */
import type { Millis, Region } from '#core/brand.ts';
import { regionDistance } from '#core/domain/mesh-place.ts';

export interface ParentMetrics {
  /** Its region and ours: the nearer, the better. */
  readonly region: Region | undefined;
  readonly ownRegion: Region | undefined;
  /** Smoothed; undefined until it is measured, which counts like HALF_ROUND_TRIP. */
  readonly roundTrip: Millis | undefined;
  /** Share of what was lost on the way, 0 to 1. */
  readonly loss: number;
  /** What it offers of what this node needs, 0 to 1. */
  readonly capability: number;
  /** 0 idle, 1 full. */
  readonly load: number;
  /** Charge, 0 to 1; undefined on mains. */
  readonly battery: number | undefined;
  /** 0 stands still, 1 is always on its way. */
  readonly mobility: number;
  /** What this node's operator prefers, 0 to 1. */
  readonly priority: number;
  /** What the registry has seen of it, 0 to 1. */
  readonly reputation: number;
}

/** They add up to 1. */
const WEIGHTS = {
  roundTrip: 0.22,
  loss: 0.2,
  reputation: 0.12,
  proximity: 0.08,
  priority: 0.08,
  load: 0.12,
  capability: 0.08,
  battery: 0.05,
  mobility: 0.05,
} as const satisfies Record<string, number>;

/** A round trip of this many milliseconds is worth half of none. */
const HALF_ROUND_TRIP = 100;

/** Into 0 to 1. What is no number is worth nothing. */
const share = (value: number): number => Math.min(Math.max(value, 0), 1) || 0;
/** The same of what is better when it is less: what is no number is worth nothing, too. */
const rest = (value: number): number => share(1 - value);

const ofRoundTrip = (roundTrip: Millis | undefined): number =>
  share(HALF_ROUND_TRIP / (HALF_ROUND_TRIP + Math.max(roundTrip ?? HALF_ROUND_TRIP, 0)));

export const parentScore = (metrics: ParentMetrics): number => {
  const sum =
    WEIGHTS.roundTrip * ofRoundTrip(metrics.roundTrip) +
    WEIGHTS.loss * rest(metrics.loss) +
    WEIGHTS.reputation * share(metrics.reputation) +
    WEIGHTS.proximity * (1 - regionDistance(metrics.region, metrics.ownRegion) / 2) +
    WEIGHTS.priority * share(metrics.priority) +
    WEIGHTS.load * rest(metrics.load) +
    WEIGHTS.capability * share(metrics.capability) +
    WEIGHTS.battery * share(metrics.battery ?? 1) +
    WEIGHTS.mobility * rest(metrics.mobility);
  // Nine roundings may leave it a hair above.
  return share(sum);
};
