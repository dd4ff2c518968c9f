import type { Beacon, BeaconPlace } from '#core/wire/beacon.ts';
import type { EngineConfig } from '#engine/config.ts';
import type { Context } from '#engine/context.ts';
import type { Peer } from '#engine/links/peer.ts';
import { createPulse, type Pulse } from '#engine/links/pulse.ts';
import { createMesh, type Mesh } from '#engine/mesh/mesh.ts';
import { createOwnStation } from '#engine/mesh/own-station.ts';
import type { Station } from '#engine/mesh/station.ts';
import type { Gossip } from '#engine/sync/gossip.ts';
import type { SetSync } from '#engine/sync/set-sync.ts';
import type { LinkClass } from '#engine/topology/heartbeat.ts';
import { createSummaries, type Summaries } from '#engine/topology/summaries.ts';
import { createTopology, type Topology } from '#engine/topology/topology.ts';
import type { People } from '#engine/wiring/people.ts';
import type { Ground, Records } from '#engine/wiring/records.ts';

/** The mesh above single links: who stands where, who is alive, and how messages find their way. */
export interface Upper {
  readonly mesh: Mesh;
  readonly topology: Topology;
  readonly summaries: Summaries;
  readonly pulse: Pulse;
  /** What our beacon says to this peer beside the digests. */
  beacon(peer: Peer): Omit<Beacon, 'kind' | 'sets'>;
  onBeacon(peer: Peer, beacon: Beacon): void;
  welcome(peer: Peer): void;
}

export interface UpperRules {
  readonly ground: Ground;
  readonly records: Records;
  readonly people: People;
  readonly sync: SetSync;
  readonly gossip: Gossip;
  readonly mayIssue: () => boolean;
}

/** The same place as long as it says the same. */
const createPlaceOf = (): ((station: Station, ancestors: BeaconPlace['ancestors']) => BeaconPlace) => {
  let last: { readonly station: Station; readonly place: BeaconPlace } | undefined;
  return (station, ancestors) => {
    if (last?.station === station && last.place.ancestors === ancestors) return last.place;
    const { region, level, role, mobile, load, priority } = station;
    last = { station, place: { region, level, role, mobile, load, priority, ancestors } };
    return last.place;
  };
};

/** How often both ends of a link want to hear of each other. */
const classOf = (config: EngineConfig, topology: Topology, peer: Peer): LinkClass => {
  if (!peer.can.syncs) return 'radio';
  const isRelay = config.role === 'relay';
  if (isRelay && peer.hello?.relay) return 'backbone';
  const attentive = isRelay ? peer.attentive : topology.towards(peer).attentive;
  return attentive ? 'foreground' : 'phone';
};

export const wireUpper = (context: Context, config: EngineConfig, rules: UpperRules): Upper => {
  const { ground, records, people, sync, gossip, mayIssue } = rules;
  const { peers, registry, identities, slots } = ground;
  const ownStation = createOwnStation(config);
  const station = (): Station | undefined => ownStation(people.identity.current(), topology.place);
  const placeNow = createPlaceOf();
  const mesh: Mesh = createMesh(context, {
    config,
    peers,
    identities,
    custody: records.custody,
    gossip,
    station,
    mayIssue,
    onAnnounced: ground.watch.announced,
    up: () => topology.parent(),
    onPath: () => topology.nodesChanged(),
    tellBeacon: () => sync.tell(),
  });
  const topology: Topology = createTopology(context, {
    config,
    peers,
    nodes: mesh.nodes,
    registry,
    self: () => config.identity?.address ?? people.identity.current()?.address,
    region: () => config.region,
    tell: (peer) => sync.tell(peer),
    onPlace: () => mesh.announcing.changed(),
    onClass: (peer) => pulse.changed(peer),
  });
  const pulse: Pulse = createPulse(context, {
    classOf: (peer) => classOf(config, topology, peer),
    beacon: (peer) => {
      if (!peer.dialled || !sync.isIdle(peer)) return false;
      sync.tell(peer);
      return true;
    },
    onSilent: (peer) => {
      peer.silent = true;
      topology.changed();
    },
    roundTrip: ({ hello }) =>
      hello?.address === undefined ? undefined : registry.get(hello.address)?.roundTrips.smoothed,
  });
  context.onSend = pulse.sent;
  const summaries: Summaries = createSummaries(context, {
    peers,
    slots,
    topology,
    period: config.timing.summary,
    // Whoever is no relay says no address on its links, so that nobody could tell whose counts these are.
    takesPart: () => config.role === 'relay' && station() !== undefined,
  });

  return {
    mesh,
    topology,
    summaries,
    pulse,
    beacon: (peer) => {
      const own = station();
      return {
        bridge: mesh.bridging.isBridge,
        rooted: mesh.bridging.isRooted,
        ...topology.towards(peer),
        place: own === undefined ? undefined : placeNow(own, topology.ancestors()),
      };
    },
    onBeacon: (peer, beacon) => {
      const { bridge, rooted } = beacon;
      mesh.onBeacon(peer, { rooted, bridge: bridge && ground.places.mayBridge(peer) });
      topology.onBeacon(peer, beacon);
    },
    welcome: (peer) => {
      pulse.open(peer);
      mesh.welcome(peer);
      summaries.open();
      topology.changed();
    },
  };
};
