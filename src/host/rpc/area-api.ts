import type { Millis, Region } from '#core/brand.ts';

/** Where in the country something is free, for a map: counted on this device, over what is here. */
export type FreeAreas = FreeCodes | FreeRegions;

/** This device holds announcements itself: exact numbers. */
export interface FreeCodes {
  readonly kind: 'codes';
  /** Numbers of postal codes (0–99,999), ascending; only such at which something is free. */
  readonly codes: Uint32Array;
  /** Slots at each of them, never 0. */
  readonly free: Uint32Array;
  readonly syncedAt: Millis | undefined;
}

/**
 * This device was told sums only (docs/protocol/summary.md). They know regions and Verfahren, no payer and no other filter;
 * a slot for several Verfahren counts for each, so each number is a lower bound of what the wanted ones have together.
 */
export interface FreeRegions {
  readonly kind: 'regions';
  /** Ascending; the first two digits of postal codes. */
  readonly regions: readonly { readonly region: Region; readonly free: number; readonly newestAt: Millis }[];
}

/** No more codes than this are ever answered. */
export const MAX_AREAS = 10_000;
