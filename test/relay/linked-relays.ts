/** Whole relays in this process that dial each other, and people on devices of their own who are linked to one of them. */
import { vi } from 'vitest';
import { createMemoryKeys } from '#adapters/memory/memory-keys.ts';
import { createMemoryStore } from '#adapters/memory/memory-store.ts';
import { createBoundedClock, createSystemClock } from '#adapters/system/clock.ts';
import { createSystemRng } from '#adapters/system/rng.ts';
import type { KeyName, Millis, NodeAddress, OfferId } from '#core/brand.ts';
import { addressOf } from '#core/crypto/address.ts';
import { createRendezvous } from '#host/discovery/rendezvous.ts';
import { type LeafNode, startLeafNode } from '#host/node/running-node.ts';
import type { Store } from '#ports/store.ts';
import { type RelayLinks, startRelayLinks } from '#relay/dial/relay-links.ts';
import { createSocketDialer } from '#relay/dial/socket-dialer.ts';
import { type RelayNode, startRelayNode } from '#relay/relay-node.ts';
import { type RelayServer, startRelayServer } from '#relay/serve.ts';
import { loadNative } from '#relay/webtransport/native.ts';
import { OFFER, PROFILE } from '#test/engine/practice.ts';
import { createTestCrypto } from '#test/engine-node.ts';
import { testConfig } from '#test/relay/relay-place.ts';

const clock = createSystemClock();
const random = createSystemRng();
const PATIENCE = { timeout: 40_000, interval: 20 };

/** Resolves as soon as it holds; however slow the machine is. */
export const until = (holds: () => boolean): Promise<void> =>
  vi.waitFor(() => {
    if (!holds()) throw new Error(`still not: ${holds}`);
  }, PATIENCE);

export type Transport = 'webtransport' | 'websocket';

export interface WholeRelay {
  readonly node: RelayNode;
  readonly server: RelayServer;
  /** What it wrote for its operator. */
  readonly lines: readonly string[];
  readonly counters: ReadonlyMap<string, number>;
  /** Dials these from now on. */
  link(...origins: string[]): RelayLinks;
  stop(): Promise<void>;
}

export interface WholeRelayOptions {
  /** Over which it links itself to others. */
  readonly transport?: Transport;
  readonly config?: object;
}

export const startWholeRelay = async (options: WholeRelayOptions = {}): Promise<WholeRelay> => {
  const config = testConfig(options.config);
  const counters = new Map<string, number>();
  const lines: string[] = [];
  const running: RelayLinks[] = [];
  const node = await startRelayNode({
    store: createMemoryStore(),
    keys: createMemoryKeys(),
    crypto: createTestCrypto(),
    clock,
    random,
    metrics: {
      count: (name, label = '', by = 1) => {
        const key = `${name} ${label}`.trim();
        counters.set(key, (counters.get(key) ?? 0) + by);
      },
      gauge: () => undefined,
    },
    registrars: [],
    mesh: config.mesh,
    onBroken: (failure) => {
      throw new Error(failure);
    },
  });
  const server = await startRelayServer(config, {
    accept: node.driver.accept,
    identityAddress: node.address,
    linkedRelays: node.views.relays,
    metricsText: async () => '',
    onNotice: (text) => void lines.push(text),
  });
  const loaded = options.transport === 'webtransport' ? loadNative() : undefined;
  if (loaded?.ok === false) throw new Error(loaded.reason);
  return {
    node,
    server,
    lines,
    counters,
    link: (...origins) => {
      const links = startRelayLinks({
        origins,
        avoid: config.avoid,
        operators: config.mesh.operators,
        address: node.address,
        driver: node.driver,
        views: node.views,
        native: loaded?.native,
        clock,
        random,
        say: (text) => void lines.push(text),
      });
      running.push(links);
      return links;
    },
    stop: async () => {
      for (const links of running) links.stop();
      await server.close();
      await node.driver.stop();
    },
  };
};

export interface Person {
  readonly leaf: LeafNode;
  stop(): Promise<void>;
}

interface PersonOptions {
  /** Where the device keeps what it knows; by default nowhere. */
  readonly store?: Store;
  /** The relay's lists of other relays are believed, as in the app. */
  readonly rendezvous?: boolean;
}

const createPerson = async (
  relay: WholeRelay,
  options: PersonOptions = {},
): Promise<Person & { readonly publicKey: Uint8Array }> => {
  const crypto = createTestCrypto();
  const rendezvous = createRendezvous();
  const publicKey = await crypto.importIdentity('practice' as KeyName, random.bytes(32));
  const leaf = await startLeafNode({
    store: options.store ?? createMemoryStore(),
    crypto,
    dialer: createSocketDialer({ onDiscovery: (origin, { relays }) => rendezvous.learn(origin, relays) }),
    strategies: options.rendezvous ? [rendezvous] : [],
    clock: createBoundedClock(),
    random,
    metrics: { count: () => undefined, gauge: () => undefined, snapshot: () => ({}) },
    registrars: [],
    relays: [relay.server.origin],
    plz: undefined,
    build: 'test',
    deleteEverything: async () => undefined,
    onBroken: () => undefined,
  });
  return { leaf, publicKey, stop: leaf.stop };
};

export interface Practice extends Person {
  readonly address: NodeAddress;
  readonly start: Millis;
}

/** A practice with one free slot, linked to this relay. */
export const openPracticeAt = async (relay: WholeRelay): Promise<Practice> => {
  const { leaf, publicKey, stop } = await createPerson(relay);
  const { driver } = leaf;
  const start = (Math.ceil(clock.now() / 300_000) * 300_000 + 30 * 3_600_000) as Millis;
  await driver.command({ kind: 'adopt-identity', key: 'practice' as KeyName, publicKey, restore: false });
  await driver.command({ kind: 'save-profile', profile: PROFILE });
  await driver.command({ kind: 'save-offer', offer: OFFER });
  const added = await driver.command({ kind: 'add-slots', offer: 0 as OfferId, starts: [start] });
  if (!added.ok) throw new Error(added.code);
  return { leaf, stop, address: addressOf(publicKey), start };
};

export const openPatientAt = (relay: WholeRelay, options?: PersonOptions): Promise<Person> =>
  createPerson(relay, options);

/** The whole loop: the slot is found, asked for, confirmed with a note, and the note is read. */
export const playCoreLoop = async (practice: Practice, patient: Person, requestId: string): Promise<void> => {
  const { views, driver } = patient.leaf;
  await until(() => views.offer(practice.address, 0 as OfferId) !== undefined);
  const { address, start } = practice;
  const wish = {
    practice: address,
    offer: 0 as OfferId,
    start,
    pseudonym: 'Mondlicht',
    code: '',
    text: '',
    display: '',
  };
  const asked = await driver.command({ kind: 'reserve', requestId, ...wish });
  if (!asked.ok) throw new Error(asked.code);
  await until(() => practice.leaf.views.inbox().some((entry) => entry.requestId === requestId));
  await until(() => phaseOf(patient, requestId) === 'delivered');
  const confirmed = await practice.leaf.driver.command({ kind: 'confirm', requestId, note: 'Hinterhaus' });
  if (!confirmed.ok) throw new Error(confirmed.code);
  await until(() => phaseOf(patient, requestId) === 'confirmed');
};

export const phaseOf = ({ leaf }: Person, requestId: string): string | undefined =>
  leaf.views.requests().find((request) => request.requestId === requestId)?.phase;
