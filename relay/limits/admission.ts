/**
 * Who may open a link: a client asks over HTTP for a token, where its address and its page's origin are seen, and shows it
 * once when it connects. Counts per connecting address and in all. Addresses are kept in memory only, while they count.
 * docs/protocol/discovery.md
 */
import { randomBytes } from 'node:crypto';
import type { Millis } from '#core/brand.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { createKeyedBuckets } from '#engine/token-bucket.ts';

export interface AdmissionLimits {
  /** Links in all. */
  readonly links: number;
  readonly linksPerAddress: number;
  readonly connectsPerMinute: number;
}

export type AdmissionRefusal = 'rate-limited' | 'over-capacity';

/** One admitted link. */
export interface Ticket {
  /** What the link is counted under: its `remote`. */
  readonly remote: string;
  /** Gives the place back. Idempotent. */
  release(): void;
}

export interface Admission {
  /** A token for a client at this address, or why it gets none. */
  mint(remote: string): Result<string, AdmissionRefusal>;
  /** Spends a token; `not-found` for one that was never given out, was used, or is older than half a minute. */
  redeem(token: string): Result<Ticket, 'not-found' | 'over-capacity'>;
  links(): number;
}

export const TOKEN_LIFE_MS = 30_000;
const TOKEN_BYTES = 16;
const MAX_TOKENS = 10_000;
/** Addresses whose rate is remembered; the one that was quiet for longest is forgotten first. */
const MAX_ADDRESSES = 20_000;

interface Issued {
  readonly remote: string;
  readonly until: number;
}

/** `now` is a clock that never goes back, in milliseconds. */
export const createAdmission = (limits: AdmissionLimits, now: () => Millis): Admission => {
  const rate = { burst: limits.connectsPerMinute, perSecond: limits.connectsPerMinute / 60 };
  const buckets = createKeyedBuckets(rate, MAX_ADDRESSES);
  /** In the order in which they expire. */
  const tokens = new Map<string, Issued>();
  const perAddress = new Map<string, number>();
  let total = 0;

  const isFull = (remote: string): boolean =>
    total >= limits.links || (perAddress.get(remote) ?? 0) >= limits.linksPerAddress;
  const dropExpired = (at: number): void => {
    for (const [token, { until }] of tokens) {
      if (until > at) return;
      tokens.delete(token);
    }
  };
  const admit = (remote: string): Ticket => {
    total += 1;
    perAddress.set(remote, (perAddress.get(remote) ?? 0) + 1);
    let held = true;
    const release = (): void => {
      if (!held) return;
      held = false;
      total -= 1;
      const left = (perAddress.get(remote) ?? 1) - 1;
      if (left === 0) perAddress.delete(remote);
      else perAddress.set(remote, left);
    };
    return { remote, release };
  };
  return {
    mint: (remote) => {
      const at = now();
      dropExpired(at);
      if (!buckets.take(remote, at)) return refuse('rate-limited');
      if (isFull(remote) || tokens.size >= MAX_TOKENS) return refuse('over-capacity');
      const token = randomBytes(TOKEN_BYTES).toString('base64url');
      tokens.set(token, { remote, until: at + TOKEN_LIFE_MS });
      return ok(token);
    },
    redeem: (token) => {
      dropExpired(now());
      const issued = tokens.get(token);
      if (issued === undefined) return refuse('not-found');
      tokens.delete(token);
      return isFull(issued.remote) ? refuse('over-capacity') : ok(admit(issued.remote));
    },
    links: () => total,
  };
};
