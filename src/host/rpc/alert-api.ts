import type { Millis } from '#core/brand.ts';
import type { Result } from '#core/result.ts';
import type { SearchQuery, SlotRef } from '#host/rpc/slot-api.ts';

/** Searches that a patient keeps on this device, and what became free for them (docs/decisions/0022-alerts-and-wishes.md). */
export interface AlertApi {
  /** Those that are kept and have not ended, the newest first. */
  alerts(): Promise<AlertView[]>;
  /**
   * Keeps a search; what matches now counts as seen. Idempotent by `alertId`; the same search again answers with the alert
   * that there is. Refused with `malformed`, `over-capacity` (eight are kept) or `too-large` (so much matches that nothing
   * new would be noticed).
   */
  keepAlert(input: { readonly alertId: string; readonly filter: AlertFilter }): Promise<Result<AlertView>>;
  /** Somebody looked at what matches: from now on only what comes after is new. */
  seeAlert(alertId: string): Promise<Result<null>>;
  /** Deletes it from the disk at once. May be repeated. */
  dropAlert(alertId: string): Promise<Result<null>>;
  /** Puts back what was dropped a moment ago; `not-found` when this node does not remember it. */
  restoreAlert(alertId: string): Promise<Result<null>>;
}

/** A search as it is kept: without what belongs to one look at it, and with a period that moves along with the days. */
export interface AlertFilter extends Omit<SearchQuery, 'from' | 'to' | 'sort' | 'offset' | 'limit' | 'practice'> {
  /** From now on, whenever that is. */
  readonly days?: number;
}

export interface AlertView {
  readonly alertId: string;
  readonly filter: AlertFilter;
  readonly madeAt: Millis;
  /** Then it is deleted. */
  readonly endsAt: Millis;
  /** Slots that match now. */
  readonly total: number;
  /** Of them, those that were not there when somebody looked last; at most MAX_FRESH are named. */
  readonly freshCount: number;
  readonly fresh: readonly SlotRef[];
}
