/**
 * The app's one IndexedDB database: a store of rows per table, the key that encrypts private rows, the leader's term and
 * the fences that keep earlier leaders out. See docs/decisions/0006-one-leader.md.
 */
import { type DBSchema, deleteDB, type IDBPDatabase, openDB } from 'idb';
import { toStoreError, unavailable } from '#adapters/indexeddb/failure.ts';
import { type StoreError, TABLES, type Table } from '#ports/store.ts';

export const DATABASE_NAME = 'terminfunk';
/** Raise it together with a step in `upgrade`. */
const DATABASE_VERSION = 1;
/** How long other tabs may keep an old version open before we give up: a frozen one never lets go. */
const BLOCKED_MS = 5_000;

type Rows = { [T in Table]: { key: string; value: Uint8Array } };
export interface DatabaseSchema extends DBSchema, Rows {
  keys: { key: 'at-rest'; value: CryptoKey };
  terms: { key: 'current'; value: number };
  /** A term that is listed here has ended: see `raiseTerm`. */
  fences: { key: number; value: true };
}
export type Database = IDBPDatabase<DatabaseSchema>;

/** `onEnded` is called when the browser or another tab's upgrade or deletion ends this connection. */
export const openDatabase = async (name: string, onEnded: () => void): Promise<Database> => {
  try {
    return await withinReason((blocked) =>
      openDB<DatabaseSchema>(name, DATABASE_VERSION, {
        upgrade: (database, oldVersion) => upgrade(database, oldVersion),
        blocked,
        blocking: onEnded,
        terminated: onEnded,
      }),
    );
  } catch (error) {
    throw unavailable(error);
  }
};

/** Deletes every row and key. Other connections are asked to close; `unavailable` when one does not. */
export const destroyDatabase = async (name: string = DATABASE_NAME): Promise<void> => {
  try {
    await withinReason((blocked) => deleteDB(name, { blocked }));
  } catch (error) {
    throw unavailable(error);
  }
};

const upgrade = (database: Database, oldVersion: number): void => {
  if (oldVersion >= 1) return;
  for (const table of TABLES) database.createObjectStore(table);
  for (const store of ['keys', 'terms', 'fences'] as const) database.createObjectStore(store);
};

/** Rejects when `ask` says that it is blocked and stays so; a result that comes later is closed again. */
const withinReason = <T>(ask: (blocked: () => void) => Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let late = false;
    const giveUp = (): void => {
      late = true;
      reject(unavailable(new Error('another tab keeps the database open')));
    };
    const blocked = (): void => {
      timer ??= setTimeout(giveUp, BLOCKED_MS);
    };
    ask(blocked)
      .then((result) => {
        if (late && isDatabase(result)) result.close();
        else resolve(result);
      }, reject)
      .finally(() => clearTimeout(timer));
  });

const isDatabase = (result: unknown): result is IDBDatabase => result instanceof IDBDatabase;

/** Fences older than this many terms are dropped: a leader that is so far behind lost its lock long ago. */
const KEPT_FENCES = 4_096;

/**
 * Begins a new term and fences off all before it: from now on their commits reject with `fenced`. Returns the new term.
 */
export const raiseTerm = async (name: string = DATABASE_NAME): Promise<number> => {
  const database = await openDatabase(name, () => database.close());
  try {
    const step = database.transaction(['terms', 'fences'], 'readwrite', { durability: 'strict' });
    const ended = (await step.objectStore('terms').get('current')) ?? 0;
    const fences = step.objectStore('fences');
    await Promise.all([
      step.objectStore('terms').put(ended + 1, 'current'),
      fences.put(true, ended),
      fences.delete(IDBKeyRange.upperBound(ended - KEPT_FENCES)),
      step.done,
    ]);
    return ended + 1;
  } catch (error) {
    throw toStoreError(error) satisfies StoreError;
  } finally {
    database.close();
  }
};
