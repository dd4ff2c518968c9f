/**
 * The browser's Store (src/ports/store.ts), the same module for the node's worker, the service worker and every tab.
 * Commits that arrive while a transaction runs go together into the next one, with strict durability.
 *
 * Fencing: a leader opens with its term. Each of its transactions first adds, then deletes the term's fence; when a later
 * leader has put that fence, the key collides and the whole transaction falls. No answer is awaited in between, so a
 * leader that the browser freezes never holds a transaction open.
 */

import { loadRowCipher, type RowCipher, whole } from '#adapters/indexeddb/at-rest.ts';
import { DATABASE_NAME, type Database, openDatabase } from '#adapters/indexeddb/database.ts';
import { toStoreError, unavailable } from '#adapters/indexeddb/failure.ts';
import { type KeyRange, PRIVATE_TABLES, type Store, StoreError, type StoreOp, type Table } from '#ports/store.ts';

/** One transaction takes at most so many operations or bytes of values, except a single commit that is larger by itself. */
const GROUP_OPS = 1_024;
const GROUP_BYTES = 4 * 1024 * 1024;
/** So many commits may wait; then `unavailable`. */
const MAX_WAITING = 4_096;
/** So many commands may wait for a leader; then `full`. */
const MAX_COMMANDS = 1_000;

export interface IndexedDbOptions {
  readonly name?: string;
  /** The leader's term, from `raiseTerm`. Without one, only reads and `appendCommand` are allowed. */
  readonly term?: number;
  /** The connection ended without `close`: another tab deletes or upgrades the database, or the browser took it away. */
  readonly onEnded?: () => void;
}

export interface IndexedDbStore extends Store {
  /** Puts one row into `commands`, from any tab, durably. `full` when a thousand wait already. */
  appendCommand(key: string, value: Uint8Array): Promise<void>;
}

interface Waiting {
  readonly batch: readonly StoreOp[];
  readonly bytes: number;
  readonly done: () => void;
  readonly failed: (error: StoreError) => void;
}

/** Rejects with StoreError `unavailable` where the browser has no IndexedDB for us or another tab blocks an upgrade. */
export const openIndexedDbStore = async (options: IndexedDbOptions = {}): Promise<IndexedDbStore> => {
  let closing: Promise<void> | undefined;
  const waiting: Waiting[] = [];
  const running = new Set<Promise<unknown>>();
  let writing: Promise<void> | undefined;

  const database = await openDatabase(options.name ?? DATABASE_NAME, () => {
    void close();
    options.onEnded?.();
  });
  const cipher = await loadRowCipher(database).catch((error: unknown) => {
    database.close();
    throw unavailable(error);
  });
  const close = (): Promise<void> => {
    closing ??= Promise.allSettled([writing, ...running]).then(() => database.close());
    return closing;
  };
  const tracked = async <T>(ask: () => Promise<T>): Promise<T> => {
    if (closing !== undefined) throw new StoreError('closed');
    const asked = ask();
    running.add(asked);
    try {
      return await asked;
    } catch (error) {
      throw toStoreError(error);
    } finally {
      running.delete(asked);
    }
  };
  const drain = async (term: number): Promise<void> => {
    while (waiting.length > 0) await writeGroup(database, cipher, term, takeGroup(waiting));
    writing = undefined;
  };
  const commit = async (batch: readonly StoreOp[]): Promise<void> => {
    const { term } = options;
    if (closing !== undefined) throw new StoreError('closed');
    if (term === undefined) throw new StoreError('fenced');
    if (waiting.length >= MAX_WAITING) throw new StoreError('unavailable');
    await new Promise<void>((done, failed) => {
      waiting.push({ batch, bytes: bytesOf(batch), done, failed });
      // Started in a microtask, so that commits of the same turn share the first transaction.
      writing ??= Promise.resolve().then(() => drain(term));
    });
  };
  return {
    get: (table, key) => tracked(() => readRow(database, cipher, table, key)),
    entries: (table, range) => tracked(() => readRange(database, cipher, table, range)),
    commit,
    appendCommand: (key, value) => tracked(() => append(database, cipher, key, value)),
    close,
  };
};

const bytesOf = (batch: readonly StoreOp[]): number =>
  batch.reduce((sum, op) => sum + op.key.length + (op.op === 'put' ? op.value.length : 0), 0);

const takeGroup = (waiting: Waiting[]): readonly Waiting[] => {
  let ops = 0;
  let bytes = 0;
  let count = 0;
  for (const next of waiting) {
    ops += next.batch.length;
    bytes += next.bytes;
    if (count > 0 && (ops > GROUP_OPS || bytes > GROUP_BYTES)) break;
    count += 1;
  }
  return waiting.splice(0, count);
};

/** When there is no room for the group, each commit is tried alone: a large one must not take small ones with it. */
const writeGroup = async (
  database: Database,
  cipher: RowCipher,
  term: number,
  group: readonly Waiting[],
): Promise<void> => {
  try {
    const rows = await Promise.all(group.flatMap(({ batch }) => batch.map((op) => toRow(cipher, op))));
    await writeRows(database, term, rows);
    for (const { done } of group) done();
  } catch (error) {
    const failure = toStoreError(error);
    if (failure.failure === 'full' && group.length > 1) {
      for (const one of group) await writeGroup(database, cipher, term, [one]);
    } else for (const { failed } of group) failed(failure);
  }
};

/** The operation with its value as it will lie in the database. Sealed before the transaction, which must not wait. */
const toRow = async (cipher: RowCipher, op: StoreOp): Promise<StoreOp> => {
  if (op.op === 'delete') return op;
  const value = PRIVATE_TABLES.has(op.table) ? await cipher.seal(op.table, op.key, op.value) : whole(op.value);
  return { ...op, value };
};

const writeRows = async (database: Database, term: number, rows: readonly StoreOp[]): Promise<void> => {
  const tables = [...new Set(rows.map(({ table }) => table))];
  const step = database.transaction([...tables, 'fences'], 'readwrite', { durability: 'strict' });
  const fences = step.objectStore('fences');
  const fence = fences.add(true, term);
  const requests: Promise<unknown>[] = [fence, fences.delete(term)];
  for (const row of rows) {
    const store = step.objectStore(row.table);
    requests.push(row.op === 'put' ? store.put(row.value, row.key) : store.delete(row.key));
  }
  step.commit();
  // The transaction's own end is the verdict; a request only knows why.
  for (const request of requests) request.catch(() => undefined);
  try {
    await step.done;
  } catch (error) {
    throw (await collided(fence)) ? new StoreError('fenced', { cause: error }) : error;
  }
};

/** True when the fence of our term stood there already. */
const collided = (fence: Promise<unknown>): Promise<boolean> =>
  fence.then(
    () => false,
    (error: unknown) => error instanceof Error && error.name === 'ConstraintError',
  );

const append = async (database: Database, cipher: RowCipher, key: string, value: Uint8Array): Promise<void> => {
  const counting = database.transaction('commands');
  const [count] = await Promise.all([counting.store.count(), counting.done]);
  if (count >= MAX_COMMANDS) throw new StoreError('full');
  const row = await cipher.seal('commands', key, value);
  const step = database.transaction('commands', 'readwrite', { durability: 'strict' });
  step.store.put(row, key).catch(() => undefined);
  step.commit();
  await step.done;
};

const readRow = async (
  database: Database,
  cipher: RowCipher,
  table: Table,
  key: string,
): Promise<Uint8Array | undefined> => {
  const step = database.transaction(table);
  const [row] = await Promise.all([step.store.get(key), step.done]);
  return row === undefined || !PRIVATE_TABLES.has(table) ? row : cipher.open(table, key, row);
};

const readRange = async (database: Database, cipher: RowCipher, table: Table, range: KeyRange = {}) => {
  const { from = '', to, limit } = range;
  // IndexedDB refuses an empty range, and reads a limit of 0 as none.
  if (limit === 0 || (to !== undefined && from >= to)) return [];
  const bounds = to === undefined ? IDBKeyRange.lowerBound(from) : IDBKeyRange.bound(from, to, false, true);
  const step = database.transaction(table);
  const [keys, rows] = await Promise.all([
    step.store.getAllKeys(bounds, limit),
    step.store.getAll(bounds, limit),
    step.done,
  ]);
  const entries = keys.flatMap((key, index) => {
    const value = rows[index];
    return value === undefined ? [] : [{ key, value }];
  });
  if (!PRIVATE_TABLES.has(table)) return entries;
  return Promise.all(entries.map(async ({ key, value }) => ({ key, value: await cipher.open(table, key, value) })));
};
