import type { MessageId, Millis } from '#core/brand.ts';
import { decodePracticeCalendar, type PracticeCalendar } from '#core/calendar/practice-calendar.ts';
import { messageIdOf } from '#core/crypto/address.ts';
import { BUNDLE_TTL } from '#core/domain/limits.ts';
import type { TallyDay } from '#core/domain/practice-tally.ts';
import { fromWireMinute } from '#core/domain/wire-time.ts';
import type { Result } from '#core/result.ts';
import { decodeBundle } from '#core/wire/bundle.ts';
import { readRemoved } from '#engine/bundles/bundle-exchange.ts';
import type { Removed, StoredBundle } from '#engine/bundles/bundle-shelf.ts';
import type { OutboxEntry } from '#engine/bundles/outbox-entry.ts';
import { decodeOutboxRecord } from '#engine/bundles/outbox-record.ts';
import { type BackupContent, decodeBackupContent } from '#engine/fapp/backup-content.ts';
import { BLOCKED_KEY, type BlockedSender, decodeBlockedSenders } from '#engine/fapp/blocked-senders.ts';
import { decodeHeldDecision, type HeldDecision } from '#engine/fapp/held-decision.ts';
import { decodeInboxRecord, type InboxRecord } from '#engine/fapp/inbox-entry.ts';
import { decodeOwnOffer, type OwnOffer } from '#engine/fapp/own-offer.ts';
import { decodePatientRequest, type PatientRequest } from '#engine/fapp/patient-request.ts';
import { BACKUP_KEY } from '#engine/fapp/practice-backup.ts';
import { CALENDAR_KEY } from '#engine/fapp/practice-calendar.ts';
import { decodePracticeRecord, type PracticeRecord } from '#engine/fapp/practice-record.ts';
import { decodePracticeTally, TALLY_KEY } from '#engine/fapp/practice-tally.ts';
import { decodeWishList, WISHES_KEY, type WishList } from '#engine/fapp/wish-list.ts';
import { decodeRoutedRecord, type RoutedRecord } from '#engine/mesh/routed-record.ts';
import { decodePeerEntry, type PeerEntry } from '#engine/peers/peer-entry.ts';
import { IDENTITIES_PACK_KEY } from '#engine/records/kept-identities.ts';
import { SNAPSHOT_KEY } from '#engine/records/slot-shelf.ts';
import { decodeWitnesses, WITNESSES_KEY, type Witness } from '#engine/records/witnessed-time.ts';
import type { StoreEntry, Table } from '#ports/store.ts';

/** What a node had persisted, read back when it starts. Records that cannot be read are counted, never guessed. */
export interface LoadedState {
  /** As they were kept: not read yet, because they are many. */
  readonly identities: readonly StoreEntry[];
  readonly packedIdentities: Uint8Array | undefined;
  /** The packed slot store, and the records that came after it. */
  readonly snapshot: Uint8Array | undefined;
  readonly announces: readonly Uint8Array[];
  readonly bundles: readonly StoredBundle[];
  readonly removed: readonly (readonly [MessageId, Removed])[];
  readonly routed: readonly RoutedRecord[];
  readonly outbox: readonly OutboxEntry[];
  readonly requests: readonly PatientRequest[];
  readonly wishes: WishList | undefined;
  readonly offers: readonly OwnOffer[];
  readonly calendar: PracticeCalendar | undefined;
  /** A backup that waits for the end of a restore. */
  readonly backup: BackupContent | undefined;
  readonly inbox: readonly InboxRecord[];
  readonly held: readonly HeldDecision[];
  readonly blocked: readonly BlockedSender[];
  readonly tally: readonly TallyDay[];
  readonly peers: readonly PeerEntry[];
  /** As engine/discovery/assignments.ts wrote it. */
  readonly assignments: Uint8Array | undefined;
  readonly practice: PracticeRecord | undefined;
  readonly revocations: readonly Uint8Array[];
  readonly syncedAt: Millis | undefined;
  readonly witnesses: readonly Witness[];
  readonly unreadable: number;
}

/** The tables that `parseState` reads, whole. */
export const STATE_TABLES = [
  'meta',
  'identities',
  'snapshot',
  'announces',
  'bundles',
  'removed',
  'routed',
  'outbox',
  'requests',
  'offers',
  'inbox',
  'commands',
  'peers',
] as const satisfies readonly Table[];

export type StateTables = Readonly<Record<(typeof STATE_TABLES)[number], readonly StoreEntry[]>>;

const toBundle = ({ value }: StoreEntry): StoredBundle | undefined => {
  const bundle = decodeBundle(value);
  if (!bundle.ok) return undefined;
  const expires = (fromWireMinute(bundle.value.created) + BUNDLE_TTL) as Millis;
  return { id: messageIdOf(value), bucket: bundle.value.bucket, raw: value, expires };
};

export const parseState = (tables: StateTables): LoadedState => {
  let unreadable = 0;
  const read = <T>(entries: readonly StoreEntry[], parse: (entry: StoreEntry) => T | undefined): T[] =>
    entries.flatMap((entry) => {
      const value = parse(entry);
      if (value !== undefined) return [value];
      unreadable++;
      return [];
    });
  const decoded =
    <T>(decode: (bytes: Uint8Array) => Result<T>) =>
    (entry: StoreEntry): T | undefined => {
      const result = decode(entry.value);
      return result.ok ? result.value : undefined;
    };
  /** The one record of another kind that a table holds under a key of its own. */
  const one = <T>(table: readonly StoreEntry[], at: string, decode: (bytes: Uint8Array) => Result<T>): T | undefined =>
    read(
      table.filter(({ key }) => key === at),
      decoded(decode),
    )[0];
  const valueIn = (table: 'meta' | 'snapshot', name: string): Uint8Array | undefined =>
    tables[table].find(({ key }) => key === name)?.value;
  const state = {
    identities: tables.identities,
    packedIdentities: valueIn('snapshot', IDENTITIES_PACK_KEY),
    snapshot: valueIn('snapshot', SNAPSHOT_KEY),
    announces: tables.announces.map(({ value }) => value),
    bundles: read(tables.bundles, toBundle),
    removed: read(tables.removed, ({ key, value }) => {
      const removed = readRemoved(value);
      return removed === undefined ? undefined : ([key as MessageId, removed] as const);
    }),
    routed: read(tables.routed, decoded(decodeRoutedRecord)),
    outbox: read(tables.outbox, decoded(decodeOutboxRecord)),
    requests: read(
      tables.requests.filter(({ key }) => key !== WISHES_KEY),
      decoded(decodePatientRequest),
    ),
    wishes: one(tables.requests, WISHES_KEY, decodeWishList),
    offers: read(
      tables.offers.filter(({ key }) => key !== CALENDAR_KEY),
      decoded(decodeOwnOffer),
    ),
    calendar: one(tables.offers, CALENDAR_KEY, decodePracticeCalendar),
    backup: one(tables.inbox, BACKUP_KEY, decodeBackupContent),
    inbox: read(
      tables.inbox.filter(({ key }) => ![BLOCKED_KEY, BACKUP_KEY, TALLY_KEY].includes(key)),
      decoded(decodeInboxRecord),
    ),
    blocked: one(tables.inbox, BLOCKED_KEY, decodeBlockedSenders) ?? [],
    tally: one(tables.inbox, TALLY_KEY, decodePracticeTally) ?? [],
    held: read(tables.commands, decoded(decodeHeldDecision)),
    peers: read(tables.peers, decoded(decodePeerEntry)),
    assignments: valueIn('meta', 'assignments'),
    practice: one(tables.meta, 'practice', decodePracticeRecord),
    revocations: tables.meta.filter(({ key }) => key.startsWith('revocations ')).map(({ value }) => value),
    syncedAt: readMillis(valueIn('meta', 'synced')),
    witnesses: one(tables.meta, WITNESSES_KEY, decodeWitnesses) ?? [],
  };
  return { ...state, unreadable };
};

export const encodeMillis = (at: Millis): Uint8Array => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, at);
  return bytes;
};

const readMillis = (bytes: Uint8Array | undefined): Millis | undefined =>
  bytes?.length === 8 ? (new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0) as Millis) : undefined;
