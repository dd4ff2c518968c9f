/**
 * The app's one IndexedDB database: a store of rows per table, the key that encrypts private rows, the leader's term and
 * the fences that keep earlier leaders out. See docs/decisions/0006-one-leader.md.
 */
import { type DBSchema, deleteDB, type IDBPDatabase, openDB } from 'idb';
import { toStoreError, unavailable } from '#adapters/indexeddb/failure.ts';
import { TABLES, type Table } from '#ports/store.ts';

export const DATABASE_NAME = 'terminfunk';
/** Raise it together with a step in `upgrade`. */
const DATABASE_VERSION = 3;
/** A frozen tab never lets go of an old version, and what waits behind it is not even told so. */
const PATIENCE_MS = 10_000;

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
    const opening = openDB<DatabaseSchema>(name, DATABASE_VERSION, { upgrade, blocking: onEnded, terminated: onEnded });
    return await withPatience(opening, (late) => late.close());
  } catch (error) {
    throw unavailable(error);
  }
};

/** Tables that came after the first version. */
const LATER: readonly Table[] = ['peers', 'routed', 'alerts'];

/** What each version of the database added: a browser that has an older one gets what it lacks, and loses nothing. */
const ADDED = [
  { version: 1, stores: ['keys', 'terms', 'fences', ...TABLES.filter((table) => !LATER.includes(table))] },
  { version: 2, stores: ['peers', 'routed'] },
  { version: 3, stores: ['alerts'] },
] as const;

const upgrade = (database: Database, oldVersion: number): void => {
  for (const { version, stores } of ADDED) {
    if (version <= oldVersion) continue;
    for (const store of stores) database.createObjectStore(store);
  }
};

/** Rejects when it takes too long; what comes later is discarded. */
const withPatience = <T>(asked: Promise<T>, discard: (late: T) => void): Promise<T> =>
  new Promise((resolve, reject) => {
    const giveUp = (): void => {
      reject(unavailable(new Error('another tab keeps the database open')));
      asked.then(discard, () => undefined);
    };
    const timer = setTimeout(giveUp, PATIENCE_MS);
    asked.then(resolve, reject).finally(() => clearTimeout(timer));
  });

/** Fences older than this many terms are dropped: a leader that is so far behind lost its lock long ago. */
const KEPT_FENCES = 4_096;

/**
 * Begins a new term, above `atLeast`, and fences off all before it: from now on their commits reject with `fenced`.
 * Returns the new term. Tabs that heard of terms before everything was deleted name the highest one as `atLeast`.
 */
export const raiseTerm = (atLeast = 0, name: string = DATABASE_NAME): Promise<number> =>
  withDatabase(name, async (database) => {
    // Not strict: only a failure of the whole machine could lose it, and then no earlier leader lives.
    const step = database.transaction(['terms', 'fences'], 'readwrite', { durability: 'relaxed' });
    const stores = { terms: step.objectStore('terms'), fences: step.objectStore('fences') };
    const [raised] = await Promise.all([raise(stores, atLeast), step.done]);
    return raised;
  });

/**
 * Erases every row and key, ends the leader's term so that nothing comes after, then deletes the database. `unavailable`
 * when another tab keeps it open all the while: the rows are gone all the same, the empty database is not.
 */
export const destroyDatabase = async (name: string = DATABASE_NAME): Promise<void> => {
  // A database that cannot be opened, by a newer build for example, is deleted as it is.
  await withDatabase(name, erase).catch(() => undefined);
  try {
    await withPatience(deleteDB(name), () => undefined);
  } catch (error) {
    throw unavailable(error);
  }
};

const erase = async (database: Database): Promise<void> => {
  const step = database.transaction(['terms', 'fences', 'keys', ...TABLES], 'readwrite', { durability: 'strict' });
  const cleared = (['keys', ...TABLES] as const).map((store) => step.objectStore(store).clear());
  const stores = { terms: step.objectStore('terms'), fences: step.objectStore('fences') };
  await Promise.all([...cleared, raise(stores, 0), step.done]);
};

/** The part of the stores `terms` and `fences` of a running transaction that a new term needs. */
interface TermStores {
  readonly terms: {
    get(key: 'current'): Promise<number | undefined>;
    put(term: number, key: 'current'): Promise<unknown>;
  };
  readonly fences: { put(fenced: true, term: number): Promise<unknown>; delete(terms: IDBKeyRange): Promise<unknown> };
}

const raise = async ({ terms, fences }: TermStores, atLeast: number): Promise<number> => {
  const ended = Math.max((await terms.get('current')) ?? 0, atLeast);
  await Promise.all([
    terms.put(ended + 1, 'current'),
    fences.put(true, ended),
    fences.delete(IDBKeyRange.upperBound(ended - KEPT_FENCES)),
  ]);
  return ended + 1;
};

const withDatabase = async <T>(name: string, use: (database: Database) => Promise<T>): Promise<T> => {
  const database: Database = await openDatabase(name, () => database.close());
  try {
    return await use(database);
  } catch (error) {
    throw toStoreError(error);
  } finally {
    database.close();
  }
};
