import { join } from 'node:path';
import { createMemoryKeys } from '#adapters/memory/memory-keys.ts';
import { createMemoryStore } from '#adapters/memory/memory-store.ts';
import { createSystemClock } from '#adapters/system/clock.ts';
import { createCounters } from '#adapters/system/counters.ts';
import { createSystemRng } from '#adapters/system/rng.ts';
import { createWebCrypto } from '#adapters/webcrypto/web-crypto.ts';
import { type MeshNode, type MeshNodeParts, startMeshNode } from '#host/node/mesh-node.ts';
import { StoreError } from '#ports/store.ts';
import { openFileKeyStore } from '#relay/crypto/file-key-store.ts';
import { createSocketDialer } from '#relay/dial/socket-dialer.ts';
import { openLevelStore } from '#relay/store/level-store.ts';

/** The node of a program in Node.js, over the adapters of this platform (docs/mesh-api.md). */
export interface MeshNodeOptions extends Partial<Pick<MeshNodeParts, 'as' | 'capabilities' | 'syncs' | 'onBroken'>> {
  /** A folder for its key and its store; without one both are gone when it stops, and messages that wait with them. */
  readonly data?: string;
}

const fail = (failure: ConstructorParameters<typeof StoreError>[0]): never => {
  throw new StoreError(failure);
};

/** Rejects with StoreError when the folder cannot be used; another program may be running on it. */
export const openMeshNode = async (options: MeshNodeOptions = {}): Promise<MeshNode> => {
  const { data, as = 'program', onBroken = fail, ...others } = options;
  const random = createSystemRng();
  const keys = data === undefined ? createMemoryKeys() : await openFileKeyStore(join(data, 'keys.json'));
  return startMeshNode({
    ...others,
    as,
    onBroken,
    keys,
    store: data === undefined ? createMemoryStore() : await openLevelStore(join(data, 'store')),
    crypto: createWebCrypto({ subtle: globalThis.crypto.subtle, keys, random }),
    dialer: createSocketDialer(),
    clock: createSystemClock(),
    random,
    metrics: createCounters(),
  });
};
