import type { Region } from '#core/brand.ts';
import type { LinkCapability } from '#core/domain/link-capability.ts';
import type { PinnedRegistrar } from '#core/domain/trust.ts';
import type { PlzTable } from '#core/plz/plz-table.ts';
import { regionsWithin } from '#core/plz/regions-within.ts';
import { DEFAULT_TIMING, type EngineConfig, LEAF_LIMITS } from '#engine/config.ts';
import { createEngine, type Engine } from '#engine/engine.ts';
import { parseState, STATE_TABLES, type StateTables } from '#engine/loaded-state.ts';
import { floorOf } from '#engine/records/witnessed-time.ts';
import type { Views } from '#engine/views.ts';
import { startRelayFinding } from '#host/discovery/relay-finding.ts';
import { createDriver, type Driver } from '#host/driver.ts';
import { openAlerts } from '#host/node/alerts.ts';
import { type BoardAccess, type BoardDesk, createBoardDesk } from '#host/node/board-desk.ts';
import type { Dialling } from '#host/node/dialling.ts';
import { createMeshCalls } from '#host/node/mesh-calls.ts';
import { createIslandWatch } from '#host/node/mesh-standing.ts';
import { createNodeApi } from '#host/node/node-api.ts';
import type { Places } from '#host/node/places.ts';
import { openRelayList } from '#host/node/relay-list.ts';
import { createNodeSearch } from '#host/node/slot-search.ts';
import type { NodeApi, NodeTopic } from '#host/rpc/api.ts';
import type { RadioPlace } from '#host/rpc/board-api.ts';
import type { BoundedClock } from '#ports/clock.ts';
import type { Crypto } from '#ports/crypto.ts';
import type { DiscoveryStrategy } from '#ports/discovery.ts';
import type { Metrics } from '#ports/metrics.ts';
import type { Rng } from '#ports/rng.ts';
import type { Store, StoreEntry, StoreFailure } from '#ports/store.ts';
import type { Dialer } from '#ports/transport.ts';

/** A leaf node in a browser: engine, driver, links to relays, and the calls of the interface. */
export interface LeafNode {
  readonly api: NodeApi;
  readonly driver: Driver;
  readonly views: Views;
  readonly dialling: Dialling;
  subscribe(listener: (topic: NodeTopic) => void): () => void;
  stop(): Promise<void>;
}

export interface LeafNodeParts {
  readonly store: Store;
  /** What the store holds, where it is being read already: reading takes longest of all that a start waits for. */
  readonly tables?: Promise<StateTables>;
  readonly crypto: Crypto;
  readonly dialer: Dialer;
  readonly clock: BoundedClock;
  readonly random: Rng;
  /** What this device's network carries now; by default everything. */
  readonly capability?: () => LinkCapability;
  readonly metrics: Metrics & { snapshot(): Readonly<Record<string, number>> };
  readonly registrars: readonly PinnedRegistrar[];
  /** The relay that served the app, and others that the build or the operator names. */
  readonly relays: readonly string[];
  /** Further ways to find relays, beside the list, the memory and the region of this node. */
  readonly strategies?: readonly DiscoveryStrategy[];
  /** Undefined while the packed file cannot be had: a search then names no places and finds by code only. */
  readonly plz: PlzTable | undefined;
  /** Where this realm has serial ports. */
  readonly boards?: BoardAccess | undefined;
  readonly build: string;
  readonly deleteEverything: () => Promise<void>;
  readonly onBroken: (failure: StoreFailure) => void;
}

export const readState = async (store: Store): Promise<StateTables> => {
  const read = async (table: (typeof STATE_TABLES)[number]): Promise<[string, readonly StoreEntry[]]> => [
    table,
    await store.entries(table),
  ];
  const entries = await Promise.all(STATE_TABLES.map(read));
  const of = (table: string): readonly StoreEntry[] => entries.find(([name]) => name === table)?.[1] ?? [];
  return {
    meta: of('meta'),
    identities: of('identities'),
    snapshot: of('snapshot'),
    announces: of('announces'),
    bundles: of('bundles'),
    removed: of('removed'),
    routed: of('routed'),
    outbox: of('outbox'),
    requests: of('requests'),
    offers: of('offers'),
    inbox: of('inbox'),
    commands: of('commands'),
    peers: of('peers'),
  };
};

const toPlaces = (plz: PlzTable | undefined): Places => ({
  nameOf: (code) => plz?.placeOf(code),
  suggest: (text) => plz?.suggest(text, 10) ?? [],
});

const regionsAround = (plz: PlzTable | undefined, place: RadioPlace): readonly Region[] => {
  const distances = plz?.distancesFrom(place.plz);
  return distances?.ok ? regionsWithin(distances.value, place.km) : [];
};

const LEAF: EngineConfig = {
  role: 'leaf',
  identity: undefined,
  carries: true,
  registrars: [],
  limits: LEAF_LIMITS,
  timing: DEFAULT_TIMING,
  padding: 'uniform',
};

const createLeafEngine = ({ registrars, random, clock }: LeafNodeParts, tables: StateTables): Engine => {
  const state = parseState(tables);
  clock.notBefore(floorOf(state.witnesses));
  return createEngine({ config: { ...LEAF, registrars }, seed: random.bytes(32), state, now: clock.now() });
};

const createTopics = () => {
  const listeners = new Set<(topic: NodeTopic) => void>();
  return {
    tell: (topic: NodeTopic): void => {
      for (const listener of [...listeners]) listener(topic);
    },
    subscribe: (listener: (topic: NodeTopic) => void): (() => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};

const openBoardDesk = (
  { boards, store, plz, clock }: LeafNodeParts,
  driver: Driver,
  { air }: Views,
  onChange: () => void,
): BoardDesk =>
  createBoardDesk({
    access: boards,
    store,
    driver,
    air,
    time: clock,
    regionsAround: (place) => regionsAround(plz, place),
    onChange,
  });

/** Rejects with StoreError when the store cannot be read. */
export const startLeafNode = async (parts: LeafNodeParts): Promise<LeafNode> => {
  const { store, crypto, clock, random, metrics, plz } = parts;
  const [tables, relays] = await Promise.all([parts.tables ?? readState(store), openRelayList(store, parts.relays)]);
  const engine = createLeafEngine(parts, tables);
  const { views } = engine;
  const { tell, subscribe } = createTopics();
  const driver = createDriver({ ...parts, engine, onNotBefore: clock.notBefore });
  const places = toPlaces(plz);
  const searching = createNodeSearch(views, plz, places, clock);
  const syncedAt = () => views.status().syncedAt;
  const alerts = await openAlerts({ store, searching, clock, syncedAt, onChange: () => tell('alerts') });
  // Every screen says whether this is an island; not every screen asks again whenever something in the mesh moves.
  const lookForIsland = createIslandWatch(views, () => tell('status'));
  driver.subscribe((topic) => {
    tell(topic);
    if (topic === 'mesh') lookForIsland();
    if (topic === 'slots') alerts.slotsChanged();
  });
  const finding = startRelayFinding({
    ...parts,
    driver,
    views,
    relays,
    strategies: parts.strategies ?? [],
    onChange: () => tell('status'),
  });
  const { stop: stopBoard, ...board } = openBoardDesk(parts, driver, views, () => tell('board'));
  const api = createNodeApi({
    driver,
    views,
    crypto,
    clock,
    random,
    places,
    searching,
    alerts,
    board,
    relays,
    dialling: finding.dialling,
    mesh: createMeshCalls({ driver, views, clock, onMessage: () => tell('mesh') }),
    isFound: finding.isFound,
    counters: () => metrics.snapshot(),
    build: parts.build,
    registrars: parts.registrars.map(({ name, demo }) => ({ name, demo })),
    storage: () => 'ok',
    deleteEverything: parts.deleteEverything,
  });
  return {
    api,
    driver,
    views,
    dialling: finding.dialling,
    subscribe,
    stop: async () => {
      alerts.stop();
      finding.stop();
      await stopBoard();
      await driver.stop();
      await store.close();
    },
  };
};
