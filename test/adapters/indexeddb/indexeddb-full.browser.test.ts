/** What happens when the browser has no more room for us: in a storage bucket with a small quota of its own. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { raiseTerm } from '#adapters/indexeddb/database.ts';
import { type IndexedDbStore, openIndexedDbStore } from '#adapters/indexeddb/indexeddb-store.ts';
import type { StoreOp, Table } from '#ports/store.ts';

/** The part of the Storage Buckets API that the test needs; Chromium has it, TypeScript's library does not. */
interface StorageBuckets {
  open(name: string, options: { quota: number }): Promise<{ readonly indexedDB: IDBFactory }>;
  delete(name: string): Promise<void>;
}
const hasBuckets = (storage: object): storage is { readonly storageBuckets: StorageBuckets } =>
  'storageBuckets' in storage;

const MEGABYTE = 1024 * 1024;
const BUCKET = 'small';
const buckets = (): StorageBuckets => {
  if (!hasBuckets(navigator)) throw new Error('this browser has no storage buckets');
  return navigator.storageBuckets;
};
const put = (table: Table, key: string, value: Uint8Array = Uint8Array.of(1)): StoreOp => ({
  op: 'put',
  table,
  key,
  value,
});
/** Bytes that no compression makes smaller. */
const noise = (length: number): Uint8Array => {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  return bytes;
};

let store: IndexedDbStore;
const keysOf = async (table: Table): Promise<string[]> => (await store.entries(table)).map(({ key }) => key);
beforeEach(async () => {
  const bucket = await buckets().open(BUCKET, { quota: 4 * MEGABYTE });
  vi.stubGlobal('indexedDB', bucket.indexedDB);
  store = await openIndexedDbStore({ term: await raiseTerm() });
});
afterEach(async () => {
  await store.close();
  vi.unstubAllGlobals();
  await buckets().delete(BUCKET);
});

test('what does not fit is refused whole, what fits is taken, in the same group too', async () => {
  await store.commit([put('meta', 'before')]);
  const outcomes = await Promise.allSettled([
    store.commit([put('meta', 'small-1')]),
    store.commit([put('meta', 'large'), put('snapshot', 'large', noise(8 * MEGABYTE)), put('inbox', 'large')]),
    store.commit([put('meta', 'small-2')]),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(outcomes[1]).toMatchObject({ reason: { name: 'StoreError', failure: 'full' } });
  expect(await keysOf('meta')).toEqual(['before', 'small-1', 'small-2']);
  expect(await keysOf('snapshot')).toEqual([]);
  expect(await keysOf('inbox')).toEqual([]);
});

test('a command that does not fit is refused', async () => {
  await expect(store.appendCommand('large', noise(8 * MEGABYTE))).rejects.toMatchObject({ failure: 'full' });
  expect(await keysOf('commands')).toEqual([]);
});
