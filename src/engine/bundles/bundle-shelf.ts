import type { Bucket, MessageId, Millis } from '#core/brand.ts';
import { BUNDLE_TTL, FUTURE_TOLERANCE } from '#core/domain/limits.ts';
import { fromWireMinute } from '#core/domain/wire-time.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { type Bundle, removalMatches } from '#core/wire/bundle.ts';
import { createSetIndex, type SetIndex } from '#engine/sync/set-index.ts';

/**
 * The sealed bundles that a node keeps for whoever waits in their buckets, for 48 hours or until an opener removes them.
 * When it is full it refuses: nothing that was acknowledged is ever pushed out.
 */
export interface StoredBundle {
  readonly id: MessageId;
  readonly bucket: Bucket;
  readonly raw: Uint8Array;
  readonly expires: Millis;
}

export interface BundleShelf {
  put(id: MessageId, bundle: Bundle, raw: Uint8Array, now: Millis): Result<'new' | 'known'>;
  get(id: MessageId): StoredBundle | undefined;
  byShortId(shortId: string): StoredBundle | undefined;
  /** Removes it when the secret is the one inside; remembers that, so that a copy never comes back. */
  remove(id: MessageId, secret: Uint8Array, now: Millis): Result<StoredBundle>;
  removed(id: MessageId): Removed | undefined;
  /** Puts back what a store held. */
  load(bundle: StoredBundle): void;
  loadRemoved(id: MessageId, removed: Removed): void;
  /** Forgets what is past its time. */
  expire(now: Millis): { readonly bundles: StoredBundle[]; readonly removals: MessageId[] };
  nextExpiry(): Millis | undefined;
  inBuckets(wanted: (bucket: Bucket) => boolean): Iterable<StoredBundle>;
  /** All of them, as relays compare them. */
  readonly index: SetIndex;
  readonly size: number;
  readonly bytes: number;
  /** Removed bundles that are remembered. */
  readonly removals: number;
}

export interface Removed {
  readonly secret: Uint8Array;
  readonly expires: Millis;
}

export interface ShelfLimits {
  readonly bundles: number;
  readonly bundleBytes: number;
  readonly removedBundles: number;
}

/** Refuses what is too old or from the future; gives the time at which the bundle ends. */
export const bundleExpiry = (bundle: Bundle, now: Millis): Result<Millis> => {
  const created = fromWireMinute(bundle.created);
  if (created > now + FUTURE_TOLERANCE) return refuse('from-the-future');
  const expires = (created + BUNDLE_TTL) as Millis;
  return expires <= now ? refuse('expired') : ok(expires);
};

export const createBundleShelf = (limits: ShelfLimits): BundleShelf => {
  const bundles = new Map<MessageId, StoredBundle>();
  const short = new Map<string, StoredBundle>();
  const removed = new Map<MessageId, Removed>();
  const index = createSetIndex();
  let bytes = 0;

  const load = (bundle: StoredBundle): void => {
    bundles.set(bundle.id, bundle);
    short.set(bundle.id.slice(0, 16), bundle);
    index.add(bundle.id.slice(0, 16));
    bytes += bundle.raw.length;
  };
  const drop = (bundle: StoredBundle): void => {
    if (!bundles.delete(bundle.id)) return;
    short.delete(bundle.id.slice(0, 16));
    index.remove(bundle.id.slice(0, 16));
    bytes -= bundle.raw.length;
  };
  const loadRemoved = (id: MessageId, entry: Removed): void => {
    removed.set(id, entry);
    if (removed.size <= limits.removedBundles) return;
    const oldest = removed.keys().next();
    if (!oldest.done) removed.delete(oldest.value);
  };

  return {
    put: (id, bundle, raw, now) => {
      const expires = bundleExpiry(bundle, now);
      if (!expires.ok) return expires;
      if (removed.has(id)) return refuse('replayed');
      if (bundles.has(id)) return ok('known');
      if (bundles.size >= limits.bundles || bytes + raw.length > limits.bundleBytes) return refuse('over-capacity');
      load({ id, bucket: bundle.bucket, raw, expires: expires.value });
      return ok('new');
    },
    get: (id) => bundles.get(id),
    byShortId: (id) => short.get(id),
    remove: (id, secret, now) => {
      const bundle = bundles.get(id);
      if (bundle === undefined) return refuse('not-found');
      if (!removalMatches(bundle.raw, secret)) return refuse('bad-signature');
      drop(bundle);
      if (bundle.expires > now) loadRemoved(id, { secret, expires: bundle.expires });
      return ok(bundle);
    },
    removed: (id) => removed.get(id),
    load,
    loadRemoved,
    expire: (now) => {
      const gone = [...bundles.values()].filter((bundle) => bundle.expires <= now);
      for (const bundle of gone) drop(bundle);
      const removals = [...removed].filter(([, entry]) => entry.expires <= now).map(([id]) => id);
      for (const id of removals) removed.delete(id);
      return { bundles: gone, removals };
    },
    nextExpiry: () => {
      // Insertion order is close to order of expiry; a minute's slack costs nothing.
      const first = bundles.values().next();
      const firstRemoved = removed.values().next();
      const times = [
        ...(first.done ? [] : [first.value.expires]),
        ...(firstRemoved.done ? [] : [firstRemoved.value.expires]),
      ];
      return times.length === 0 ? undefined : (Math.min(...times) as Millis);
    },
    *inBuckets(wanted) {
      for (const bundle of bundles.values()) if (wanted(bundle.bucket)) yield bundle;
    },
    index,
    get size() {
      return bundles.size;
    },
    get bytes() {
      return bytes;
    },
    get removals() {
      return removed.size;
    },
  };
};
