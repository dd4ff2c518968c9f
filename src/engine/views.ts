import type { Bucket, Millis, NodeAddress, OfferId } from '#core/brand.ts';
import { toHex } from '#core/bytes/hex.ts';
import type { PracticeCalendar } from '#core/calendar/practice-calendar.ts';
import type { MeshLevel, MeshRole } from '#core/domain/mesh-place.ts';
import type { TallyDay } from '#core/domain/practice-tally.ts';
import type { CapableNode } from '#core/wire/capability-answer.ts';
import { KIND } from '#core/wire/kinds.ts';
import type { AirView } from '#engine/air/air.ts';
import type { Outbox } from '#engine/bundles/outbox.ts';
import type { Context } from '#engine/context.ts';
import type { HeldAssignment } from '#engine/discovery/assignments.ts';
import type { BackupContent } from '#engine/fapp/backup-content.ts';
import type { BlockedSender } from '#engine/fapp/blocked-senders.ts';
import type { HeldDecision } from '#engine/fapp/held-decision.ts';
import type { InboxRecord } from '#engine/fapp/inbox-entry.ts';
import type { OwnOffer } from '#engine/fapp/own-offer.ts';
import type { PatientRequest } from '#engine/fapp/patient-request.ts';
import type { PracticeRecord } from '#engine/fapp/practice-record.ts';
import type { Answered } from '#engine/fapp/query-desk.ts';
import type { WishList } from '#engine/fapp/wish-list.ts';
import type { Delivery } from '#engine/mesh/deliveries.ts';
import type { KnownNode } from '#engine/mesh/node-book.ts';
import type { TraceResult } from '#engine/mesh/probes.ts';
import type { Station } from '#engine/mesh/station.ts';
import type { Parts } from '#engine/parts.ts';
import { createPeerViews, type PeerViews } from '#engine/peers/peer-views.ts';
import type { KnownIdentity } from '#engine/records/identity-book.ts';
import type { StoredOffer } from '#engine/slots/slot-record.ts';
import type { SlotStore } from '#engine/slots/slot-store.ts';
import type { TableSize, TableVisit } from '#engine/tables.ts';
import type { ParentCounts } from '#engine/topology/parent-choice.ts';
import type { RegionCounts } from '#engine/topology/region-counts.ts';

/** What an engine knows, read only: for the interface, for status pages, for tests. */
export interface Views extends PeerViews {
  readonly slots: SlotStore;
  offer(practice: NodeAddress, offer: OfferId): StoredOffer | undefined;
  identity(address: NodeAddress): KnownIdentity | undefined;
  identities(): Iterable<KnownIdentity>;
  requests(): readonly PatientRequest[];
  wishes(): WishList | undefined;
  practice(): PracticeRecord | undefined;
  offers(): readonly OwnOffer[];
  calendar(): PracticeCalendar;
  /** A backup that waits for the end of a restore. */
  backup(): BackupContent | undefined;
  inbox(): readonly InboxRecord[];
  held(): readonly HeldDecision[];
  blocked(): readonly BlockedSender[];
  tally(): readonly TallyDay[];
  outbox(): ReturnType<Outbox['entries']>;
  /** Every sealed bundle of this bucket that is here, whole. */
  bundlesIn(bucket: Bucket): Iterable<Uint8Array>;
  status(): EngineStatus;
  mesh(): MeshView;
  /** The origins of the relays that this node has dialled and greeted. */
  relays(): readonly string[];
  topology(): TopologyView;
  /** What the radio brings and lacks; undefined where there never was one. */
  air(): AirView | undefined;
  /** What answered a question to the stations (fapp/query-desk.ts); undefined while nothing came. */
  answered(question: string): Answered | undefined;
  /** Free slots per region, as far as this node's place in the mesh shows them (docs/protocol/summary.md). */
  regions(): RegionCounts;
  /** The roots of the sets of public records, in hex: equal where two nodes know the same. */
  digest(): string;
  /** Every bounded table, and how full it is. */
  tables(): readonly TableSize[];
  eachTable(visit: TableVisit): void;
}

/** What this node knows of the mesh around it. */
export interface MeshView {
  /** What this node announces itself as; undefined: it says nothing. */
  readonly self: Station | undefined;
  readonly nodes: readonly KnownNode[];
  /** By how many neighbours this node can be reached now. */
  routesTo(address: NodeAddress): number;
  trace(name: string): TraceResult | undefined;
  /** What neighbours answered to a capability query, the surest first; undefined when it is forgotten. */
  nodesFound(name: string): readonly CapableNode[] | undefined;
  /** What all their answers of the last ten minutes together say. */
  capable(): readonly CapableNode[];
  readonly deliveries: readonly Delivery[];
  /** Relays that this node was told to link itself to, and what became of it. */
  readonly assignments: readonly HeldAssignment[];
  readonly stats: MeshStats;
}

export interface MeshStats {
  readonly nodes: number;
  /** Of them, those that a path leads to. */
  readonly reachable: number;
  readonly inFlight: number;
  /** Messages that this node answers for: own ones, and ones kept for others. */
  readonly kept: number;
  readonly isBridge: boolean;
}

export interface EngineStatus {
  readonly syncedAt: Millis | undefined;
  readonly skew: Millis | undefined;
  /** What time it is at least, by what vouched keys signed; 0: nobody knows. */
  readonly notBefore: Millis;
  /** One or two of them say that it is later than this device believes. */
  readonly isTimeDoubted: boolean;
  readonly announcements: number;
  readonly identities: number;
  readonly bundles: number;
  readonly bundleBytes: number;
  /** What is owed to the network, and what was decided and waits to happen. */
  readonly queued: number;
  readonly links: number;
  readonly pendingCrypto: number;
}

/** Whoever did not announce itself for NODE_TTL is nobody that is known. */
const liveNodes = (context: Context, { nodes }: Parts['mesh']): readonly KnownNode[] =>
  [...nodes.all()].filter(({ expires }) => expires > context.now());

const viewMesh = (context: Context, { mesh, capable }: Parts): MeshView => ({
  self: mesh.station(),
  nodes: liveNodes(context, mesh),
  routesTo: (address) => mesh.nodes.get(address)?.routes.length ?? 0,
  trace: (name) => mesh.probes.result(name),
  nodesFound: capable.result,
  capable: capable.capable,
  assignments: mesh.assignments.all(),
  deliveries: mesh.messages.deliveries.all(),
  stats: {
    nodes: liveNodes(context, mesh).length,
    reachable: liveNodes(context, mesh).filter(({ routes }) => routes.length > 0).length,
    inFlight: mesh.router.inFlight,
    kept: mesh.messages.shelf.size,
    isBridge: mesh.bridging.isBridge,
  },
});

export interface TopologyView {
  readonly level: MeshLevel;
  readonly role: MeshRole;
  readonly parent: NodeAddress | undefined;
  readonly standby: NodeAddress | undefined;
  readonly ancestors: readonly NodeAddress[];
  readonly children: number;
  /** No way to the upper levels is known now, and one was. */
  readonly isIsland: boolean;
  readonly counts: ParentCounts;
}

const viewTopology = ({ topology }: Parts): TopologyView => ({
  level: topology.place.level,
  role: topology.place.role,
  parent: topology.parent()?.hello?.address,
  standby: topology.standby()?.hello?.address,
  ancestors: topology.ancestors(),
  children: topology.children,
  isIsland: topology.isIsland,
  counts: topology.counts,
});

/** Those that came, and those that wait here to leave. */
function* bundlesIn({ shelf, outbox }: Parts, bucket: Bucket): Iterable<Uint8Array> {
  for (const { raw } of shelf.inBuckets((other) => other === bucket)) yield raw;
  for (const { frame } of outbox.entries()) if (frame[0] === KIND.bundle && frame[1] === bucket) yield frame;
}

export const createViews = (context: Context, parts: Parts): Views => ({
  ...createPeerViews(context, parts.registry, parts.peers),
  slots: parts.slots.store,
  offer: (practice, offer) => parts.slots.store.get(practice, offer),
  identity: (address) => parts.identities.get(address),
  identities: () => parts.identities.all(),
  requests: () => [...parts.patient.all()],
  wishes: () => parts.wishes.current(),
  practice: () => parts.identity.current(),
  offers: () => [...parts.offers.all()],
  calendar: () => parts.calendar.current(),
  backup: () => parts.backup.waiting(),
  inbox: () => [...parts.inbox.all()].filter((entry) => entry.phase !== 'refused'),
  held: () => [...parts.held.all()],
  blocked: () => parts.blocked.all(),
  tally: () => parts.tally.all(),
  outbox: () => parts.outbox.entries(),
  bundlesIn: (bucket) => bundlesIn(parts, bucket),
  mesh: () => viewMesh(context, parts),
  topology: () => viewTopology(parts),
  air: () => parts.air()?.view(),
  answered: (question) => parts.queries.answered(Number(question)),
  regions: () => parts.summaries.known(),
  relays: () =>
    parts.peers
      .ready()
      .filter((peer) => peer.dialled && peer.hello?.relay)
      .map(({ remote }) => remote),
  digest: () => [parts.slots, parts.identities, parts.revocations].map(({ index }) => toHex(index.root())).join(' '),
  tables: () => context.tables.sizes(),
  eachTable: (visit) => context.tables.each(visit),
  status: () => ({
    syncedAt: parts.syncedAt(),
    skew: parts.skew(),
    notBefore: parts.time.floor(),
    isTimeDoubted: parts.time.isDoubted(),
    announcements: parts.slots.store.size,
    identities: parts.identities.size,
    bundles: parts.shelf.size,
    bundleBytes: parts.shelf.bytes,
    queued: parts.outbox.size + [...parts.held.all()].length,
    links: parts.peers.size,
    pendingCrypto: context.crypto.pending(),
  }),
});
