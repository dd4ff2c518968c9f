import type { Bucket } from '#core/brand.ts';
import type { BundleShelf } from '#engine/bundles/bundle-shelf.ts';
import type { EngineConfig } from '#engine/config.ts';
import type { Context } from '#engine/context.ts';
import { listensTo, type Peer } from '#engine/links/peer.ts';
import { createSetIndex } from '#engine/sync/set-index.ts';
import type { SyncSet } from '#engine/sync/sync-set.ts';
import { createKeyedBuckets } from '#engine/token-bucket.ts';

/**
 * The bundles of a link as a set to compare (docs/protocol/sync.md): between two relays all of them, otherwise those in the
 * buckets in which the leaf waits.
 */
export interface BundleSetRules {
  readonly config: EngineConfig;
  readonly shelf: BundleShelf;
  /** Those in which this node waits, if it is a leaf. */
  readonly buckets: () => ReadonlySet<Bucket>;
}

/** Most nodes keep no bundles, and compare them with every beacon. Nobody adds to it. */
const NONE = createSetIndex();

export const createBundleSet = (context: Context, { config, shelf, buckets }: BundleSetRules): SyncSet => {
  const isRelay = config.role === 'relay';
  const joinsRelays = (peer: Peer): boolean => isRelay && peer.hello?.relay === true;
  /** As many as a relay takes from one address: more would only be refused, and come again in every round. */
  const handed = createKeyedBuckets(config.limits.bundlesPerRemote, config.limits.keysWatched);
  return {
    id: 2,
    index: (peer) => {
      if (joinsRelays(peer)) return shelf.index;
      if (shelf.size === 0) return NONE;
      // Who is a leaf, we or the peer, decides which buckets this comparison is about.
      const relevant = isRelay
        ? (bucket: Bucket) => listensTo(peer.listens, bucket)
        : (bucket: Bucket) => buckets().has(bucket);
      const ids: string[] = [];
      for (const bundle of shelf.inBuckets(relevant)) ids.push(bundle.id.slice(0, 16));
      return createSetIndex(ids);
    },
    bytesOf: (id) => shelf.byShortId(id)?.raw,
    offer: (peer) => joinsRelays(peer) && handed.take(String(peer.link), context.now()),
  };
};
