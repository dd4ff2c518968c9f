/** What of an engine's parts its radio works with. */
import type { PeerTable } from '#engine/links/peer.ts';
import type { IdentityBook } from '#engine/records/identity-book.ts';
import type { KeyBook } from '#engine/records/key-book.ts';
import type { RecordIntake } from '#engine/records/record-intake.ts';
import type { RevocationBook } from '#engine/records/revocation-book.ts';
import type { SlotShelf } from '#engine/records/slot-shelf.ts';
import type { Gossip } from '#engine/sync/gossip.ts';

export interface AirParts {
  readonly peers: PeerTable;
  readonly identities: IdentityBook;
  readonly keys: KeyBook;
  readonly slots: SlotShelf;
  readonly records: RecordIntake;
  readonly revocations: RevocationBook;
  readonly gossip: Gossip;
}
