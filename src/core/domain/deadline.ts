import type { Millis } from '#core/brand.ts';
import { REQUEST_LEAD, REQUEST_TTL, RESERVE_LEAD } from '#core/domain/limits.ts';

/**
 * When a request made at `now` for a slot that starts at `start` expires: after 24 hours or two hours before the slot,
 * whichever is first. A slot less than two hours and ten minutes away can still be asked for; its request then lives
 * until ten minutes before the slot (docs/decisions/0010-deadline-of-late-requests.md).
 */
export const requestDeadline = (now: Millis, start: Millis): Millis => {
  const lead = start - REQUEST_LEAD >= now + RESERVE_LEAD ? REQUEST_LEAD : RESERVE_LEAD;
  return Math.min(now + REQUEST_TTL, start - lead) as Millis;
};

/** A slot that starts within ten minutes can no longer be asked for. */
export const isTooSoon = (now: Millis, start: Millis): boolean => start - now < RESERVE_LEAD;
