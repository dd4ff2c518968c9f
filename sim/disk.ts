import type { LoadedState, StateTables } from '#engine/loaded-state.ts';
import { parseState, STATE_TABLES } from '#engine/loaded-state.ts';
import type { StoreOp, Table } from '#ports/store.ts';

/** What of a node survives a power cut: the batches that were committed. */
export interface Disk {
  apply(ops: readonly StoreOp[]): void;
  /** What a node that starts finds. */
  read(): LoadedState;
  readonly rows: number;
}

export const createDisk = (): Disk => {
  const tables = new Map<Table, Map<string, Uint8Array>>();
  const rowsOf = (table: Table): Map<string, Uint8Array> => {
    const rows = tables.get(table) ?? new Map<string, Uint8Array>();
    tables.set(table, rows);
    return rows;
  };
  return {
    apply: (ops) => {
      for (const op of ops) {
        if (op.op === 'put') rowsOf(op.table).set(op.key, op.value);
        else rowsOf(op.table).delete(op.key);
      }
    },
    read: () => {
      const state: Partial<Record<Table, readonly { key: string; value: Uint8Array }[]>> = {};
      for (const table of STATE_TABLES) {
        const rows = [...(tables.get(table) ?? [])].map(([key, value]) => ({ key, value }));
        state[table] = rows.sort((a, b) => (a.key < b.key ? -1 : 1));
      }
      return parseState(state as StateTables);
    },
    get rows() {
      let count = 0;
      for (const rows of tables.values()) count += rows.size;
      return count;
    },
  };
};
