import type { Millis } from '#core/brand.ts';
import type { KnownIdentity } from '#engine/records/identity-book.ts';

/**
 * How much of a hurry records of an issuer are passed on with. A registrar's word cannot be made up, and time cannot be made up
 * quickly: a key that was unknown here a moment ago may be one of thousands that somebody invents to fill the lines.
 */
export type Standing = 'vouched' | 'known' | 'stranger';

/** A key that has been here for so long is no stranger any more, in milliseconds. */
const ACQUAINTED_AFTER = 3_600_000;

export const standingOf = ({ trust, since }: Pick<KnownIdentity, 'trust' | 'since'>, now: Millis): Standing => {
  if (trust.level > 0) return 'vouched';
  return now - since >= ACQUAINTED_AFTER ? 'known' : 'stranger';
};
