import type { KeyName, NodeAddress } from '#core/brand.ts';
import type { PinnedRegistrar } from '#core/domain/trust.ts';
import { DEFAULT_TIMING, type EngineConfig, type EngineLimits, RELAY_LIMITS } from '#engine/config.ts';
import { createEngine } from '#engine/engine.ts';
import { parseState } from '#engine/loaded-state.ts';
import type { Views } from '#engine/views.ts';
import { createDriver, type Driver } from '#host/driver.ts';
import { loadOwnKey } from '#host/node/own-key.ts';
import { readState } from '#host/node/running-node.ts';
import type { Clock } from '#ports/clock.ts';
import type { Crypto } from '#ports/crypto.ts';
import type { KeyStore } from '#ports/key-store.ts';
import type { Metrics } from '#ports/metrics.ts';
import type { Rng } from '#ports/rng.ts';
import type { Store, StoreFailure } from '#ports/store.ts';

/** The relay's engine with its identity and its store. What faces the network is relay/serve.ts. */
export interface RelayNode {
  readonly address: NodeAddress;
  readonly driver: Driver;
  readonly views: Views;
}

export interface RelayNodeParts {
  readonly store: Store;
  readonly keys: KeyStore;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly random: Rng;
  readonly metrics: Metrics;
  readonly registrars: readonly PinnedRegistrar[];
  readonly limits?: Partial<EngineLimits>;
  /** What its operator says of its place in the mesh, and of who may assign it. */
  readonly mesh?: Pick<EngineConfig, 'region' | 'priority' | 'place' | 'operators'>;
  readonly onBroken: (failure: StoreFailure) => void;
}

/**
 * A commit waits so many milliseconds for more to come (PostgreSQL's commit_delay): a busy relay writes to its disk less
 * often, and what is only passed on is on its way before the disk has work.
 */
const GATHER_MS = 2;

/** Rejects with StoreError when the store or the key file cannot be read. */
export const startRelayNode = async (parts: RelayNodeParts): Promise<RelayNode> => {
  const { store, crypto, clock, metrics, random } = parts;
  const identity = await loadOwnKey(parts, { seed: 'relay seed', key: 'relay identity' as KeyName });
  const { address } = identity;
  const engine = createEngine({
    config: {
      role: 'relay',
      identity,
      registrars: parts.registrars,
      limits: { ...RELAY_LIMITS, ...parts.limits },
      timing: DEFAULT_TIMING,
      padding: 'uniform',
      ...parts.mesh,
    },
    seed: random.bytes(32),
    state: parseState(await readState(store)),
    now: clock.now(),
  });
  const gather = (): Promise<void> => new Promise((done) => setTimeout(done, GATHER_MS));
  const driver = createDriver({ engine, store, crypto, clock, metrics, gather, onBroken: parts.onBroken });
  return { address, driver, views: engine.views };
};
