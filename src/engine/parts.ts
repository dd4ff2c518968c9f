import type { Bucket, Millis, OfferId } from '#core/brand.ts';
import { equalBytes } from '#core/bytes/compare.ts';
import { ISSUE_SKEW } from '#core/domain/limits.ts';
import { CAPABILITY } from '#core/domain/values.ts';
import { type BundleExchange, createBundleExchange } from '#engine/bundles/bundle-exchange.ts';
import { type BundleShelf, createBundleShelf } from '#engine/bundles/bundle-shelf.ts';
import { type CustodyDesk, createCustodyDesk } from '#engine/bundles/custody-desk.ts';
import { createOpener } from '#engine/bundles/opener.ts';
import { createOutbox, type Outbox, type OutboxEntry, type OutboxPhase } from '#engine/bundles/outbox.ts';
import type { EngineConfig } from '#engine/config.ts';
import type { Context } from '#engine/context.ts';
import { createPatientRequests, type PatientRequests } from '#engine/fapp/patient-requests.ts';
import { createPracticeIdentity, type PracticeIdentity } from '#engine/fapp/practice-identity.ts';
import { createPracticeInbox, type PracticeInbox } from '#engine/fapp/practice-inbox.ts';
import { createPracticeOffers, type PracticeOffers } from '#engine/fapp/practice-offers.ts';
import { createQueryDesk, type QueryDesk } from '#engine/fapp/query-desk.ts';
import { createGreeting, type Greeting } from '#engine/links/greeting.ts';
import { bucketMap, createPeerTable, LISTEN_TO_ALL, listensTo, type Peer, type PeerTable } from '#engine/links/peer.ts';
import { encodeMillis, type LoadedState } from '#engine/loaded-state.ts';
import { createIdentityBook, type IdentityBook } from '#engine/records/identity-book.ts';
import { createOwnIssuer, type OwnIssuer } from '#engine/records/own-issuer.ts';
import { createRecordIntake, type RecordIntake } from '#engine/records/record-intake.ts';
import { createRelayIdentity } from '#engine/records/relay-identity.ts';
import { createRevocationBook, type RevocationBook } from '#engine/records/revocation-book.ts';
import { createSlotShelf, type SlotShelf } from '#engine/records/slot-shelf.ts';
import { createSetSync, momentaryIndex, type SetSync, type SyncSet } from '#engine/sync/set-sync.ts';

/** The parts of an engine and how they hang together: the only place that knows all of them. */
export interface Parts {
  readonly peers: PeerTable;
  readonly greeting: Greeting;
  readonly sync: SetSync;
  readonly identities: IdentityBook;
  readonly slots: SlotShelf;
  readonly revocations: RevocationBook;
  readonly records: RecordIntake;
  readonly own: OwnIssuer;
  readonly shelf: BundleShelf;
  readonly bundles: BundleExchange;
  readonly custody: CustodyDesk;
  readonly outbox: Outbox;
  readonly queries: QueryDesk;
  readonly identity: PracticeIdentity;
  readonly offers: PracticeOffers;
  readonly inbox: PracticeInbox;
  readonly patient: PatientRequests;
  syncedAt(): Millis | undefined;
  /** Our clock minus the relay's, the one that differs most; undefined while no relay is there. */
  skew(): Millis | undefined;
  /** The peer's hello came: everything that begins with a link begins. */
  welcome(peer: Peer): void;
  /** What may have changed in a step and concerns every link. */
  afterStep(): void;
}

const bundleSet = (shelf: BundleShelf, role: EngineConfig['role'], buckets: () => Set<Bucket>): SyncSet => ({
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

const recordSet = (id: 0 | 1 | 3, source: Pick<SlotShelf, 'index' | 'bytesOf'>): SyncSet => ({
  id,
  index: () => source.index,
  bytesOf: source.bytesOf,
  offer: () => true,
});

const load = (parts: Parts, state: LoadedState, context: Context): void => {
  for (const bundle of state.bundles) parts.shelf.load(bundle);
  for (const [id, removed] of state.removed) parts.shelf.loadRemoved(id, removed);
  parts.revocations.load(state.revocations);
  parts.own.loadIdentities(state.identities);
  for (const raw of state.announces) {
    parts.slots.recall(raw, (address) => parts.identities.get(address)?.trust.level ?? 0);
  }
  if (state.practice !== undefined) parts.identity.load(state.practice);
  parts.offers.load(state.offers);
  parts.inbox.load(state.inbox);
  parts.patient.load(state.requests);
  parts.outbox.load(state.outbox);
  if (state.unreadable > 0) context.count('unreadable', '', state.unreadable);
  parts.identity.refresh();
  parts.offers.schedule();
  parts.inbox.refresh();
  parts.patient.refresh();
  parts.bundles.expire();
  parts.slots.expire();
};

export const createParts = (context: Context, config: EngineConfig, state: LoadedState): Parts => {
  const { limits, timing } = config;
  const peers = createPeerTable(limits);
  const greeting = createGreeting(context, config);
  const identities = createIdentityBook(limits.identities);
  const slots = createSlotShelf(context, limits.announcements);
  const shelf = createBundleShelf(limits);
  let syncedAt = state.syncedAt;
  let lastBuckets: Uint8Array = new Uint8Array(32);

  const skew = (): Millis | undefined => {
    const skews = peers
      .ready()
      .filter((peer) => peer.dialled && peer.hello?.relay)
      .map((peer) => peer.hello?.skew ?? 0);
    return skews.length === 0 ? undefined : (skews.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a)) as Millis);
  };
  const mayIssue = (): boolean => Math.abs(skew() ?? 0) <= ISSUE_SKEW;

  const onPhase = (entry: OutboxEntry, phase: OutboxPhase): void => {
    const [owner = '', id = ''] = entry.owner.split(':');
    context.notify('status');
    if (phase === 'expired') return;
    if (owner === 'request') patient.onPhase(id, phase);
    else if (owner === 'answer') inbox.onPhase(id, phase);
    else if (owner === 'offer') offers.onPhase(Number(id) as OfferId, phase);
  };
  const outbox = createOutbox(context, peers, { capacity: limits.outbox, resend: timing.resend, onPhase });

  const revocations = createRevocationBook(context, config, () => own.rejudge());
  const records = createRecordIntake(context, {
    config,
    peers,
    identities,
    slots,
    revocations: revocations.lists,
    onIdentity: (known) => {
      if (known.address === identity.current()?.address) {
        identity.onOwnRecord(known.record);
        context.notify('practice');
      }
      context.notify('slots');
    },
  });
  const own: OwnIssuer = createOwnIssuer(context, { config, peers, identities, slots, records, outbox, revocations });

  const identity = createPracticeIdentity(context, {
    records: own,
    known: (address) => identities.get(address)?.record,
    onNewEpoch: () => offers.markAllDirty(),
    mayIssue,
  });
  const ownTrust = () => {
    const address = identity.current()?.address;
    const trust = address === undefined ? undefined : identities.get(address)?.trust;
    return { level: trust?.level ?? 0, zulassung: trust?.credential?.zulassung } as const;
  };
  const offers: PracticeOffers = createPracticeOffers(context, {
    identity,
    records: own,
    trust: ownTrust,
    mayIssue,
    coalesce: timing.coalesce,
    refresh: timing.refresh,
    onWithdrawn: (offer, start) => inbox.onWithdrawn(offer, start),
  });
  const custody = createCustodyDesk(context, {
    identity: config.identity,
    identities,
    onCustody: (ids) => {
      for (const id of ids) outbox.custody(id);
    },
  });
  const bundles: BundleExchange = createBundleExchange(context, {
    config,
    shelf,
    peers,
    outbox,
    custody,
    open: (bundle, raw) => opener.open(bundle, raw),
  });
  const inbox: PracticeInbox = createPracticeInbox(context, {
    identity,
    offers,
    bundles,
    capacity: limits.inbox,
    rejectDelay: timing.rejectDelay,
  });
  const patient: PatientRequests = createPatientRequests(context, {
    bundles,
    outbox,
    identities,
    announceOf: (practice, offer) => slots.store.get(practice as never, offer as OfferId)?.announce,
    capacity: limits.requests,
  });
  const opener = createOpener(context, { patient, identity, inbox, bundles: () => bundles });
  const buckets = (): Set<Bucket> => opener.buckets();

  const onSynced = (peer: Peer): void => {
    if (!peer.hello?.relay) return;
    syncedAt = context.now();
    context.persist({ op: 'put', table: 'meta', key: 'synced', value: encodeMillis(syncedAt) });
    context.notify('status');
    identity.onSynced();
  };
  const sync = createSetSync(
    context,
    [recordSet(1, identities), recordSet(3, revocations), recordSet(0, slots), bundleSet(shelf, config.role, buckets)],
    timing,
    onSynced,
  );
  const queries = createQueryDesk(context, { peers, slots, identities });

  const parts: Parts = {
    peers,
    greeting,
    sync,
    identities,
    slots,
    revocations,
    records,
    own,
    shelf,
    bundles,
    custody,
    outbox,
    queries,
    identity,
    offers,
    inbox,
    patient,
    syncedAt: () => syncedAt,
    skew,
    welcome: (peer) => {
      own.introduce(peer);
      greeting.listen(peer, config.role === 'relay' ? LISTEN_TO_ALL : buckets());
      if (peer.hello?.wantsSync && !peer.constrained) sync.start(peer);
      outbox.offer(peer);
      context.notify('status');
      identity.refresh();
    },
    afterStep: () => {
      if (config.role === 'relay') return;
      const now = buckets();
      const map = bucketMap(now);
      if (equalBytes(map, lastBuckets)) return;
      lastBuckets = map;
      for (const peer of peers.ready()) {
        greeting.listen(peer, now);
        sync.again(peer);
      }
    },
  };
  load(parts, state, context);
  if (config.role === 'relay' && config.identity !== undefined) {
    createRelayIdentity(context, config.identity, own, identities, CAPABILITY.RELAY);
  }
  return parts;
};
