import type { Bucket } from '#core/brand.ts';
import type { BundleShelf } from '#engine/bundles/bundle-shelf.ts';
import type { EngineConfig } from '#engine/config.ts';
import { listensTo } from '#engine/links/peer.ts';
import type { SlotShelf } from '#engine/records/slot-shelf.ts';
import { momentaryIndex, type SyncSet } from '#engine/sync/set-sync.ts';

/** What the sets that nodes share are made of (docs/protocol/sync.md): sealed bundles by bucket, and public records. */
export const bundleSet = (shelf: BundleShelf, role: EngineConfig['role'], buckets: () => Set<Bucket>): SyncSet => ({
  id: 2,
  index: (peer) => {
    // Who is a leaf, we or the peer, decides which buckets this comparison is about.
    const relevant =
      role === 'leaf'
        ? (bucket: Bucket) => buckets().has(bucket)
        : (bucket: Bucket) => peer.hello?.relay === true || listensTo(peer.listens, bucket);
    const ids: string[] = [];
    for (const bundle of shelf.inBuckets(relevant)) ids.push(bundle.id.slice(0, 16));
    return momentaryIndex(ids);
  },
  bytesOf: (id) => shelf.byShortId(id)?.raw,
  offer: (peer) => role === 'relay' && peer.hello?.relay === true,
});

export const recordSet = (id: 0 | 1 | 3, source: Pick<SlotShelf, 'index' | 'bytesOf'>): SyncSet => ({
  id,
  index: () => source.index,
  bytesOf: source.bytesOf,
  offer: () => true,
});
