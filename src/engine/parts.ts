import type { Bucket, MessageId, Millis, OfferId } from '#core/brand.ts';
import { equalBytes } from '#core/bytes/compare.ts';
import { ISSUE_SKEW } from '#core/domain/limits.ts';
import { CAPABILITY } from '#core/domain/values.ts';
import type { Bundle } from '#core/wire/bundle.ts';
import { type BundleExchange, createBundleExchange } from '#engine/bundles/bundle-exchange.ts';
import { type BundleShelf, createBundleShelf } from '#engine/bundles/bundle-shelf.ts';
import { type CustodyDesk, createCustodyDesk } from '#engine/bundles/custody-desk.ts';
import { createOpener } from '#engine/bundles/opener.ts';
import { createOutbox, type Outbox, type OutboxPhase } from '#engine/bundles/outbox.ts';
import type { OutboxEntry } from '#engine/bundles/outbox-entry.ts';
import type { EngineConfig } from '#engine/config.ts';
import type { Context } from '#engine/context.ts';
import { createHeldDecisions, type HeldDecisions } from '#engine/fapp/held-decisions.ts';
import { createPatientRequests, type PatientRequests } from '#engine/fapp/patient-requests.ts';
import { createPracticeIdentity, type PracticeIdentity } from '#engine/fapp/practice-identity.ts';
import { createPracticeInbox, type PracticeInbox } from '#engine/fapp/practice-inbox.ts';
import { createPracticeOffers, type PracticeOffers } from '#engine/fapp/practice-offers.ts';
import { createQueryDesk, type QueryDesk } from '#engine/fapp/query-desk.ts';
import { createGreeting, type Greeting } from '#engine/links/greeting.ts';
import { bucketMap, LISTEN_TO_ALL, listensTo, type Peer, type PeerTable } from '#engine/links/peer.ts';
import { encodeMillis, type LoadedState } from '#engine/loaded-state.ts';
import { createPeerParts, type PeerParts } from '#engine/peers/peer-parts.ts';
import { createIdentityBook, type IdentityBook, type KnownIdentity, shortId } from '#engine/records/identity-book.ts';
import { createOwnIssuer, type OwnIssuer } from '#engine/records/own-issuer.ts';
import { createRecordIntake, type RecordIntake } from '#engine/records/record-intake.ts';
import { createRelayIdentity } from '#engine/records/relay-identity.ts';
import { createRevocationBook, type RevocationBook } from '#engine/records/revocation-book.ts';
import { createSlotShelf, type SlotShelf } from '#engine/records/slot-shelf.ts';
import { createGossip, type Gossip } from '#engine/sync/gossip.ts';
import { createSetSync, momentaryIndex, type SetSync, type SyncSet } from '#engine/sync/set-sync.ts';

/** The parts of an engine and how they hang together: the only place that knows all of them. */
export interface Parts extends PeerParts {
  readonly greeting: Greeting;
  readonly sync: SetSync;
  readonly gossip: Gossip;
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
  readonly held: HeldDecisions;
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
  parts.registry.load(state.peers);
  parts.revocations.load(state.revocations);
  parts.own.loadIdentities(state.identities);
  for (const { address, record, trust } of parts.identities.all()) {
    // What the snapshot does not know: who was judged anew since, and who began a new epoch.
    if (record.epoch > 0) parts.slots.raiseEpoch(address, record.epoch);
    parts.slots.setTrust(address, trust.level);
  }
  for (const raw of state.announces) {
    parts.slots.recall(raw, (address) => parts.identities.get(address)?.trust.level ?? 0);
  }
  if (state.practice !== undefined) parts.identity.load(state.practice);
  parts.offers.load(state.offers);
  parts.inbox.load(state.inbox);
  parts.held.load(state.held);
  parts.patient.load(state.requests);
  parts.outbox.load(state.outbox);
  if (state.unreadable > 0) context.count('unreadable', '', state.unreadable);
  parts.identity.refresh();
  parts.offers.schedule();
  parts.inbox.refresh();
  parts.held.refresh();
  parts.patient.refresh();
  parts.bundles.expire();
  parts.slots.expire();
};

export const createParts = (context: Context, config: EngineConfig, state: LoadedState): Parts => {
  const parts = wire(context, config, state);
  load(parts, state, context);
  if (config.role === 'relay' && config.identity !== undefined) {
    createRelayIdentity(context, config.identity, parts.own, parts.identities, CAPABILITY.RELAY);
  }
  return parts;
};

/** What everything else stands on: who is linked, who is known, what is kept. */
const layGround = (context: Context, config: EngineConfig, snapshot: Uint8Array | undefined) => ({
  ...createPeerParts(context, config),
  greeting: createGreeting(context, config),
  identities: createIdentityBook(config.limits.identities),
  slots: createSlotShelf(context, {
    capacity: config.limits.announcements,
    snapshot,
    // A relay starts seldom, and its disk is asked often.
    packs: config.role === 'leaf',
  }),
  shelf: createBundleShelf(config.limits),
});
type Ground = ReturnType<typeof layGround>;

/** What is told upwards; the practice and the patient's requests are made after the records. */
interface RecordHooks {
  readonly onPhase: (entry: OutboxEntry, phase: OutboxPhase) => void;
  readonly onIdentity: (known: KnownIdentity) => void;
  readonly onParked: (peer: Peer, id: MessageId) => void;
}

const wireRecords = (context: Context, config: EngineConfig, ground: Ground, hooks: RecordHooks) => {
  const { peers, identities, slots, watch } = ground;
  const { resend } = config.timing;
  const outbox = createOutbox(context, peers, { capacity: config.limits.outbox, resend, onPhase: hooks.onPhase });
  const revocations = createRevocationBook(context, config, () => own.rejudge());
  const onIdentity = (known: KnownIdentity): void => {
    own.known(known);
    hooks.onIdentity(known);
  };
  const lists = revocations.lists;
  const { onParked } = hooks;
  const records = createRecordIntake(context, {
    config,
    peers,
    identities,
    slots,
    revocations: lists,
    onIdentity,
    onParked,
  });
  const own: OwnIssuer = createOwnIssuer(context, { config, peers, identities, slots, records, outbox, revocations });
  const custody = createCustodyDesk(context, {
    identity: config.identity,
    identities,
    peers,
    onCustody: (ids, keeper) => {
      for (const id of ids) if (outbox.custody(id)) watch.onCustody(keeper);
    },
  });
  return { outbox, revocations, records, own, custody };
};
type Records = ReturnType<typeof wireRecords>;

const wirePeople = (
  context: Context,
  config: EngineConfig,
  { peers, identities, slots, shelf }: Ground,
  { outbox, own, custody }: Records,
  mayIssue: () => boolean,
) => {
  const { coalesce, refresh, rejectDelay } = config.timing;
  const identity = createPracticeIdentity(context, {
    records: own,
    known: (address) => identities.get(address)?.record,
    onNewEpoch: () => offers.markAllDirty(),
    mayIssue,
  });
  const trust = () => {
    const address = identity.current()?.address;
    const judged = address === undefined ? undefined : identities.get(address)?.trust;
    return { level: judged?.level ?? 0, zulassung: judged?.credential?.zulassung } as const;
  };
  const onWithdrawn = (offer: OfferId, start: Millis): void => inbox.onWithdrawn(offer, start);
  const offerRules = { identity, records: own, trust, mayIssue, coalesce, refresh, onWithdrawn };
  const offers: PracticeOffers = createPracticeOffers(context, offerRules);
  const open = (bundle: Bundle, raw: Uint8Array): void => opener.open(bundle, raw);
  const bundles: BundleExchange = createBundleExchange(context, { config, shelf, peers, outbox, custody, open });
  const { inbox: inboxCapacity, requests } = config.limits;
  const inboxRules = { identity, offers, bundles, capacity: inboxCapacity, rejectDelay };
  const inbox: PracticeInbox = createPracticeInbox(context, inboxRules);
  const held = createHeldDecisions(context, inbox, offers);
  const patient: PatientRequests = createPatientRequests(context, {
    bundles,
    outbox,
    identities,
    announceOf: (practice, offer) => slots.store.get(practice, offer)?.announce,
    capacity: requests,
  });
  const opener = createOpener(context, { patient, identity, inbox, bundles: () => bundles });
  return { identity, offers, bundles, inbox, held, patient, opener };
};
type People = ReturnType<typeof wirePeople>;

/** Our clock minus the relay's, where they differ most. */
const worstSkew = (peers: PeerTable): Millis | undefined => {
  const relays = peers.ready().filter((peer) => peer.dialled && peer.hello?.relay);
  const skews = relays.map((peer) => peer.hello?.skew ?? 0);
  return skews.length === 0 ? undefined : (skews.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a)) as Millis);
};

const wireSync = (
  context: Context,
  config: EngineConfig,
  { identities, slots, shelf }: Ground,
  { revocations }: Records,
  { opener, identity }: People,
  lastSynced: Millis | undefined,
) => {
  let syncedAt = lastSynced;
  const sets = [
    recordSet(1, identities),
    recordSet(3, revocations),
    recordSet(0, slots),
    bundleSet(shelf, config.role, opener.buckets),
  ];
  const sync = createSetSync(context, sets, config.timing, (peer) => {
    if (!peer.hello?.relay) return;
    syncedAt = context.now();
    context.persist({ op: 'put', table: 'meta', key: 'synced', value: encodeMillis(syncedAt) });
    context.notify('status');
    identity.onSynced();
  });
  return { sync, syncedAt: () => syncedAt };
};

/** Tells relays which buckets we wait in, and compares bundles anew, whenever a step has changed that. */
const createBucketWatch = (ground: Ground, sync: SetSync, buckets: () => Set<Bucket>): (() => void) => {
  let last: Uint8Array = new Uint8Array(32);
  return () => {
    const now = buckets();
    const map = bucketMap(now);
    if (equalBytes(map, last)) return;
    last = map;
    for (const peer of ground.peers.ready()) {
      ground.greeting.listen(peer, now);
      sync.again(peer);
    }
  };
};

const wire = (context: Context, config: EngineConfig, state: LoadedState): Parts => {
  const ground = layGround(context, config, state.snapshot);
  const { peers, greeting } = ground;
  const mayIssue = (): boolean => Math.abs(worstSkew(peers) ?? 0) <= ISSUE_SKEW;
  const records = wireRecords(context, config, ground, {
    onPhase: (entry, phase) => {
      const [owner = '', id = ''] = entry.owner.split(':');
      context.notify('status');
      if (phase === 'expired') return;
      if (owner === 'request') people.patient.onPhase(id, phase);
      else if (owner === 'cancel' && phase === 'custody') people.patient.onCancelHeld(id);
      else if (owner === 'answer') people.inbox.onPhase(id, phase);
      else if (owner === 'offer') people.offers.onPhase(Number(id) as OfferId, phase);
    },
    onIdentity: (known) => {
      context.notify('slots');
      people.patient.onEpoch(known.address, known.record.epoch);
      if (known.address !== people.identity.current()?.address) return;
      people.identity.onOwnRecord(known.record);
      context.notify('practice');
    },
    // It is not asked for again on this link; when its key comes it is judged.
    onParked: (peer, id) => void sync.arrived(peer, shortId(id), false),
  });
  const people: People = wirePeople(context, config, ground, records, mayIssue);
  const { opener, ...named } = people;
  const { sync, syncedAt } = wireSync(context, config, ground, records, people, state.syncedAt);
  const isRelay = config.role === 'relay';
  const watchBuckets = createBucketWatch(ground, sync, opener.buckets);
  return {
    ...ground,
    ...records,
    ...named,
    sync,
    gossip: createGossip(context, { peers, serves: isRelay, interval: config.timing.gossip }),
    queries: createQueryDesk(context, ground),
    syncedAt,
    skew: () => worstSkew(peers),
    welcome: (peer) => {
      ground.watch.met(peer);
      records.own.introduce(peer);
      greeting.listen(peer, isRelay ? LISTEN_TO_ALL : opener.buckets());
      if (peer.hello?.wantsSync && !peer.constrained) sync.start(peer);
      records.outbox.offer(peer);
      context.notify('status');
      people.identity.refresh();
    },
    afterStep: () => {
      if (!isRelay) watchBuckets();
    },
  };
};
