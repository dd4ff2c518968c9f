/**
 * Free slots per region and Verfahren, as two small columns: what summaries are counted into, merged in and compared by
 * (docs/protocol/summary.md, docs/decisions/0019-summaries-by-maximum.md). Never changed after they were made.
 */
import type { Region, WireMinute } from '#core/brand.ts';
import { MAX_ANNOUNCE_TTL, MINUTE, RESERVE_LEAD } from '#core/domain/limits.ts';
import { REGIONS, regionOfPlz } from '#core/domain/mesh-place.ts';
import { KOSTENTRAEGER, VERFAHREN } from '#core/domain/values.ts';
import { MAX_FREE, type RegionCount, type Summary } from '#core/wire/summary.ts';
import { createFacetFilter, GUARDS, verfahrenOf } from '#engine/slots/facets.ts';
import type { SlotStore } from '#engine/slots/slot-store.ts';
import type { SlotTable } from '#engine/slots/slot-table.ts';

export interface RegionCounts {
  /** REGIONS × VERFAHREN, saturating at MAX_FREE. */
  readonly free: Uint16Array;
  /** Per region, the wire minute of the newest announcement that was counted; 0 where nothing was. */
  readonly newest: Uint32Array;
}

const METHODS = VERFAHREN.length;
/** A change by less than this share of a number is not worth a message. */
const WORTH_SENDING = 0.02;
const LEAD_MINUTES = RESERVE_LEAD / MINUTE;
const TTL_MINUTES = MAX_ANNOUNCE_TTL / MINUTE;

const empty = (): RegionCounts => ({
  free: new Uint16Array(REGIONS * METHODS),
  newest: new Uint32Array(REGIONS),
});

export const NO_COUNTS: RegionCounts = empty();

/** Announced, of a key that somebody vouches for, for whatever payer: rows without an announcement have no payer. */
const VOUCHED = createFacetFilter({
  payer: 2 ** KOSTENTRAEGER.length - 1,
  verfahren: 0,
  modalitaet: 0,
  types: 0,
  ages: 0,
  minTrust: 1,
});

const isVouched = (facets: number): boolean => ((((facets & VOUCHED.mask) + VOUCHED.carry) & GUARDS) ^ GUARDS) === 0;

/** Starts of a row that can still be asked for. They ascend. */
const freeStarts = ({ columns, starts }: SlotTable, row: number, from: number): number => {
  const count = columns.startsCount[row] ?? 0;
  if ((columns.firstStart[row] ?? 0) >= from) return count;
  if ((columns.lastStart[row] ?? 0) < from) return 0;
  const at = columns.startsAt[row] ?? 0;
  let past = 0;
  while (past < count && (starts.items[at + past] ?? 0) < from) past++;
  return count - past;
};

/** One pass over the rows. An offer for several Verfahren counts for each of them, one that names none for none. */
export const countFree = (store: SlotStore, now: WireMinute): RegionCounts => {
  const { table } = store.state;
  const { facets, plz, expires, issued } = table.columns;
  const counts = empty();
  const from = now + LEAD_MINUTES + 1;
  for (let row = 0; row < table.high; row++) {
    const word = facets[row] ?? 0;
    if (!isVouched(word) || verfahrenOf(word) === 0 || (expires[row] ?? 0) <= now) continue;
    const slots = freeStarts(table, row, from);
    if (slots === 0) continue;
    const region = regionOfPlz(plz[row] ?? 0);
    counts.newest[region] = Math.max(counts.newest[region] ?? 0, issued[row] ?? 0);
    for (let method = 0; method < METHODS; method++) {
      if (((verfahrenOf(word) >> method) & 1) === 0) continue;
      const at = region * METHODS + method;
      counts.free[at] = Math.min((counts.free[at] ?? 0) + slots, MAX_FREE);
    }
  }
  return counts;
};

/** The larger of each two numbers: commutative, associative, idempotent, and never counts a slot twice. */
export const mergeCounts = (...all: readonly RegionCounts[]): RegionCounts => {
  const merged = empty();
  for (const { free, newest } of all) {
    for (let at = 0; at < merged.free.length; at++) merged.free[at] = Math.max(merged.free[at] ?? 0, free[at] ?? 0);
    for (let at = 0; at < REGIONS; at++) merged.newest[at] = Math.max(merged.newest[at] ?? 0, newest[at] ?? 0);
  }
  return merged;
};

/** True when a number differs by 2 % or more, or begins or ceases to be zero. Newer minutes alone are no news. */
export const isWorthSending = (sent: RegionCounts, now: RegionCounts): boolean =>
  now.free.some((value, at) => {
    const before = sent.free[at] ?? 0;
    const difference = Math.abs(value - before);
    return difference > 0 && (value === 0 || before === 0 || difference >= WORTH_SENDING * Math.max(value, before));
  });

/** What travels: only regions in which something is free. */
export const toSummary = ({ free, newest }: RegionCounts): Summary => {
  const regions: RegionCount[] = [];
  for (let region = 0; region < REGIONS; region++) {
    const counts = Array.from(free.subarray(region * METHODS, (region + 1) * METHODS));
    if (counts.every((count) => count === 0)) continue;
    regions.push({ region: region as Region, free: counts, minute: (newest[region] ?? 0) as WireMinute });
  }
  return { kind: 'summary', regions };
};

/** What came, without regions whose newest announcement cannot be valid at `now` any more. */
export const fromSummary = ({ regions }: Summary, now: WireMinute): RegionCounts => {
  const counts = empty();
  for (const { region, free, minute } of regions) {
    if (minute + TTL_MINUTES <= now) continue;
    counts.newest[region] = minute;
    counts.free.set(free, region * METHODS);
  }
  return counts;
};
