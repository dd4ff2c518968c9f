import type { Millis, WireMinute, WireSecond } from '#core/brand.ts';

/** 2026-01-01T00:00Z. 24 bits of minutes from here last until November 2057. */
export const WIRE_EPOCH_MS = 1_767_225_600_000;
export const MAX_WIRE_MINUTE = 0xff_ff_ff;

/** The minute that contains `at`, clamped to what the wire can say. */
export const toWireMinute = (at: Millis): WireMinute =>
  Math.min(Math.max(Math.floor((at - WIRE_EPOCH_MS) / 60_000), 0), MAX_WIRE_MINUTE) as WireMinute;

export const fromWireMinute = (minute: WireMinute): Millis => (WIRE_EPOCH_MS + minute * 60_000) as Millis;

/** The second that contains `at`; 0 before the wire's epoch. */
export const toWireSecond = (at: Millis): WireSecond =>
  Math.max(Math.floor((at - WIRE_EPOCH_MS) / 1_000), 0) as WireSecond;

export const fromWireSecond = (second: WireSecond): Millis => (WIRE_EPOCH_MS + second * 1_000) as Millis;
