/**
 * The browser's KeyStore (src/ports/key-store.ts), in a database of its own: non-extractable CryptoKeys as they are, raw
 * secrets encrypted under a non-extractable AES-256-GCM key. This stops copying of files, not use by injected script.
 */

import { utf8ToBytes } from '@noble/hashes/utils.js';
import { type DBSchema, deleteDB, type IDBPDatabase, openDB } from 'idb';
import { unavailable } from '#adapters/indexeddb/failure.ts';
import type { KeyEntry, KeyStore } from '#ports/key-store.ts';
import { StoreError } from '#ports/store.ts';

export const KEY_DATABASE_NAME = 'terminfunk-keys';
const VAULT = 'vault';
const NONCE_BYTES = 12;

interface KeySchema extends DBSchema {
  vault: { key: typeof VAULT; value: CryptoKey };
  entries: { key: string; value: StoredEntry };
}
type StoredEntry =
  | { readonly kind: 'platform'; readonly key: CryptoKey; readonly publicKey: Uint8Array }
  | { readonly kind: 'secret'; readonly sealed: Uint8Array };

export interface IndexedDbKeyStore extends KeyStore {
  close(): void;
}

const buffered = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);

const loadVault = async (database: IDBPDatabase<KeySchema>): Promise<CryptoKey> => {
  const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  const step = database.transaction('vault', 'readwrite', { durability: 'strict' });
  const kept = await step.store.get(VAULT);
  if (kept === undefined) await step.store.put(made, VAULT);
  await step.done;
  return kept ?? made;
};

/** Rejects with StoreError `unavailable` where the browser has no IndexedDB for us. */
export const openIndexedDbKeyStore = async (name = KEY_DATABASE_NAME): Promise<IndexedDbKeyStore> => {
  const database = await openDB<KeySchema>(name, 1, {
    upgrade: (fresh) => {
      fresh.createObjectStore('vault');
      fresh.createObjectStore('entries');
    },
    // Somebody deletes everything: do not stand in the way.
    blocking: () => database.close(),
  }).catch((error: unknown) => {
    throw unavailable(error);
  });
  const vault = await loadVault(database);

  const seal = async (entryName: string, entry: KeyEntry): Promise<StoredEntry> => {
    if (entry.kind === 'platform') {
      if (!(entry.key instanceof CryptoKey)) throw new TypeError('key store: a platform key is a CryptoKey');
      return { kind: 'platform', key: entry.key, publicKey: entry.publicKey };
    }
    const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
    const algorithm = { name: 'AES-GCM', iv, additionalData: buffered(utf8ToBytes(entryName)) };
    const sealed = new Uint8Array(await crypto.subtle.encrypt(algorithm, vault, buffered(entry.secret)));
    const whole = new Uint8Array(NONCE_BYTES + sealed.length);
    whole.set(iv);
    whole.set(sealed, NONCE_BYTES);
    return { kind: 'secret', sealed: whole };
  };
  const open = async (entryName: string, stored: StoredEntry): Promise<KeyEntry> => {
    if (stored.kind === 'platform') return stored;
    const iv = buffered(stored.sealed.subarray(0, NONCE_BYTES));
    const algorithm = { name: 'AES-GCM', iv, additionalData: buffered(utf8ToBytes(entryName)) };
    try {
      const plain = await crypto.subtle.decrypt(algorithm, vault, buffered(stored.sealed.subarray(NONCE_BYTES)));
      return { kind: 'secret', secret: new Uint8Array(plain) };
    } catch (cause) {
      throw new StoreError('corrupt', { cause });
    }
  };
  const write = () => database.transaction('entries', 'readwrite', { durability: 'strict' });

  return {
    keepsPlatformKeys: true,
    get: async (entryName) => {
      const stored = await database.get('entries', entryName);
      return stored && open(entryName, stored);
    },
    put: async (entryName, entry) => {
      const sealed = await seal(entryName, entry);
      const step = write();
      await Promise.all([step.store.put(sealed, entryName), step.done]);
    },
    add: async (entryName, entry) => {
      const sealed = await seal(entryName, entry);
      const step = write();
      const kept = await step.store.get(entryName);
      if (kept === undefined) await step.store.put(sealed, entryName);
      await step.done;
      return kept === undefined ? entry : open(entryName, kept);
    },
    delete: async (names) => {
      const step = write();
      await Promise.all([...names.map((entryName) => step.store.delete(entryName)), step.done]);
    },
    list: (prefix) => database.getAllKeys('entries', IDBKeyRange.bound(prefix, `${prefix}\uffff`)),
    clear: async () => {
      const step = database.transaction(['entries', 'vault'], 'readwrite', { durability: 'strict' });
      await Promise.all([step.objectStore('entries').clear(), step.objectStore('vault').clear(), step.done]);
    },
    close: () => database.close(),
  };
};

export const destroyKeyDatabase = (name = KEY_DATABASE_NAME): Promise<void> => deleteDB(name);
