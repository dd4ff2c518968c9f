import { fetchDiscovery } from '#adapters/dialing/discovery.ts';
import { createRelayDialer } from '#adapters/dialing/relay-dialer.ts';
import { destroyDatabase } from '#adapters/indexeddb/database.ts';
import { openIndexedDbStore } from '#adapters/indexeddb/indexeddb-store.ts';
import { destroyKeyDatabase, openIndexedDbKeyStore } from '#adapters/indexeddb-keys/indexeddb-key-store.ts';
import { createBoundedClock } from '#adapters/system/clock.ts';
import { createCounters } from '#adapters/system/counters.ts';
import { createSystemRng } from '#adapters/system/rng.ts';
import { createWebCrypto } from '#adapters/webcrypto/web-crypto.ts';
import { streamCapability } from '#core/domain/link-capability.ts';
import type { PinnedRegistrar } from '#core/domain/trust.ts';
import { openPlzTable, type PlzTable } from '#core/plz/plz-table.ts';
import { createRendezvous } from '#host/discovery/rendezvous.ts';
import type { BoardAccess } from '#host/node/board-desk.ts';
import { loadRegistrars } from '#host/node/known-registrars.ts';
import { type LeafNode, readState, startLeafNode } from '#host/node/running-node.ts';
import type { StoreFailure } from '#ports/store.ts';

declare global {
  // Not in TypeScript's library, and not in every browser (https://wicg.github.io/netinfo/).
  interface WorkerNavigator {
    readonly connection?: { readonly downlink?: number };
  }
}

/** The browser's node over its adapters: the same in the tab's worker and in the service worker. */
const PLZ_FILE = '/data/plz.bin';

const DISCOVERY_PATIENCE_MS = 2_500;

const askRegistrars = async (): Promise<readonly PinnedRegistrar[] | undefined> => {
  const discovery = await fetchDiscovery(self.location.origin, fetch, AbortSignal.timeout(DISCOVERY_PATIENCE_MS));
  return discovery.ok ? discovery.value.registrars : undefined;
};

const loadPlz = async (): Promise<PlzTable | undefined> => {
  try {
    const table = openPlzTable(new Uint8Array(await (await fetch(PLZ_FILE)).arrayBuffer()));
    return table.ok ? table.value : undefined;
  } catch {
    return undefined;
  }
};

/** Rejects with StoreError when this browser keeps nothing for us. */
export const startBrowserLeaf = async (
  term: number,
  onBroken: (failure: StoreFailure) => void,
  boards?: BoardAccess,
): Promise<LeafNode> => {
  const store = await openIndexedDbStore({ term, onEnded: () => onBroken('unavailable') });
  const tables = readState(store);
  // Whoever waits for it below hears of a failure; until then it is nobody's.
  tables.catch(() => undefined);
  const [keys, registrars, plz] = await Promise.all([
    openIndexedDbKeyStore(),
    loadRegistrars(store, askRegistrars),
    loadPlz(),
  ]);
  const random = createSystemRng();
  const rendezvous = createRendezvous();
  const node: LeafNode = await startLeafNode({
    store,
    tables,
    crypto: createWebCrypto({ subtle: crypto.subtle, keys, random }),
    dialer: createRelayDialer({ onDiscovery: (origin, { relays }) => rendezvous.learn(origin, relays) }),
    clock: createBoundedClock(),
    capability: () => streamCapability(navigator.connection?.downlink),
    random,
    metrics: createCounters(),
    registrars,
    relays: [self.location.origin],
    strategies: [rendezvous],
    plz,
    boards,
    build: __BUILD__,
    deleteEverything: async () => {
      await node.stop();
      await keys.clear();
      keys.close();
      await destroyKeyDatabase();
      await destroyDatabase();
      onBroken('closed');
    },
    onBroken,
  });
  return node;
};
