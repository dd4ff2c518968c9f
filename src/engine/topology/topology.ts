import type { Millis, NodeAddress, Region } from '#core/brand.ts';
import { MESH_LEVELS, MESH_ROLES } from '#core/domain/mesh-place.ts';
import { CAPABILITY } from '#core/domain/values.ts';
import type { Beacon, BeaconPlace } from '#core/wire/beacon.ts';
import type { EngineConfig } from '#engine/config.ts';
import type { Context } from '#engine/context.ts';
import type { Peer, PeerTable } from '#engine/links/peer.ts';
import type { NodeBook } from '#engine/mesh/node-book.ts';
import { operatorOf } from '#engine/peers/operator.ts';
import { asOrigin } from '#engine/peers/peer-entry.ts';
import type { PeerRegistry } from '#engine/peers/peer-registry.ts';
import { scoreOf } from '#engine/peers/reputation.ts';
import {
  allowedParents,
  choosePlace,
  type Place,
  type PlaceConfig,
  type SeenNode,
} from '#engine/topology/choose-place.ts';
import { createIslandJudge } from '#engine/topology/island.ts';
import {
  createParentChoice,
  PARENT_RULES,
  type ParentCounts,
  type ParentView,
} from '#engine/topology/parent-choice.ts';
import { depthOf, type ParentCandidate, pathThrough, type Standing } from '#engine/topology/parent-rank.ts';
import { parentScore } from '#engine/topology/parent-score.ts';

/**
 * Where this node stands, and who is its parent (docs/protocol/topology.md): levels and roles from what the neighbours'
 * beacons and the announcements say, parents among the nodes that it is linked to.
 */
export interface Topology {
  readonly place: Place;
  /** The link to the parent, and to the one that takes its place when it dies. */
  parent(): Peer | undefined;
  standby(): Peer | undefined;
  /** This node has lost its way to the upper levels. */
  readonly isIsland: boolean;
  readonly children: number;
  readonly counts: ParentCounts;
  /** What our beacon says of our place to whoever may know it: our parent and its parents. */
  ancestors(): readonly NodeAddress[];
  /** What our beacon says to this peer about the two of us. */
  towards(peer: Peer): Pick<Beacon, 'attentive' | 'child' | 'island'>;
  onBeacon(peer: Peer, beacon: Beacon): void;
  /** A link came, went or fell silent. */
  changed(): void;
  /** Somebody announced a place. */
  nodesChanged(): void;
  /** Somebody looks at this node, for a minute: it wants to know within seconds that its parent is gone. */
  attend(): void;
}

export interface TopologyRules {
  readonly config: EngineConfig;
  readonly peers: PeerTable;
  readonly nodes: NodeBook;
  readonly registry: PeerRegistry;
  readonly self: () => NodeAddress | undefined;
  readonly region: () => number | undefined;
  /** Our beacon says something new to this peer, or to everybody. */
  readonly tell: (peer?: Peer) => void;
  /** Our level or role changed: our announcement does too. */
  readonly onPlace: () => void;
  /** How often this peer and we want to hear of each other may have changed. */
  readonly onClass: (peer: Peer) => void;
}

const TIMER = 'topology';
const ATTENTION_TIMER = 'attention';
/** Whoever looks says so again every half of this. */
const ATTENTION = 60_000;
/** Scores drift slowly; what is urgent is told at once. */
const PERIOD = 5_000;
const TOGETHER = 200;
/** Patients have no address; nobody has this one. */
const NOBODY = '' as NodeAddress;
/** A leaf that joins radio and internet is a kiosk. */
const leafPlace = ({ capabilities = 0 }: EngineConfig): PlaceConfig => {
  const level = (capabilities & CAPABILITY.GATEWAY) === 0 ? 'LEAF' : 'KIOSK';
  return { strategy: 'static', level, role: 'MEMBER', parents: [] };
};
const UNTOLD: BeaconPlace = {
  region: undefined,
  level: MESH_LEVELS.indexOf('RELAY'),
  role: MESH_ROLES.indexOf('MEMBER'),
  mobile: false,
  load: 0,
  priority: 0,
  ancestors: [],
};

/** What it begins as has to be kept for no time. */
const startPlace = (config: PlaceConfig): Place =>
  config.strategy === 'static'
    ? { level: config.level, role: config.role, since: 0 as Millis }
    : { level: 'RELAY', role: 'MEMBER', since: 0 as Millis };

const isSamePlace = (a: BeaconPlace | undefined, b: BeaconPlace | undefined): boolean =>
  a === b || (a?.level === b?.level && a?.role === b?.role && a?.ancestors.join() === b?.ancestors.join());

export const createTopology = (context: Context, rules: TopologyRules): Topology => {
  const { config, peers, nodes, registry } = rules;
  const isRelay = config.role === 'relay';
  const placeConfig: PlaceConfig = config.place ?? (isRelay ? { strategy: 'dynamic' } : leafPlace(config));
  const choice = createParentChoice(PARENT_RULES);
  let place: Place = startPlace(placeConfig);
  let view: ParentView = { parent: undefined, joining: undefined, standby: undefined, change: 'none' };
  let path: readonly NodeAddress[] = [];
  const islands = createIslandJudge(context.now, nodes);
  let island = false;
  let foreground = false;

  const peerOf = (address: NodeAddress | undefined): Peer | undefined =>
    address === undefined ? undefined : peers.find((peer) => peer.hello?.address === address);

  const standingOf = (peer: Peer): BeaconPlace => peer.place ?? UNTOLD;

  const candidateOf = (peer: Peer, address: NodeAddress): ParentCandidate => {
    const said = standingOf(peer);
    const known = registry.get(address);
    const capabilities = nodes.get(address)?.announce.capabilities;
    const score = parentScore({
      region: said.region as Region | undefined,
      ownRegion: rules.region() as Region | undefined,
      roundTrip: known?.roundTrips.smoothed,
      loss: known?.roundTrips.lossRate ?? 0,
      capability: capabilities === undefined || (capabilities & CAPABILITY.STORE) !== 0 ? 1 : 0.5,
      load: said.load / 255,
      battery: undefined,
      mobility: said.mobile ? 1 : 0,
      priority: said.priority / 255,
      reputation: known === undefined ? 0.5 : scoreOf(known.reputation, context.now()),
    });
    const [level, role] = [MESH_LEVELS[said.level] ?? 'LEAF', MESH_ROLES[said.role] ?? 'MEMBER'];
    return {
      address,
      level,
      role,
      depth: depthOf({ path: said.ancestors, level, role }),
      score,
      path: said.ancestors,
      group: operatorOf({ origin: asOrigin(peer.remote), subnet: peer.remote }) ?? peer.remote,
      isChild: peer.child,
    };
  };

  const candidates = (): ParentCandidate[] => {
    const found: ParentCandidate[] = [];
    for (const peer of peers.ready()) {
      const address = peer.hello?.address;
      if (address !== undefined && !peer.silent) found.push(candidateOf(peer, address));
    }
    return found;
  };

  const seen = (linked: readonly ParentCandidate[]): SeenNode[] => {
    const others = new Map<NodeAddress, SeenNode>();
    for (const { address, announce, routes, expires } of nodes.all()) {
      if (routes.length === 0 || expires <= context.now()) continue;
      const [level, role] = [MESH_LEVELS[announce.level] ?? 'LEAF', MESH_ROLES[announce.role] ?? 'MEMBER'];
      others.set(address, { address, level, role, priority: announce.priority, capability: 1 });
    }
    for (const { address, level, role } of linked) {
      const announced = others.get(address);
      others.set(address, { address, level, role, priority: announced?.priority ?? 0, capability: 1 });
    }
    return [...others.values()];
  };

  const childrenNow = (): number => peers.ready().filter((peer) => peer.child).length;

  const choose = (linked: readonly ParentCandidate[]): void => {
    if (placeConfig.strategy === 'static') return;
    const before = place;
    place = choosePlace(placeConfig, {
      now: context.now(),
      own: {
        address: rules.self() ?? NOBODY,
        priority: config.priority ?? 0,
        capability: 1,
        relays: isRelay,
        stores: isRelay,
        isGateway: false,
        onMains: isRelay,
        children: childrenNow(),
      },
      others: seen(linked),
      previous: place,
    });
    if (before.level !== place.level || before.role !== place.role) rules.onPlace();
  };

  /** Changes come in swarms. */
  const soon = (): void => context.timers.atLatest(TIMER, (context.now() + TOGETHER) as Millis, () => review());

  const review = (): void => {
    context.timers.set(TIMER, (context.now() + PERIOD) as Millis, review);
    const linked = candidates();
    const before = { view, path, island, place };
    choose(linked);
    const { level, role } = place;
    const own: Standing = { address: rules.self() ?? NOBODY, level, role, depth: depthOf({ path, level, role }) };
    settle(choice.update(context.now(), own, allowedParents(placeConfig, linked)), linked);
    const changed =
      before.place !== place ||
      before.island !== island ||
      before.path.join() !== path.join() ||
      before.view.parent !== view.parent;
    if (changed) {
      context.notify('mesh');
      rules.tell();
    } else if (view.joining !== undefined && before.view.joining !== view.joining) rules.tell(peerOf(view.joining));
    if (peers.size === 0) context.timers.cancel(TIMER);
  };

  const settle = (next: ParentView, linked: readonly ParentCandidate[]): void => {
    const before = view;
    view = next;
    const through = pathThrough(linked.find(({ address }) => address === view.parent));
    if (path.join() !== through.join()) path = through;
    island = islands.judge(place.level, peerOf(view.parent), path);
    if (next.change !== 'none') context.count('parent', next.change);
    if (before.parent === view.parent) return;
    for (const peer of [peerOf(before.parent), peerOf(view.parent)]) if (peer !== undefined) rules.onClass(peer);
  };

  const setForeground = (looked: boolean): void => {
    if (foreground === looked) return;
    foreground = looked;
    const parent = peerOf(view.parent);
    if (parent === undefined) return;
    rules.onClass(parent);
    rules.tell(parent);
  };

  return {
    get place() {
      return place;
    },
    parent: () => peerOf(view.parent),
    standby: () => peerOf(view.standby),
    get isIsland() {
      return island;
    },
    get children() {
      return childrenNow();
    },
    get counts() {
      return choice.counts;
    },
    ancestors: () => path,
    towards: (peer) => {
      const address = peer.hello?.address;
      const isParent = address !== undefined && (address === view.parent || address === view.joining);
      return { attentive: isRelay || (foreground && isParent && peer.can.lively), child: isParent, island };
    },
    onBeacon: (peer, { place: said, attentive, child, island: isIsland }) => {
      const { child: wasChild, place: before } = peer;
      const classChanged = peer.attentive !== attentive;
      peer.place = said;
      peer.attentive = attentive;
      peer.child = child;
      peer.island = isIsland;
      if (classChanged) rules.onClass(peer);
      if (wasChild !== child) context.notify('mesh');
      if (wasChild !== child || !isSamePlace(before, said)) soon();
      if (view.joining === undefined || peer.hello?.address !== view.joining) return;
      settle(choice.confirmed(context.now(), view.joining), candidates());
      context.notify('mesh');
      rules.tell();
    },
    changed: () => context.timers.atLatest(TIMER, (context.now() + 1) as Millis, review),
    nodesChanged: () => {
      if (placeConfig.strategy !== 'static') soon();
    },
    attend: () => {
      context.timers.set(ATTENTION_TIMER, (context.now() + ATTENTION) as Millis, () => setForeground(false));
      setForeground(true);
    },
  };
};
