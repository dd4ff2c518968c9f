/** A KeyStore in memory, for tests and simulations: the same rules as the durable ones, nothing survives the process. */
import type { KeyEntry, KeyStore } from '#ports/key-store.ts';

const copyOf = (entry: KeyEntry): KeyEntry =>
  entry.kind === 'secret'
    ? { kind: 'secret', secret: entry.secret.slice() }
    : { kind: 'platform', key: entry.key, publicKey: entry.publicKey.slice() };

export interface MemoryKeys extends KeyStore {
  /** How often `get` was called: reading must not be part of trying to open a foreign bundle. */
  readonly reads: number;
}

export const createMemoryKeys = ({ keepsPlatformKeys = true } = {}): MemoryKeys => {
  const entries = new Map<string, KeyEntry>();
  let reads = 0;
  return {
    keepsPlatformKeys,
    get reads() {
      return reads;
    },
    get: async (name) => {
      reads++;
      const entry = entries.get(name);
      return entry && copyOf(entry);
    },
    put: async (name, entry) => {
      entries.set(name, copyOf(entry));
    },
    add: async (name, entry) => {
      const kept = entries.get(name) ?? copyOf(entry);
      entries.set(name, kept);
      return copyOf(kept);
    },
    delete: async (names) => {
      for (const name of names) entries.delete(name);
    },
    list: async (prefix) => [...entries.keys()].filter((name) => name.startsWith(prefix)),
    clear: async () => entries.clear(),
  };
};
