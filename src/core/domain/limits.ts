import type { Millis } from '#core/brand.ts';

/** The limits that always hold, whatever a peer sends or a user types (docs/protocol/limits.md). */
export const MINUTE = 60_000 as Millis;
export const HOUR = 3_600_000 as Millis;
export const DAY = 86_400_000 as Millis;

export const MAX_FRAME_BYTES = 65_536;
export const MAX_CBOR_BYTES = 4_096;
export const MAX_SLOTS_PER_ANNOUNCEMENT = 31;
export const MAX_OFFERS = 16;
export const MAX_OPEN_REQUESTS_PER_SLOT = 5;
export const MAX_HOPS = 8;
export const MAX_TEXT_BYTES = 200;
export const VERMITTLUNGSCODE_LENGTH = 12;

/** Hours an announcement lives, by its TTL class (three bits on the wire). */
export const TTL_HOURS = [1, 6, 12, 24, 48, 72, 120, 168] as const;
export const MAX_ANNOUNCE_TTL = (168 * HOUR) as Millis;
export const TOMBSTONE_TTL = (168 * HOUR + 10 * MINUTE) as Millis;
export const BUNDLE_TTL = (48 * HOUR) as Millis;
/** A prekey outlives every request that could still be sealed to it. */
export const PREKEY_RETENTION = (MAX_ANNOUNCE_TTL + BUNDLE_TTL + DAY) as Millis;
/** A node announces itself this often, give or take a tenth; what is older than NODE_TTL says nothing any more. */
export const NODE_PERIOD = (10 * MINUTE) as Millis;
export const NODE_TTL = (30 * MINUTE) as Millis;
/** A routed message that was not delivered by then is given up. */
export const MESSAGE_TTL = (24 * HOUR) as Millis;
export const PREKEY_PERIOD = (7 * DAY) as Millis;
export const FUTURE_TOLERANCE = (5 * MINUTE) as Millis;
/** Issuing is refused when the own clock is further than this from the relay's. */
export const ISSUE_SKEW = (2 * MINUTE) as Millis;
/** A slot that starts sooner than this can no longer be reserved. */
export const RESERVE_LEAD = (10 * MINUTE) as Millis;
export const REQUEST_TTL = (24 * HOUR) as Millis;
/** A request expires this long before its slot starts, if that comes before REQUEST_TTL. */
export const REQUEST_LEAD = (2 * HOUR) as Millis;
