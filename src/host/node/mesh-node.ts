import type { KeyName, MessageId, Millis, NodeAddress } from '#core/brand.ts';
import { CAPABILITY } from '#core/domain/values.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { DEFAULT_TIMING, type EngineConfig, LEAF_LIMITS, type OwnKey } from '#engine/config.ts';
import { createEngine, type Engine } from '#engine/engine.ts';
import { parseState } from '#engine/loaded-state.ts';
import { createDriver, type Driver } from '#host/driver.ts';
import { createDialling, type Dialling } from '#host/node/dialling.ts';
import { createMeshCalls, toDelivery } from '#host/node/mesh-calls.ts';
import { loadOwnKey, type OwnKeyParts } from '#host/node/own-key.ts';
import { whenSettled } from '#host/node/practice-views.ts';
import { toOrigin } from '#host/node/relay-list.ts';
import { readState } from '#host/node/running-node.ts';
import type { RelayStatus } from '#host/rpc/api.ts';
import type { MeshDelivery, MeshMessage, MeshOverview, MeshPath } from '#host/rpc/mesh-api.ts';
import type { Clock } from '#ports/clock.ts';
import type { Metrics } from '#ports/metrics.ts';
import type { Store, StoreFailure } from '#ports/store.ts';
import type { Dialer } from '#ports/transport.ts';

/** A program's node: it finds others over relays, says things to them and hears what they say (docs/mesh-api.md). */
export interface MeshNode {
  /** Whom others write to; undefined where this node says nothing about itself. */
  readonly address: NodeAddress | undefined;
  /**
   * Links this node to a relay and keeps the link alive until `leave`. Resolves with the origin once the relay greeted it;
   * `unreachable` after the patience (15 s unless given), and the node tries on.
   */
  join(origin: string, patience?: number): Promise<Result<string, JoinRefusal>>;
  /** Ends the link to this relay, or to all of them. */
  leave(origin?: string): void;
  relays(): readonly RelayStatus[];
  /** As in MeshApi: resolves with the message's id once it is committed here. */
  send(to: NodeAddress, body: Uint8Array): Promise<Result<MessageId>>;
  broadcast(body: Uint8Array): Promise<Result<MessageId>>;
  /** How far a message came; undefined for one that was not sent by this node since it started. */
  delivery(id: MessageId): Promise<MeshDelivery | undefined>;
  /** Hears of each step of a delivery: queued, custody, delivered or expired. Returns a function that ends it. */
  onDelivery(listener: (delivery: MeshDelivery) => void): () => void;
  onMessage(listener: (message: MeshMessage) => void): () => void;
  /** The way to a node; after `patience` milliseconds (6,000 unless given) what is known without an answer. */
  trace(target: NodeAddress, patience?: number): Promise<Result<MeshPath>>;
  stats(): Promise<MeshOverview>;
  /** Ends every link, lets running commits finish and closes the store. */
  stop(): Promise<void>;
}

export type JoinRefusal = 'malformed' | 'over-capacity' | 'unreachable';

export interface MeshNodeParts extends OwnKeyParts {
  readonly store: Store;
  readonly dialer: Dialer;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /**
   * `program`: can be written to. `kiosk`: serves a place, joins radio and internet. `nobody`: says nothing about itself, as
   * a patient's phone; it hears broadcasts and traces, and cannot send.
   */
  readonly as: 'program' | 'kiosk' | 'nobody';
  /** CAPABILITY bits of the mesh beyond ROUTER. */
  readonly capabilities?: number;
  /** False: takes no part in the sync of public records, for who stays a moment only. It knows nobody's key then. */
  readonly syncs?: boolean;
  readonly onBroken: (failure: StoreFailure) => void;
}

const MAX_RELAYS = 16;
const JOIN_PATIENCE_MS = 15_000;
const IDENTITY = { seed: 'mesh seed', key: 'mesh identity' as KeyName } as const;

const startEngine = async (parts: MeshNodeParts, identity: OwnKey | undefined): Promise<Engine> => {
  const config: EngineConfig = {
    role: 'leaf',
    identity,
    syncs: parts.syncs ?? true,
    capabilities: (parts.capabilities ?? 0) | (parts.as === 'kiosk' ? CAPABILITY.GATEWAY : 0),
    registrars: [],
    limits: LEAF_LIMITS,
    timing: DEFAULT_TIMING,
    padding: 'uniform',
  };
  const state = parseState(await readState(parts.store));
  return createEngine({ config, seed: parts.random.bytes(32), state, now: parts.clock.now() });
};

/** Tells each listener of each step of each delivery, once. */
const watchDeliveries = (driver: Driver, all: () => Promise<readonly MeshDelivery[]>) => {
  const listeners = new Set<(delivery: MeshDelivery) => void>();
  let told = new Map<MessageId, MeshDelivery['phase']>();
  const tell = async (): Promise<void> => {
    const deliveries = await all();
    const before = told;
    told = new Map(deliveries.map(({ id, phase }) => [id, phase]));
    for (const delivery of deliveries) {
      if (before.get(delivery.id) !== delivery.phase) for (const listener of [...listeners]) listener(delivery);
    }
  };
  driver.subscribe((topic) => {
    // A store that broke is told by onBroken.
    if (topic === 'mesh' && listeners.size > 0) tell().catch(() => undefined);
  });
  return (listener: (delivery: MeshDelivery) => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
};

/** Resolves true when the relay's hello came, false when the patience is over. */
const greeted = (
  { driver, clock }: { readonly driver: Driver; readonly clock: Clock },
  isThere: () => boolean,
  patience: number,
): Promise<boolean> =>
  new Promise((done) => {
    if (isThere()) return done(true);
    const finish = (there: boolean): void => {
      cancel();
      unsubscribe();
      done(there);
    };
    const cancel = clock.wakeAt((clock.now() + patience) as Millis, () => finish(false));
    const unsubscribe = driver.subscribe((topic) => {
      if (topic === 'status' && isThere()) finish(true);
    });
  });

const createJoin =
  (dialling: Dialling, isThere: (origin: string, patience: number) => Promise<boolean>): MeshNode['join'] =>
  async (text, patience = JOIN_PATIENCE_MS) => {
    const origin = toOrigin(text);
    if (origin === undefined) return refuse('malformed');
    const isNew = dialling.status().every((relay) => relay.origin !== origin);
    if (isNew && dialling.status().length >= MAX_RELAYS) return refuse('over-capacity');
    dialling.add(origin);
    return (await isThere(origin, patience)) ? ok(origin) : refuse('unreachable');
  };

/** Rejects with StoreError when the store or the keys cannot be read. */
export const startMeshNode = async (parts: MeshNodeParts): Promise<MeshNode> => {
  const { store, crypto, clock, random, metrics, dialer } = parts;
  const identity = parts.as === 'nobody' ? undefined : await loadOwnKey(parts, IDENTITY);
  const engine = await startEngine(parts, identity);
  const { views } = engine;
  const driver = createDriver({ engine, store, crypto, clock, metrics, onBroken: parts.onBroken });
  const dialling = createDialling({
    driver,
    dialer,
    clock,
    random,
    onChange: () => undefined,
  });
  const readers = new Set<(message: MeshMessage) => void>();
  const calls = createMeshCalls({
    driver,
    views,
    clock,
    onMessage: (message) => {
      for (const reader of [...readers]) reader(message);
    },
  });
  const deliveries = () => whenSettled(driver, () => views.mesh().deliveries.map(toDelivery));
  return {
    address: identity?.address,
    join: createJoin(dialling, (origin, patience) =>
      greeted({ driver, clock }, () => views.relays().includes(origin), patience),
    ),
    leave: (text) => {
      if (text === undefined) return dialling.stop();
      dialling.remove(toOrigin(text) ?? text);
    },
    relays: dialling.status,
    send: calls.send,
    broadcast: calls.broadcast,
    delivery: async (id) => (await deliveries()).find((delivery) => delivery.id === id),
    onDelivery: watchDeliveries(driver, deliveries),
    onMessage: (listener) => {
      readers.add(listener);
      return () => readers.delete(listener);
    },
    trace: calls.trace,
    stats: calls.mesh,
    stop: async () => {
      dialling.stop();
      await driver.stop();
      await store.close();
    },
  };
};
