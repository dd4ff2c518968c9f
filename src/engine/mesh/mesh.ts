import type { Beacon } from '#core/wire/beacon.ts';
import { decodeEnvelope } from '#core/wire/envelope.ts';
import { KIND } from '#core/wire/kinds.ts';
import type { CustodyDesk } from '#engine/bundles/custody-desk.ts';
import type { EngineConfig } from '#engine/config.ts';
import type { Context } from '#engine/context.ts';
import { type Assignments, createAssignments } from '#engine/discovery/assignments.ts';
import { isCarrier, type Peer, type PeerTable } from '#engine/links/peer.ts';
import { type Announcing, type AnnouncingRules, createAnnouncing } from '#engine/mesh/announcing.ts';
import { type Bridging, createBridging } from '#engine/mesh/bridging.ts';
import { createMessages, type Messages } from '#engine/mesh/messages.ts';
import { createNodeBook, type NodeBook } from '#engine/mesh/node-book.ts';
import { createProbes, type Probes } from '#engine/mesh/probes.ts';
import { checkRoutable } from '#engine/mesh/routable.ts';
import { createRouter, type Router } from '#engine/mesh/router.ts';
import type { RouterRules } from '#engine/mesh/router-rules.ts';
import type { Station } from '#engine/mesh/station.ts';
import type { IdentityBook } from '#engine/records/identity-book.ts';
import type { Gossip } from '#engine/sync/gossip.ts';

/** Many hops: who is where, how messages get there, and who passes on for whom (docs/protocol/routing.md). */
export interface Mesh {
  readonly nodes: NodeBook;
  readonly router: Router;
  readonly messages: Messages;
  readonly announcing: Announcing;
  readonly probes: Probes;
  readonly bridging: Bridging;
  /** What we announce ourselves as, if anything. */
  station(): Station | undefined;
  readonly assignments: Assignments;
  onEnvelope(peer: Peer, frame: Uint8Array): void;
  /** What a neighbour says of itself beside its digests. */
  onBeacon(peer: Peer, beacon: Pick<Beacon, 'bridge' | 'rooted'>): void;
  welcome(peer: Peer): void;
  close(peer: Peer): void;
}

/** What travels from hop to hop to its destination, or to everybody. */

export interface MeshRules {
  readonly config: EngineConfig;
  readonly peers: PeerTable;
  readonly identities: IdentityBook;
  readonly custody: CustodyDesk;
  readonly gossip: Gossip;
  readonly station: () => Station | undefined;
  readonly mayIssue: () => boolean;
  readonly up: () => Peer | undefined;
  /** A node announced itself. */
  readonly onPath: () => void;
  /** Our beacon says something new: every neighbour hears it now. */
  readonly tellBeacon: () => void;
  readonly onAnnounced: AnnouncingRules['onAnnounced'];
}

/** Takes custody of somebody's message, once it was checked and there is room. */
const keepFor = (
  { isRelay, custody, messages }: { readonly isRelay: boolean } & Pick<MeshRules, 'custody'> & Pick<Mesh, 'messages'>,
  ...[envelope, id, from, done]: Parameters<RouterRules['keep']>
): void => {
  if (!isRelay) return done('over-capacity');
  messages.keep(envelope, id, (wrong) => {
    if (wrong === undefined) custody.owe(from, id);
    done(wrong);
  });
};

const watchTables = (
  { tables }: Context,
  limits: EngineConfig['limits'],
  { nodes, router, messages }: Pick<Mesh, 'nodes' | 'router' | 'messages'>,
): void => {
  tables.add('nodes', limits.nodes, () => nodes.size);
  tables.add('envelopes in flight', limits.journeys, () => router.inFlight);
  tables.add('routed messages', limits.routedMessages, () => messages.shelf.size);
};

/** What is in an envelope decides whom it concerns. */
const openEnvelope = (
  context: Context,
  {
    custody,
    announcing,
    router,
    messages,
  }: Pick<MeshRules, 'custody'> & Pick<Mesh, 'announcing' | 'router' | 'messages'>,
  peer: Peer,
  frame: Uint8Array,
): void => {
  const decoded = decodeEnvelope(frame);
  if (!decoded.ok) return context.refused(decoded.code);
  const envelope = decoded.value;
  if (envelope.payload[0] === KIND.custody) return custody.onEnvelope(peer, envelope);
  if (envelope.payload[0] === KIND.node) return announcing.onEnvelope(peer, envelope);
  const wrong = checkRoutable(envelope);
  if (wrong !== undefined) return context.refused(wrong);
  if (envelope.destination !== undefined) router.onUnicast(peer, envelope);
  else messages.onBroadcast(peer, envelope);
};

export const createMesh = (context: Context, rules: MeshRules): Mesh => {
  const { config, peers, identities, custody, gossip, station } = rules;
  const { limits } = config;
  const isRelay = config.role === 'relay';
  const nodes = createNodeBook(limits.nodes);
  const routes = (): boolean => isRelay || bridging.isBridge;
  const ground = { peers, nodes, station, routes };
  const router: Router = createRouter(context, {
    ...ground,
    self: () => station()?.address,
    up: rules.up,
    arrive: (envelope, id, done) => messages.arrive(envelope, id, done),
    keep: (...asked) => keepFor({ isRelay, custody, messages }, ...asked),
    isKeeper: isRelay,
    onDeparture: (id, next) => {
      announcing.tell(next);
      // Over the air neither an answer nor a receipt is back in seconds.
      if (next.can.patience !== undefined) messages.shelf.relax(id);
    },
    onTaken: (id) => messages.taken(id),
    onTooLarge: (id) => {
      const kept = messages.shelf.get(id);
      messages.shelf.relax(id);
      if (kept?.own) messages.deliveries.mark(id, 'refused', kept.envelope.destination, 'too-large');
    },
    observe: (envelope) => messages.observe(envelope),
    wanted: () => announcing.answer(),
    capacity: limits.journeys,
  });
  const assignments: Assignments = createAssignments(context, { config, peers, station, messages: () => messages });
  const assigned = assignments.accept;
  const messages: Messages = createMessages(context, { station, identities, router, gossip, limits, assigned });
  const announcing: Announcing = createAnnouncing(context, {
    ...ground,
    identities,
    limits,
    mayIssue: rules.mayIssue,
    onAnnounced: rules.onAnnounced,
    onBelow: router.learn,
    onHeard: (address, isNewPath) => {
      if (isNewPath) {
        router.pathFound(address);
        messages.shelf.pathFound(address);
      }
      context.notify('mesh');
      rules.onPath();
      // Who of our neighbours knows whom.
      if (!isRelay && peers.find(({ hello }) => hello?.address === address) !== undefined) bridging.changed();
    },
  });
  const bridging: Bridging = createBridging(context, {
    ...ground,
    onChange: () => {
      rules.tellBeacon();
      context.notify('mesh');
    },
    // What was not passed on before is now.
    onBridge: () => peers.ready().forEach(announcing.welcome),
  });
  const probes = createProbes(context, { peers, router, station });
  watchTables(context, limits, { nodes, router, messages });

  return {
    nodes,
    router,
    messages,
    announcing,
    probes,
    bridging,
    station,
    assignments,
    onEnvelope: (peer, frame) => openEnvelope(context, { custody, announcing, router, messages }, peer, frame),
    onBeacon: (peer, { bridge, rooted }) => {
      const isNew = bridge && !peer.bridge;
      const changed = peer.bridge !== bridge || peer.rooted !== rooted;
      peer.bridge = bridge;
      peer.rooted = rooted;
      if (changed && !isRelay) bridging.changed();
      if (isNew) announcing.welcome(peer);
    },
    welcome: (peer) => {
      assignments.met(peer);
      announcing.welcome(peer);
      if (isRelay) return;
      bridging.changed();
      if (peer.hello?.relay || isCarrier(peer)) messages.shelf.relayFound();
    },
    close: (peer) => {
      announcing.close(peer);
      router.close(peer);
      context.notify('mesh');
      if (!isRelay) bridging.changed();
    },
  };
};
