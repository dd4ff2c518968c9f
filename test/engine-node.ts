import { webcrypto } from 'node:crypto';
import { createMemoryKeys } from '#adapters/memory/memory-keys.ts';
import { createMemoryStore } from '#adapters/memory/memory-store.ts';
import { createWebCrypto } from '#adapters/webcrypto/web-crypto.ts';
import type { KeyName, Millis, NodeAddress } from '#core/brand.ts';
import { addressOf } from '#core/crypto/address.ts';
import type { LinkCapability } from '#core/domain/link-capability.ts';
import type { PinnedRegistrar } from '#core/domain/trust.ts';
import { DEFAULT_TIMING, type EngineConfig, LEAF_LIMITS, type OwnKey, RELAY_LIMITS } from '#engine/config.ts';
import { createEngine, type Engine } from '#engine/engine.ts';
import { parseState, STATE_TABLES, type StateTables } from '#engine/loaded-state.ts';
import { createDriver, type Driver, type DriverParts } from '#host/driver.ts';
import type { Crypto } from '#ports/crypto.ts';
import type { Store, StoreEntry, StoreFailure } from '#ports/store.ts';
import type { Link, LinkEnd, LinkHandlers } from '#ports/transport.ts';
import type { VirtualClock } from '#test/virtual-clock.ts';

/** A whole node over memory: the real engine, driver and crypto; only store, links and time are models. */
export interface TestNode {
  readonly driver: Driver;
  readonly engine: Engine;
  readonly crypto: Crypto;
  readonly store: Store;
  readonly counters: Map<string, number>;
  /** Makes an identity in the node's key store and adopts it. */
  adopt(restore?: boolean, seed?: Uint8Array): Promise<NodeAddress>;
}

const random = { bytes: (count: number) => webcrypto.getRandomValues(new Uint8Array(count)) };

export const readTables = async (store: Store): Promise<StateTables> => {
  const tables: Partial<Record<(typeof STATE_TABLES)[number], readonly StoreEntry[]>> = {};
  for (const table of STATE_TABLES) tables[table] = await store.entries(table);
  return tables as StateTables;
};

export interface TestNodeOptions {
  readonly role: 'relay' | 'leaf';
  readonly clock: VirtualClock;
  readonly registrars?: readonly PinnedRegistrar[];
  readonly store?: Store;
  readonly crypto?: Crypto;
  readonly config?: Partial<EngineConfig>;
  readonly seed?: Uint8Array;
  /** A relay's identity, the same at every start. */
  readonly relaySeed?: Uint8Array;
  readonly record?: NonNullable<DriverParts['record']>;
  readonly onBroken?: (failure: StoreFailure) => void;
}

export const createTestCrypto = (): Crypto =>
  createWebCrypto({ subtle: webcrypto.subtle as SubtleCrypto, keys: createMemoryKeys(), random });

/** The same crypto, and how many of its operations are under way: what time has to wait for. */
const countRunning = (crypto: Crypto): { readonly crypto: Crypto; readonly running: () => number } => {
  let running = 0;
  const counted =
    <A extends unknown[], T>(work: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      running++;
      try {
        return await work(...args);
      } finally {
        running--;
      }
    };
  return {
    running: () => running,
    crypto: {
      verify: counted(crypto.verify),
      sign: counted(crypto.sign),
      importIdentity: counted(crypto.importIdentity),
      createPrekey: counted(crypto.createPrekey),
      importSecret: counted(crypto.importSecret),
      derive: counted(crypto.derive),
      pseudonym: counted(crypto.pseudonym),
      forget: counted(crypto.forget),
      sealRequest: counted(crypto.sealRequest),
      resumeRequest: counted(crypto.resumeRequest),
      sealReceipt: counted(crypto.sealReceipt),
      sealMessage: counted(crypto.sealMessage),
      open: counted(crypto.open),
    },
  };
};

export const createTestNode = async (options: TestNodeOptions): Promise<TestNode> => {
  const { role, clock, store = createMemoryStore() } = options;
  const { crypto, running } = countRunning(options.crypto ?? createTestCrypto());
  clock.watch(running);
  const counters = new Map<string, number>();
  let identity: OwnKey | undefined;
  if (role === 'relay') {
    const key = 'relay' as KeyName;
    const publicKey = await crypto.importIdentity(key, options.relaySeed ?? random.bytes(32));
    identity = { key, publicKey, address: addressOf(publicKey) };
  }
  const config: EngineConfig = {
    role,
    identity,
    registrars: options.registrars ?? [],
    limits: role === 'relay' ? RELAY_LIMITS : LEAF_LIMITS,
    timing: DEFAULT_TIMING,
    padding: 'uniform',
    ...options.config,
  };
  const engine = createEngine({
    config,
    seed: options.seed ?? random.bytes(32),
    state: parseState(await readTables(store)),
    now: clock.now(),
  });
  const driver = createDriver({
    engine,
    store,
    crypto,
    clock,
    metrics: {
      count: (name, label = '', by = 1) => {
        const key = label === '' ? name : `${name} ${label}`;
        counters.set(key, (counters.get(key) ?? 0) + by);
      },
      gauge: () => undefined,
    },
    onBroken: options.onBroken ?? (() => undefined),
    ...(options.record === undefined ? {} : { record: options.record }),
  });
  return {
    driver,
    engine,
    crypto,
    store,
    counters,
    adopt: async (restore = false, seed = random.bytes(32)) => {
      const key = 'practice' as KeyName;
      const publicKey = await crypto.importIdentity(key, seed);
      await driver.command({ kind: 'adopt-identity', key, publicKey, restore });
      return addressOf(publicKey);
    },
  };
};

export interface JoinedLink {
  /** The link is lost; both ends hear it. */
  cut(): void;
  /** Lets one end hear a frame that the other did not send now: a replay, or a forgery. */
  inject(to: 'dialler' | 'listener', frame: Uint8Array): void;
}

/** What becomes of a frame: the milliseconds after which each of its copies arrives; none when it is lost. */
export type Fate = (frame: Uint8Array, to: 'dialler' | 'listener') => readonly number[];

/** Joins two nodes by a link in memory. Every copy of a frame arrives in a later task. */
export const joinWith = (
  dialler: Driver,
  listener: Driver,
  clock: VirtualClock,
  fate: Fate,
  capability: LinkCapability = 'unconstrained',
  onLost: () => void = () => undefined,
  accepted: LinkCapability = 'unconstrained',
): JoinedLink => {
  const ends: { handlers: LinkHandlers; open: boolean }[] = [];
  const arrive = (index: number, frame: Uint8Array): void => {
    const side = ends[index];
    if (side?.open) side.handlers.onFrame(frame.slice());
  };
  const end = (index: number): Link => ({
    transport: 'memory',
    remote: index === 0 ? 'relay' : 'leaf',
    send: (frame) => {
      const copy = frame.slice();
      if (!ends[index]?.open) return false;
      for (const delay of fate(copy, index === 0 ? 'listener' : 'dialler')) {
        clock.wakeAt((clock.now() + delay) as Millis, () => arrive(1 - index, copy));
      }
      return true;
    },
    close: (reason) => {
      cut(reason);
      if (index === 0 && reason === 'lost') onLost();
    },
  });
  const cut = (reason: LinkEnd = 'closed'): void => {
    for (const side of ends) {
      if (!side.open) continue;
      side.open = false;
      clock.wakeAt(clock.now(), () => side.handlers.onEnd(reason));
    }
  };
  ends[1] = { handlers: listener.accept(end(1), accepted), open: true };
  dialler.attach((handlers) => {
    ends[0] = { handlers, open: true };
    return end(0);
  }, capability);
  return { cut: () => cut('lost'), inject: (to, frame) => arrive(to === 'dialler' ? 0 : 1, frame) };
};

/**
 * The same with a link on which every frame arrives once, in order; returns a function that cuts it. When the dialler
 * gives the link up as lost it dials again, as a node does.
 */
export const joinNodes = (dialler: Driver, listener: Driver, clock: VirtualClock, delay = 1): (() => void) => {
  const join = (): JoinedLink =>
    joinWith(
      dialler,
      listener,
      clock,
      () => [delay],
      'unconstrained',
      () =>
        clock.wakeAt((clock.now() + 500) as Millis, () => {
          link = join();
        }),
    );
  let link = join();
  return () => link.cut();
};

export interface RadioLink {
  /** Kind and length of each frame that the dialler sent, and of those that it got. */
  readonly sent: readonly (readonly [kind: number, length: number])[];
  readonly received: readonly (readonly [kind: number, length: number])[];
  cut(): void;
}

/** The same with a link that is narrow at both ends, as those over the air are: `below` dials whoever is nearer to the internet. */
export const joinByRadio = (
  below: Driver,
  above: Driver,
  clock: VirtualClock,
  delay = 500,
  capability: LinkCapability = 'constrained',
): RadioLink => {
  const sent: [number, number][] = [];
  const received: [number, number][] = [];
  const fate: Fate = (frame, to) => {
    (to === 'listener' ? sent : received).push([frame[0] ?? 0, frame.length]);
    return [delay];
  };
  const { cut } = joinWith(below, above, clock, fate, capability, undefined, capability);
  return { sent, received, cut };
};
