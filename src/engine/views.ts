import type { Millis, NodeAddress, OfferId } from '#core/brand.ts';
import { toHex } from '#core/bytes/hex.ts';
import type { Outbox } from '#engine/bundles/outbox.ts';
import type { Context } from '#engine/context.ts';
import type { HeldDecision } from '#engine/fapp/held-decision.ts';
import type { InboxRecord } from '#engine/fapp/inbox-entry.ts';
import type { OwnOffer } from '#engine/fapp/own-offer.ts';
import type { PatientRequest } from '#engine/fapp/patient-request.ts';
import type { PracticeRecord } from '#engine/fapp/practice-record.ts';
import type { Parts } from '#engine/parts.ts';
import type { KnownIdentity } from '#engine/records/identity-book.ts';
import type { StoredOffer } from '#engine/slots/slot-record.ts';
import type { SlotStore } from '#engine/slots/slot-store.ts';
import type { TableSize } from '#engine/tables.ts';

/** What an engine knows, read only: for the interface, for status pages, for tests. */
export interface Views {
  readonly slots: SlotStore;
  offer(practice: NodeAddress, offer: OfferId): StoredOffer | undefined;
  identity(address: NodeAddress): KnownIdentity | undefined;
  requests(): readonly PatientRequest[];
  practice(): PracticeRecord | undefined;
  offers(): readonly OwnOffer[];
  inbox(): readonly InboxRecord[];
  held(): readonly HeldDecision[];
  outbox(): ReturnType<Outbox['entries']>;
  status(): EngineStatus;
  /** The roots of the sets of public records, in hex: equal where two nodes know the same. */
  digest(): string;
  /** Every bounded table, and how full it is. */
  tables(): readonly TableSize[];
}

export interface EngineStatus {
  readonly syncedAt: Millis | undefined;
  readonly skew: Millis | undefined;
  readonly announcements: number;
  readonly identities: number;
  readonly bundles: number;
  readonly bundleBytes: number;
  /** What is owed to the network, and what was decided and waits to happen. */
  readonly queued: number;
  readonly links: number;
  readonly pendingCrypto: number;
}

export const createViews = (context: Context, parts: Parts): Views => ({
  slots: parts.slots.store,
  offer: (practice, offer) => parts.slots.store.get(practice, offer),
  identity: (address) => parts.identities.get(address),
  requests: () => [...parts.patient.all()],
  practice: () => parts.identity.current(),
  offers: () => [...parts.offers.all()],
  inbox: () => [...parts.inbox.all()].filter((entry) => entry.phase !== 'refused'),
  held: () => [...parts.held.all()],
  outbox: () => parts.outbox.entries(),
  digest: () => [parts.slots, parts.identities, parts.revocations].map(({ index }) => toHex(index.root())).join(' '),
  tables: () => context.tables.sizes(),
  status: () => ({
    syncedAt: parts.syncedAt(),
    skew: parts.skew(),
    announcements: parts.slots.store.size,
    identities: parts.identities.size,
    bundles: parts.shelf.size,
    bundleBytes: parts.shelf.bytes,
    queued: parts.outbox.size + [...parts.held.all()].length,
    links: parts.peers.size,
    pendingCrypto: context.crypto.pending(),
  }),
});
