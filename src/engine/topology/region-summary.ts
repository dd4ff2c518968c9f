/**
 * Region summaries at one node: its own counts, the last summary of each child, and what the parent says. Upward goes what is
 * known from here down, and downward what is known at all; never what came from above back up, or a number that fell would
 * hold itself up (docs/decisions/0019-summaries-by-maximum.md).
 */
import type { Millis, NodeAddress } from '#core/brand.ts';
import { FUTURE_TOLERANCE, MINUTE } from '#core/domain/limits.ts';
import { toWireMinute } from '#core/domain/wire-time.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import type { Summary } from '#core/wire/summary.ts';
import {
  fromSummary,
  isWorthSending,
  mergeCounts,
  NO_COUNTS,
  type RegionCounts,
  toSummary,
} from '#engine/topology/region-counts.ts';

export interface SummaryRules {
  /** Summaries are looked at once in this time. */
  readonly period: Millis;
}

export interface RegionSummary {
  /** What this node counts itself. */
  setOwn(counts: RegionCounts): void;
  /**
   * A child's summary replaces its last one. Refuses `from-the-future` when a minute is more than five minutes ahead, and
   * `over-capacity` beyond MAX_CHILDREN.
   */
  fromChild(child: NodeAddress, summary: Summary, now: Millis): Result<void>;
  /** The parent's summary replaces that of any parent before. Refuses `from-the-future`. */
  fromParent(parent: NodeAddress, summary: Summary, now: Millis): Result<void>;
  /** The link to this node ended, or it is neither parent nor child any more. */
  drop(node: NodeAddress): void;
  /** For the parent: own counts and the children's. */
  upward(now: Millis): RegionCounts;
  /** For children, and for this node's own map: all of that and what the parent says. */
  downward(now: Millis): RegionCounts;
  /**
   * What to send to a node now; undefined when what it has from us is not 2 % off and not about to expire there. What is
   * answered counts as sent.
   */
  due(to: NodeAddress, direction: 'up' | 'down', now: Millis): Summary | undefined;
}

const MAX_CHILDREN = 1_024;
/** A summary that is not renewed for so many periods is forgotten. */
const EXPIRE_PERIODS = 3;
/** One that did not change is sent again after so many, so that it does not expire. */
const RENEW_PERIODS = 2;
const FUTURE_MINUTES = FUTURE_TOLERANCE / MINUTE;

interface Dated {
  readonly counts: RegionCounts;
  readonly at: Millis;
}

const parse = (summary: Summary, now: Millis): Result<Dated> => {
  const minute = toWireMinute(now);
  const isAhead = summary.regions.some((region) => region.minute > minute + FUTURE_MINUTES);
  return isAhead ? refuse('from-the-future') : ok({ counts: fromSummary(summary, minute), at: now });
};

export const createRegionSummary = ({ period }: SummaryRules): RegionSummary => {
  let own = NO_COUNTS;
  const children = new Map<NodeAddress, Dated>();
  let parent: (Dated & { readonly address: NodeAddress }) | undefined;
  const lastSent = new Map<NodeAddress, Dated>();
  /** Merged when asked for, and again after something changed: many children ask in one round. */
  let merged: { readonly up: RegionCounts; readonly down: RegionCounts } | undefined;

  const isFresh = ({ at }: Dated, now: Millis): boolean => now - at < EXPIRE_PERIODS * period;

  const forget = (node: NodeAddress): void => {
    children.delete(node);
    if (parent?.address === node) parent = undefined;
    merged = undefined;
  };

  const forgetExpired = (now: Millis): void => {
    for (const [address, dated] of children) if (!isFresh(dated, now)) forget(address);
    for (const [address, dated] of lastSent) if (!isFresh(dated, now)) lastSent.delete(address);
    if (parent !== undefined && !isFresh(parent, now)) forget(parent.address);
  };

  const known = (now: Millis): { readonly up: RegionCounts; readonly down: RegionCounts } => {
    forgetExpired(now);
    if (merged === undefined) {
      const up = mergeCounts(own, ...[...children.values()].map(({ counts }) => counts));
      merged = { up, down: mergeCounts(up, parent?.counts ?? NO_COUNTS) };
    }
    return merged;
  };

  return {
    setOwn: (counts) => {
      own = counts;
      merged = undefined;
    },
    fromChild: (child, summary, now) => {
      const parsed = parse(summary, now);
      if (!parsed.ok) return parsed;
      forgetExpired(now);
      if (!children.has(child) && children.size >= MAX_CHILDREN) return refuse('over-capacity');
      // What was above is below now, and the other way round: a node is never both.
      forget(child);
      children.set(child, parsed.value);
      return ok(undefined);
    },
    fromParent: (address, summary, now) => {
      const parsed = parse(summary, now);
      if (!parsed.ok) return parsed;
      forget(address);
      parent = { address, ...parsed.value };
      return ok(undefined);
    },
    drop: (node) => {
      forget(node);
      lastSent.delete(node);
    },
    upward: (now) => known(now).up,
    downward: (now) => known(now).down,
    due: (to, direction, now) => {
      const counts = known(now)[direction];
      const sent = lastSent.get(to);
      const isExpiring = sent !== undefined && now - sent.at >= RENEW_PERIODS * period;
      const isAnything = isWorthSending(NO_COUNTS, counts);
      if (!isWorthSending(sent?.counts ?? NO_COUNTS, counts) && !(isExpiring && isAnything)) return undefined;
      if (sent === undefined && lastSent.size > MAX_CHILDREN) return undefined;
      lastSent.set(to, { counts, at: now });
      return toSummary(counts);
    },
  };
};
