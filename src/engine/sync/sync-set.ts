import type { Beacon } from '#core/wire/beacon.ts';
import type { KindName } from '#core/wire/kinds.ts';
import type { SetId } from '#core/wire/set-id.ts';
import type { Peer } from '#engine/links/peer.ts';
import type { SetIndex } from '#engine/sync/set-index.ts';

/** What is synchronised, by which frames, and what else a beacon carries (docs/protocol/sync.md). */
export interface SyncSet {
  readonly id: SetId;
  /** The set as this peer may see it. */
  index(peer: Peer): SetIndex;
  bytesOf(id: string): Uint8Array | undefined;
  /** The peer does not have what we have: true when we should hand it over. */
  offer(peer: Peer, id: string): boolean;
}

const SYNC_KINDS = ['beacon', 'bins', 'ids', 'want', 'estimate', 'symbols', 'more', 'pick'] as const;
export type SyncKind = (typeof SYNC_KINDS)[number];
export const isSyncKind = (kind: KindName): kind is SyncKind => SYNC_KINDS.some((one) => one === kind);

export interface SetSyncHooks {
  /** Both sides know the same. */
  onSynced(peer: Peer): void;
  /** What our beacon says beside the digests, and what a peer's does. */
  place(): Omit<Beacon, 'kind' | 'sets'>;
  onPlace(peer: Peer, beacon: Beacon): void;
}
