import type { SlotShelf } from '#engine/records/slot-shelf.ts';
import type { SyncSet } from '#engine/sync/sync-set.ts';

/** A set of public records, as every peer may see it: announcements, identity records, revocations. */
export const recordSet = (id: 0 | 1 | 3, source: Pick<SlotShelf, 'index' | 'bytesOf'>): SyncSet => ({
  id,
  index: () => source.index,
  bytesOf: source.bytesOf,
  offer: () => true,
});
