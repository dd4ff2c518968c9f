/**
 * A relay's KeyStore: one JSON file that only its owner can read, replaced atomically and synced before anything is
 * acknowledged. It holds the relay's identity, nothing of anybody else's.
 */
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as v from 'valibot';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import type { KeyEntry, KeyStore } from '#ports/key-store.ts';
import { StoreError } from '#ports/store.ts';

const schema = v.record(v.string(), v.pipe(v.string(), v.regex(/^([0-9a-f]{2})*$/)));
const OWNER_ONLY = 0o600;

const readEntries = async (path: string): Promise<Map<string, Uint8Array>> => {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return new Map();
    throw new StoreError('unavailable', { cause: error });
  }
  try {
    const parsed = v.parse(schema, JSON.parse(text));
    return new Map(Object.entries(parsed).map(([name, hex]) => [name, fromHex(hex) ?? new Uint8Array(0)]));
  } catch (error) {
    throw new StoreError('corrupt', { cause: error });
  }
};

const syncFolder = async (path: string): Promise<void> => {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
};

const writeEntries = async (path: string, entries: ReadonlyMap<string, Uint8Array>): Promise<void> => {
  const text = JSON.stringify(Object.fromEntries([...entries].map(([name, secret]) => [name, toHex(secret)])), null, 1);
  const draft = `${path}.new`;
  const file = await open(draft, 'w', OWNER_ONLY);
  try {
    await file.writeFile(`${text}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  await syncFolder(dirname(path));
};

/** Reads the file, or begins an empty one with the first `put`. Rejects with `corrupt` rather than replacing a damaged file. */
export const openFileKeyStore = async (path: string): Promise<KeyStore> => {
  await mkdir(dirname(path), { recursive: true });
  const entries = await readEntries(path);
  let writing: Promise<void> = Promise.resolve();
  const save = (): Promise<void> => {
    const next = writing.then(() => writeEntries(path, entries));
    writing = next.catch(() => undefined);
    return next;
  };
  const secretOf = (entry: KeyEntry): Uint8Array => {
    if (entry.kind !== 'secret') throw new TypeError('key store: a file keeps secrets only');
    return entry.secret.slice();
  };
  const entryOf = (secret: Uint8Array): KeyEntry => ({ kind: 'secret', secret: secret.slice() });
  return {
    keepsPlatformKeys: false,
    get: async (name) => {
      const secret = entries.get(name);
      return secret && entryOf(secret);
    },
    put: async (name, entry) => {
      entries.set(name, secretOf(entry));
      await save();
    },
    add: async (name, entry) => {
      const kept = entries.get(name);
      if (kept !== undefined) return entryOf(kept);
      entries.set(name, secretOf(entry));
      await save();
      return entry;
    },
    delete: async (names) => {
      for (const name of names) entries.delete(name);
      await save();
    },
    list: async (prefix) => [...entries.keys()].filter((name) => name.startsWith(prefix)),
    clear: async () => {
      entries.clear();
      await save();
    },
  };
};
