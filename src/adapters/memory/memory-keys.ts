/**
 * The KeyStore port in memory: the same rules as the durable ones, and nothing survives the process. For nodes that last a
 * moment, and for tests.
 */
import type { KeyEntry, KeyStore } from '#ports/key-store.ts';

const copyOf = (entry: KeyEntry): KeyEntry =>
  entry.kind === 'secret'
    ? { kind: 'secret', secret: entry.secret.slice() }
    : { kind: 'platform', key: entry.key, publicKey: entry.publicKey.slice() };

export const createMemoryKeys = ({ keepsPlatformKeys = true } = {}): KeyStore => {
  const entries = new Map<string, KeyEntry>();
  return {
    keepsPlatformKeys,
    get: async (name) => {
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
