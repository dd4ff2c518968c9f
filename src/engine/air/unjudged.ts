/**
 * Announcements that came over the air and whose key has not. They are here, so nobody need send them again; but anybody can make
 * some up, so they do not stay, and the oldest make room.
 */
import type { NodeAddress, Region } from '#core/brand.ts';
import type { Context } from '#engine/context.ts';
import type { WaitingRoom } from '#engine/links/peer.ts';

export interface Unjudged {
  /** For one more. */
  makeRoom(): void;
  /** What waited for too long goes; whether anything did. */
  expire(): boolean;
  /** The first 16 hex digits of each. */
  ids(region: Region): readonly string[];
  /** Whose key is lacking. */
  issuers(): readonly NodeAddress[];
}

const PATIENCE = 1_800_000;
const ID_DIGITS = 16;

export const createUnjudged = (context: Context, { parked }: WaitingRoom, capacity: number): Unjudged => {
  const expire = (): boolean => {
    const before = parked.size;
    for (const [key, { since = context.now() }] of parked) if (context.now() - since > PATIENCE) parked.delete(key);
    return parked.size < before;
  };
  return {
    makeRoom: () => {
      expire();
      const [oldest] = parked.keys();
      if (parked.size >= capacity && oldest !== undefined) parked.delete(oldest);
    },
    expire,
    ids: (region) => Array.from(parked).flatMap(([key, one]) => (one.region === region ? key.slice(0, ID_DIGITS) : [])),
    issuers: () => [...new Set(Array.from(parked.values(), ({ issuer }) => issuer))],
  };
};
