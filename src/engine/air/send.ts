/** How the parts of the air hand over what is to be sent. */
import type { Millis } from '#core/brand.ts';
import type { AirKind } from '#core/radio/air/frame.ts';

/** 0 is the most urgent: a radio check, for which somebody stands there; 1 is what links carry, which is none of ours. */
export const PRIORITIES = { ask: 2, beacon: 3, goods: 4 } as const;

/** `life`: after that it is of no use. */
export type SendOnAir = (kind: AirKind, body: Uint8Array, priority: keyof typeof PRIORITIES, life: Millis) => void;
