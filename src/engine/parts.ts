import type { Bucket, Millis, OfferId } from '#core/brand.ts';
import { equalBytes } from '#core/bytes/compare.ts';
import { ISSUE_SKEW } from '#core/domain/limits.ts';
import { CAPABILITY } from '#core/domain/values.ts';
import type { Air, CreateAir } from '#engine/air/air.ts';
import type { BundleExchange } from '#engine/bundles/bundle-exchange.ts';
import { createBundleSet } from '#engine/bundles/bundle-set.ts';
import type { BundleShelf } from '#engine/bundles/bundle-shelf.ts';
import type { CustodyDesk } from '#engine/bundles/custody-desk.ts';
import type { Outbox } from '#engine/bundles/outbox.ts';
import type { EngineConfig } from '#engine/config.ts';
import type { Context } from '#engine/context.ts';
import { type CapabilityQueries, createCapabilityQueries } from '#engine/discovery/capability-queries.ts';
import type { BlockedSenders } from '#engine/fapp/blocked-senders.ts';
import type { HeldDecisions } from '#engine/fapp/held-decisions.ts';
import type { PatientRequests } from '#engine/fapp/patient-requests.ts';
import type { PatientWishes } from '#engine/fapp/patient-wishes.ts';
import type { PickUps } from '#engine/fapp/pick-ups.ts';
import type { PracticeBackup } from '#engine/fapp/practice-backup.ts';
import type { PracticeCalendarDesk } from '#engine/fapp/practice-calendar.ts';
import type { PracticeIdentity } from '#engine/fapp/practice-identity.ts';
import type { PracticeInbox } from '#engine/fapp/practice-inbox.ts';
import type { PracticeOffers } from '#engine/fapp/practice-offers.ts';
import type { PracticeTally } from '#engine/fapp/practice-tally.ts';
import { createQueryDesk, type QueryDesk } from '#engine/fapp/query-desk.ts';
import type { Greeting } from '#engine/links/greeting.ts';
import { bucketMap, isBelow, LISTEN_TO_ALL, listensTo, type Peer, type PeerTable } from '#engine/links/peer.ts';
import type { Pulse } from '#engine/links/pulse.ts';
import { encodeMillis, type LoadedState } from '#engine/loaded-state.ts';
import type { Mesh } from '#engine/mesh/mesh.ts';
import { leafCapabilities } from '#engine/mesh/own-station.ts';
import type { PeerParts } from '#engine/peers/peer-parts.ts';
import type { IdentityBook } from '#engine/records/identity-book.ts';
import type { KeptIdentities } from '#engine/records/kept-identities.ts';
import type { KeyBook } from '#engine/records/key-book.ts';
import type { OwnIssuer } from '#engine/records/own-issuer.ts';
import type { RecordIntake } from '#engine/records/record-intake.ts';
import { createRelayIdentity } from '#engine/records/relay-identity.ts';
import type { RevocationBook } from '#engine/records/revocation-book.ts';
import type { SlotShelf } from '#engine/records/slot-shelf.ts';
import { createWitnessedTime, type WitnessedTime } from '#engine/records/witnessed-time.ts';
import { createGossip, type Gossip } from '#engine/sync/gossip.ts';
import { recordSet } from '#engine/sync/record-set.ts';
import { createSetSync, type SetSync } from '#engine/sync/set-sync.ts';
import type { Summaries } from '#engine/topology/summaries.ts';
import type { Topology } from '#engine/topology/topology.ts';
import { type People, wirePeople } from '#engine/wiring/people.ts';
import { type Ground, layGround, type Records, wireRecords } from '#engine/wiring/records.ts';
import { type Upper, wireUpper } from '#engine/wiring/upper.ts';

/** The parts of an engine and how they hang together: the only place that knows all of them. */
export interface Parts extends PeerParts {
  readonly greeting: Greeting;
  readonly sync: SetSync;
  readonly gossip: Gossip;
  readonly mesh: Mesh;
  readonly topology: Topology;
  readonly summaries: Summaries;
  readonly pulse: Pulse;
  readonly capable: CapabilityQueries;
  readonly identities: IdentityBook;
  readonly keys: KeyBook;
  readonly slots: SlotShelf;
  readonly revocations: RevocationBook;
  readonly records: RecordIntake;
  readonly kept: KeptIdentities;
  readonly own: OwnIssuer;
  readonly shelf: BundleShelf;
  readonly bundles: BundleExchange;
  readonly custody: CustodyDesk;
  readonly outbox: Outbox;
  readonly queries: QueryDesk;
  readonly identity: PracticeIdentity;
  readonly offers: PracticeOffers;
  readonly calendar: PracticeCalendarDesk;
  readonly backup: PracticeBackup;
  readonly inbox: PracticeInbox;
  readonly blocked: BlockedSenders;
  readonly held: HeldDecisions;
  readonly tally: PracticeTally;
  readonly patient: PatientRequests;
  readonly wishes: PatientWishes;
  readonly pickUps: PickUps;
  syncedAt(): Millis | undefined;
  /** Our clock minus the relay's, the one that differs most; undefined while no relay is there. */
  skew(): Millis | undefined;
  readonly time: Pick<WitnessedTime, 'floor' | 'isDoubted'>;
  /** The peer's hello came: everything that begins with a link begins. */
  welcome(peer: Peer): void;
  /** What may have changed in a step and concerns every link. */
  afterStep(): void;
  /** Undefined where this node has no radio. */
  air(): Air | undefined;
  equip(createAir: CreateAir): void;
}

const load = (parts: Parts, state: LoadedState, context: Context): void => {
  for (const bundle of state.bundles) parts.shelf.load(bundle);
  for (const [id, removed] of state.removed) parts.shelf.loadRemoved(id, removed);
  parts.registry.load(state.peers);
  parts.revocations.load(state.revocations);
  parts.kept.load(state.identities, state.packedIdentities);
  for (const raw of state.announces) {
    parts.slots.recall(raw, (address) => parts.identities.get(address)?.trust.level ?? 0);
  }
  if (state.practice !== undefined) parts.identity.load(state.practice);
  parts.offers.load(state.offers);
  if (state.calendar !== undefined) parts.calendar.load(state.calendar);
  if (state.backup !== undefined) parts.backup.load(state.backup);
  parts.tally.load(state.tally);
  parts.inbox.load(state.inbox);
  parts.blocked.load(state.blocked);
  parts.held.load(state.held);
  parts.patient.load(state.requests);
  if (state.wishes !== undefined) parts.wishes.load(state.wishes);
  parts.outbox.load(state.outbox);
  parts.mesh.messages.shelf.load(state.routed);
  parts.mesh.assignments.load(state.assignments);
  if (state.unreadable > 0) context.count('unreadable', '', state.unreadable);
  parts.identity.refresh();
  parts.offers.schedule();
  parts.inbox.refresh();
  parts.held.refresh();
  parts.calendar.refresh();
  parts.patient.refresh();
  parts.wishes.refresh();
  parts.bundles.expire();
  parts.slots.expire();
};

export const createParts = (context: Context, config: EngineConfig, state: LoadedState): Parts => {
  const parts = wire(context, config, state);
  load(parts, state, context);
  if (config.identity !== undefined) {
    const capabilities = config.role === 'relay' ? CAPABILITY.RELAY : leafCapabilities(config);
    createRelayIdentity(context, config.identity, parts.own, parts.identities, capabilities);
  }
  return parts;
};

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
  { identity, wishes }: People,
  buckets: () => ReadonlySet<Bucket>,
  lastSynced: Millis | undefined,
  upper: () => Upper,
) => {
  let syncedAt = lastSynced;
  const sets = [
    recordSet(1, identities),
    recordSet(3, revocations),
    recordSet(0, slots),
    createBundleSet(context, { config, shelf, buckets }),
  ];
  const onSynced = (peer: Peer): void => {
    if (!peer.hello?.relay) return;
    identity.onSynced();
    wishes.onSynced();
    // Beacons come every second; what is shown and kept is no finer than this.
    if (syncedAt !== undefined && context.now() - syncedAt < SYNCED_GRAIN) return;
    // From now on an empty answer means that nothing is free, and not that nothing is known.
    if (syncedAt === undefined) context.notify('slots');
    syncedAt = context.now();
    context.persist({ op: 'put', table: 'meta', key: 'synced', value: encodeMillis(syncedAt) });
    context.notify('status');
  };
  const sync = createSetSync(context, sets, config.timing, {
    onSynced,
    place: (peer) => upper().beacon(peer),
    onPlace: (peer, beacon) => upper().onBeacon(peer, beacon),
  });
  return { sync, syncedAt: () => syncedAt };
};

/** Between two times at which everything was known to be here, in milliseconds. */
const SYNCED_GRAIN = 5_000;

/** The buckets in which stations wait for which we carry, with our own. The same object where there are none. */
const withThoseBelow = (peers: PeerTable, own: ReadonlySet<Bucket>): ReadonlySet<Bucket> => {
  if (peers.find(isBelow) === undefined) return own;
  const below = peers.ready().filter(isBelow);
  return new Set(
    LISTEN_TO_ALL.filter((b) => own.has(b as Bucket) || below.some(({ listens }) => listensTo(listens, b))) as Bucket[],
  );
};

/** Tells relays which buckets we wait in, and compares bundles anew, whenever a step has changed that. */
const createBucketWatch = (ground: Ground, sync: SetSync, buckets: () => ReadonlySet<Bucket>): (() => void) => {
  let last: Uint8Array = new Uint8Array(32);
  let seen: ReadonlySet<Bucket> | undefined;
  return () => {
    const now = buckets();
    if (now === seen) return;
    seen = now;
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
  const relayTime = (): Millis | undefined => {
    const skew = worstSkew(peers);
    return skew === undefined ? undefined : ((context.now() - skew) as Millis);
  };
  const time = createWitnessedTime(context, state.witnesses, relayTime);
  const records = wireRecords(context, config, ground, {
    time,
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
      air?.identityKnown(known);
      people.patient.onIdentity(known.address);
      upper.mesh.messages.keyKnown(known.address);
      if (known.address !== people.identity.current()?.address) return;
      people.identity.onOwnRecord(known.record);
      upper.mesh.announcing.changed();
      context.notify('practice');
    },
    onCustody: (ids) => upper.mesh.messages.custody(ids),
  });
  const people: People = wirePeople(context, config, ground, records, mayIssue);
  const { opener, ...named } = people;
  const buckets = (): ReadonlySet<Bucket> => withThoseBelow(peers, opener.buckets());
  const { sync, syncedAt } = wireSync(context, config, ground, records, people, buckets, state.syncedAt, () => upper);
  const isRelay = config.role === 'relay';
  const gossip = createGossip(context, { peers, serves: isRelay, interval: config.timing.gossip });
  const upper: Upper = wireUpper(context, config, { ground, records, people, sync, gossip, mayIssue });
  const watchBuckets = createBucketWatch(ground, sync, buckets);
  let air: Air | undefined;
  const parts: Parts = {
    ...ground,
    ...records,
    ...named,
    sync,
    gossip,
    ...upper,
    capable: createCapabilityQueries(context, {
      peers,
      nodes: upper.mesh.nodes,
      station: upper.mesh.station,
      routes: () => isRelay || upper.mesh.bridging.isBridge,
    }),
    queries: createQueryDesk(context, ground),
    syncedAt,
    skew: () => worstSkew(peers),
    time,
    welcome: (peer) => {
      ground.watch.met(peer);
      time.told(relayTime() ?? (Number.POSITIVE_INFINITY as Millis));
      records.own.introduce(peer);
      greeting.listen(peer, isRelay ? LISTEN_TO_ALL : buckets());
      if (peer.hello?.wantsSync && peer.can.syncs) sync.start(peer);
      records.outbox.offer(peer);
      upper.welcome(peer);
      context.notify('status');
      people.identity.refresh();
    },
    afterStep: () => {
      if (!isRelay) watchBuckets();
    },
    air: () => air,
    equip: (createAir) => {
      air ??= createAir(context, config, parts);
    },
  };
  return parts;
};
