/**
 * The Store port in memory, for nodes that last a moment and for tests. A `MemoryDisk` outlives the stores that are opened
 * on it; the process it does not.
 */
import { type KeyRange, type Store, type StoreEntry, StoreError, type StoreOp, type Table } from '#ports/store.ts';

export type MemoryDisk = Map<Table, Map<string, Uint8Array>>;

export const createMemoryDisk = (): MemoryDisk => new Map();

export const createMemoryStore = (disk: MemoryDisk = createMemoryDisk()): Store => {
  let closed = false;
  const whileOpen = async <T>(read: () => T): Promise<T> => {
    if (closed) throw new StoreError('closed');
    return read();
  };
  return {
    get: (table, key) => whileOpen(() => disk.get(table)?.get(key)),
    entries: (table, range) => whileOpen(() => readRange(disk, table, range)),
    commit: (batch) => whileOpen(() => applyBatch(disk, batch)),
    close: async () => {
      closed = true;
    },
  };
};

export const applyBatch = (disk: MemoryDisk, batch: readonly StoreOp[]): void => {
  for (const op of batch) {
    const rows = disk.get(op.table) ?? new Map<string, Uint8Array>();
    disk.set(op.table, rows);
    if (op.op === 'put') rows.set(op.key, op.value.slice());
    else rows.delete(op.key);
  }
};

export const readRange = (disk: MemoryDisk, table: Table, range: KeyRange = {}): StoreEntry[] =>
  [...(disk.get(table) ?? [])]
    .filter(([key]) => (range.from ?? '') <= key && (range.to === undefined || key < range.to))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, range.limit)
    .map(([key, value]) => ({ key, value }));
