import { openDB } from 'idb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { destroyDatabase, raiseTerm } from '#adapters/indexeddb/database.ts';
import { type IndexedDbStore, openIndexedDbStore } from '#adapters/indexeddb/indexeddb-store.ts';
import { type StoreOp, TABLES, type Table } from '#ports/store.ts';
import { storeContract } from '#test/contracts/store.ts';

let places = 0;
const freshName = (): string => `store-test-${places++}`;

storeContract('indexeddb', async () => {
  const name = freshName();
  return {
    open: async () => openIndexedDbStore({ name, term: await raiseTerm(0, name) }),
    remove: () => destroyDatabase(name),
  };
});

const put = (table: Table, key: string, value: Uint8Array = Uint8Array.of(1)): StoreOp => ({
  op: 'put',
  table,
  key,
  value,
});
const keysOf = async (store: IndexedDbStore, table: Table) => (await store.entries(table)).map(({ key }) => key);

describe('indexeddb store', () => {
  let name: string;
  const opened: IndexedDbStore[] = [];
  const open = async (term?: number): Promise<IndexedDbStore> => {
    const store = await openIndexedDbStore(term === undefined ? { name } : { name, term });
    opened.push(store);
    return store;
  };
  beforeEach(() => {
    name = freshName();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()));
    await destroyDatabase(name);
  });

  test('terms rise by one, also when several tabs ask at once', async () => {
    const terms = await Promise.all(Array.from({ length: 8 }, () => raiseTerm(0, name)));
    expect([...terms].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('a term rises above every term that was heard of', async () => {
    expect(await raiseTerm(7, name)).toBe(8);
    expect(await raiseTerm(3, name)).toBe(9);
  });

  test('a leader of an ended term is fenced, whole and for good, and its successor is not', async () => {
    const before = await open(await raiseTerm(0, name));
    await before.commit([put('meta', 'before')]);
    const after = await open(await raiseTerm(0, name));
    const late = [put('meta', 'late'), put('inbox', 'late'), { op: 'delete', table: 'meta', key: 'before' } as const];
    await expect(before.commit(late)).rejects.toMatchObject({ name: 'StoreError', failure: 'fenced' });
    await expect(before.commit([])).rejects.toMatchObject({ failure: 'fenced' });
    await after.commit([put('meta', 'after')]);
    await expect(before.commit(late)).rejects.toMatchObject({ failure: 'fenced' });
    expect(await keysOf(after, 'meta')).toEqual(['after', 'before']);
    expect(await keysOf(before, 'inbox')).toEqual([]);
  });

  test('every earlier leader is fenced, not the last one only', async () => {
    const stores = [];
    for (let i = 0; i < 4; i++) stores.push(await open(await raiseTerm(0, name)));
    const outcomes = await Promise.allSettled(stores.map((store, index) => store.commit([put('meta', String(index))])));
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'fulfilled']);
  });

  test('commits that run while the term rises are either whole or fenced', async () => {
    const before = await open(await raiseTerm(0, name));
    const commits = Array.from({ length: 300 }, (_, index) =>
      before.commit([put('outbox', String(index)), put('meta', String(index))]).then(
        () => true,
        () => false,
      ),
    );
    const rising = raiseTerm(0, name);
    const kept = (await Promise.all(commits)).filter((done) => done).length;
    const after = await open(await rising);
    expect(await keysOf(after, 'outbox')).toHaveLength(kept);
    expect(await keysOf(after, 'meta')).toHaveLength(kept);
  });

  test('a tab that does not lead reads everything, appends commands and nothing else', async () => {
    const leader = await open(await raiseTerm(0, name));
    const tab = await open();
    await leader.commit([put('requests', 'r', Uint8Array.of(4, 2))]);
    expect(await tab.get('requests', 'r')).toEqual(Uint8Array.of(4, 2));
    await tab.appendCommand('c1', Uint8Array.of(1));
    await tab.appendCommand('c1', Uint8Array.of(1));
    expect(await leader.entries('commands')).toEqual([{ key: 'c1', value: Uint8Array.of(1) }]);
    await expect(tab.commit([put('commands', 'c2')])).rejects.toMatchObject({ failure: 'fenced' });
    await leader.commit([{ op: 'delete', table: 'commands', key: 'c1' }]);
    expect(await tab.entries('commands')).toEqual([]);
  });

  test('at most a thousand commands wait', async () => {
    const tab = await open();
    for (let at = 0; at < 1_000; at += 50) {
      await Promise.all(
        Array.from({ length: 50 }, (_, index) => tab.appendCommand(String(at + index), new Uint8Array())),
      );
    }
    await expect(tab.appendCommand('more', new Uint8Array())).rejects.toMatchObject({ failure: 'full' });
    expect(await keysOf(tab, 'commands')).toHaveLength(1_000);
  });
});

describe('indexeddb store at rest', () => {
  let name: string;
  let store: IndexedDbStore;
  beforeEach(async () => {
    name = freshName();
    store = await openIndexedDbStore({ name, term: await raiseTerm(0, name) });
  });
  afterEach(async () => {
    await store.close();
    await destroyDatabase(name);
  });
  const words = new TextEncoder().encode('Liebe Praxis, ich suche einen Termin');
  const rawRow = async (table: Table, key: string): Promise<Uint8Array> => {
    const raw = await openDB(name);
    const row: unknown = await raw.get(table, key);
    raw.close();
    if (row instanceof Uint8Array) return row;
    throw new Error(`${table}/${key} is no row`);
  };
  const writeRaw = async (table: Table, key: string, row: Uint8Array): Promise<void> => {
    const raw = await openDB(name);
    await raw.put(table, row, key);
    raw.close();
  };
  const contains = (row: Uint8Array, part: Uint8Array): boolean =>
    row.some((_, at) => part.every((byte, index) => row[at + index] === byte));

  test.each(['requests', 'offers', 'inbox', 'outbox', 'commands', 'alerts'] as const)(
    '%s is not readable',
    async (table) => {
      await store.commit([put(table, 'k', words)]);
      const row = await rawRow(table, 'k');
      expect(contains(row, words.subarray(0, 6))).toBe(false);
      expect(row.length).toBe(words.length + 29);
      expect(await store.get(table, 'k')).toEqual(words);
    },
  );

  test('equal values never make equal rows', async () => {
    await store.commit([put('inbox', 'a', words), put('inbox', 'b', words)]);
    await store.commit([put('requests', 'a', words)]);
    const rows = [await rawRow('inbox', 'a'), await rawRow('inbox', 'b'), await rawRow('requests', 'a')];
    expect(new Set(rows.map(String)).size).toBe(3);
  });

  test('what everybody may know lies there as it is', async () => {
    await store.commit([put('announces', 'a', words)]);
    expect(await rawRow('announces', 'a')).toEqual(words);
  });

  test('a changed, cut, moved or foreign row is corrupt, and only that row', async () => {
    await store.commit([put('inbox', 'a', words), put('inbox', 'b', words), put('inbox', 'good', words)]);
    const row = await rawRow('inbox', 'a');
    const changed = row.slice();
    changed[20] = (changed[20] ?? 0) ^ 1;
    for (const bad of [
      changed,
      row.slice(0, 28),
      row.slice(0, -1),
      new Uint8Array(),
      words,
      await rawRow('inbox', 'b'),
    ]) {
      await writeRaw('inbox', 'a', bad);
      await expect(store.get('inbox', 'a')).rejects.toMatchObject({ name: 'StoreError', failure: 'corrupt' });
    }
    await writeRaw('requests', 'a', row);
    await expect(store.get('requests', 'a')).rejects.toMatchObject({ failure: 'corrupt' });
    expect(await store.get('inbox', 'good')).toEqual(words);
  });

  test('the key cannot be exported', async () => {
    const raw = await openDB(name);
    const key: unknown = await raw.get('keys', 'at-rest');
    raw.close();
    if (!(key instanceof CryptoKey)) throw new Error('no key');
    expect(key.extractable).toBe(false);
    await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow();
  });

  test('tabs that start at once share one key', async () => {
    const other = freshName();
    const tabs = await Promise.all(Array.from({ length: 4 }, () => openIndexedDbStore({ name: other })));
    await Promise.all(tabs.map((tab, index) => tab.appendCommand(String(index), words)));
    for (const tab of tabs) expect(await tab.entries('commands')).toHaveLength(4);
    await Promise.all(tabs.map((tab) => tab.close()));
    await destroyDatabase(other);
  });
});

describe('indexeddb store when the browser says no', () => {
  test('deleting everything closes every open store and leaves nothing', async () => {
    const name = freshName();
    let ended = 0;
    const store = await openIndexedDbStore({ name, term: await raiseTerm(0, name), onEnded: () => ended++ });
    const running = store.commit([put('requests', 'r'), put('outbox', 'o')]);
    await destroyDatabase(name);
    await running;
    expect(ended).toBe(1);
    await expect(store.commit([put('meta', 'm')])).rejects.toMatchObject({ failure: 'closed' });
    await expect(store.get('requests', 'r')).rejects.toMatchObject({ failure: 'closed' });
    expect((await indexedDB.databases()).map((database) => database.name)).not.toContain(name);
    const again = await openIndexedDbStore({ name, term: await raiseTerm(0, name) });
    expect(await keysOf(again, 'requests')).toEqual([]);
    await again.close();
    await destroyDatabase(name);
  });

  test("a newer version of the app ends the older one's store, which cannot open again", async () => {
    const name = freshName();
    let ended = 0;
    const store = await openIndexedDbStore({ name, onEnded: () => ended++ });
    const newer = await openDB(name, 99);
    expect(ended).toBe(1);
    await expect(store.get('meta', 'm')).rejects.toMatchObject({ failure: 'closed' });
    await expect(openIndexedDbStore({ name })).rejects.toMatchObject({ name: 'StoreError', failure: 'unavailable' });
    await expect(raiseTerm(0, name)).rejects.toMatchObject({ failure: 'unavailable' });
    newer.close();
    await destroyDatabase(name);
  });

  test.each([
    [1, ['peers', 'routed', 'alerts']],
    [2, ['alerts']],
  ])('a database of version %i gets the new tables and keeps what it has', async (version, lacks) => {
    const name = freshName();
    const had = ['keys', 'terms', 'fences', ...TABLES.filter((table) => !lacks.includes(table))];
    const old = await openDB(name, version, {
      upgrade: (database) => {
        for (const store of had) database.createObjectStore(store);
      },
    });
    await old.put('meta', Uint8Array.of(7), 'kept');
    await old.put('terms', 4, 'current');
    // The tab that runs the older version is told, and lets go.
    old.onversionchange = () => old.close();
    const term = await raiseTerm(0, name);
    expect(term).toBe(5);
    const store = await openIndexedDbStore({ name, term });
    await store.commit([put('peers', 'p'), put('routed', 'm'), put('requests', 'r'), put('alerts', 'a')]);
    expect(await store.get('meta', 'kept')).toEqual(Uint8Array.of(7));
    expect(await keysOf(store, 'peers')).toEqual(['p']);
    await store.close();
    const again = await openIndexedDbStore({ name });
    expect(await keysOf(again, 'peers')).toEqual(['p']);
    await again.close();
    await destroyDatabase(name);
  });

  test('a database that somebody keeps open is emptied, and the rest is not waited for', async () => {
    const name = freshName();
    const store = await openIndexedDbStore({ name, term: await raiseTerm(0, name) });
    await store.commit([put('requests', 'r'), put('meta', 'm')]);
    const stubborn = await openDB(name);
    await expect(destroyDatabase(name)).rejects.toMatchObject({ name: 'StoreError', failure: 'unavailable' });
    expect(await Promise.all(['requests', 'meta', 'keys'].map((table) => stubborn.count(table)))).toEqual([0, 0, 0]);
    stubborn.close();
    await destroyDatabase(name);
  });
});
