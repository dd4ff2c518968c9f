/**
 * The rows of the slot store and what finds them: by key and offer through the key's chain, by id through a hash index.
 * Knows nothing of rules; slot-store.ts decides what goes in and out.
 */
import type { MessageId, NodeAddress, OfferId } from '#core/brand.ts';
import { type AppendPool, createAppendPool } from '#engine/slots/append-pool.ts';
import { allocateSlotColumns, copyColumns, ROW, type SlotColumns } from '#engine/slots/columns.ts';
import { createHashIndex, type HashIndex } from '#engine/slots/hash-index.ts';
import { hexOf, WORDS } from '#engine/slots/id-words.ts';
import { createKeyTable, type KeyTable } from '#engine/slots/key-table.ts';
import { MAX_ROWS } from '#engine/slots/shed-order.ts';

export interface TableContents {
  columns: SlotColumns;
  readonly keys: KeyTable;
  readonly raws: AppendPool<Uint8Array>;
  readonly starts: AppendPool<Uint32Array>;
  /** Rows of the columns that were ever used: what a scan visits. */
  high: number;
}

export interface SlotTable extends TableContents {
  readonly capacity: number;
  /** Rows that are not free. */
  used: number;
  readonly free: number[];
  readonly byId: HashIndex;
}

const FIRST = 64;

/** Most keys beside so many rows: no more have rows, and as many again may be kept for their epoch alone. */
export const keyLimit = (capacity: number): number => capacity * 2;

export const isCapacity = (capacity: number): boolean =>
  Number.isInteger(capacity) && capacity >= 1 && capacity <= MAX_ROWS;

const emptyTable = (capacity: number): TableContents => ({
  columns: allocateSlotColumns(Math.min(capacity, FIRST)),
  keys: createKeyTable(keyLimit(capacity)),
  raws: createAppendPool((length) => new Uint8Array(length)),
  starts: createAppendPool((length) => new Uint32Array(length)),
  high: 0,
});

export const hasContent = (table: SlotTable, row: number): boolean => {
  const state = table.columns.state[row];
  return state === ROW.announced || state === ROW.withdrawn;
};

const link = (table: SlotTable, row: number): void => {
  const { first } = table.keys.columns;
  const key = table.columns.key[row] ?? 0;
  table.columns.next[row] = first[key] ?? 0;
  first[key] = row + 1;
};

const unlink = (table: SlotTable, row: number): void => {
  const { first } = table.keys.columns;
  const { key, next } = table.columns;
  const owner = key[row] ?? 0;
  const after = next[row] ?? 0;
  if (first[owner] === row + 1) {
    first[owner] = after;
    return;
  }
  let before = (first[owner] ?? 0) - 1;
  while (before >= 0 && next[before] !== row + 1) before = (next[before] ?? 0) - 1;
  if (before < 0) throw new Error('slot table: a row outside its chain');
  next[before] = after;
};

/** `contents`: what a snapshot held, with `first` of every key zero; chains and the index are rebuilt. */
export const createSlotTable = (capacity: number, contents: TableContents = emptyTable(capacity)): SlotTable => {
  const table: SlotTable = {
    ...contents,
    capacity,
    used: 0,
    free: [],
    byId: createHashIndex((row) => table.columns.ids[row * WORDS] ?? 0, contents.high),
  };
  for (let row = 0; row < table.high; row++) {
    if (table.columns.state[row] === ROW.free) {
      table.free.push(row);
      continue;
    }
    table.used++;
    link(table, row);
    if (hasContent(table, row)) table.byId.add(row);
  }
  return table;
};

export const rowOf = (table: SlotTable, key: number, offer: OfferId): number => {
  const { offer: offers, next } = table.columns;
  for (let row = (table.keys.columns.first[key] ?? 0) - 1; row >= 0; row = (next[row] ?? 0) - 1) {
    if (offers[row] === offer) return row;
  }
  return -1;
};

/** The rows of a key, at most sixteen. */
export const rowsOf = (table: SlotTable, key: number): number[] => {
  const rows: number[] = [];
  for (let row = (table.keys.columns.first[key] ?? 0) - 1; row >= 0; row = (table.columns.next[row] ?? 0) - 1) {
    rows.push(row);
  }
  return rows;
};

/** A new row without content, linked to its key. The caller gives it a state at once. */
export const addRow = (table: SlotTable, key: number, offer: OfferId): number => {
  let row = table.free.pop();
  if (row === undefined) {
    const room = table.columns.state.length;
    if (table.high === room) {
      const larger = allocateSlotColumns(Math.max(room + 1, Math.min(table.capacity, Math.max(FIRST, room * 2))));
      table.columns = copyColumns(table.columns, larger);
    }
    row = table.high++;
  }
  table.used++;
  table.columns.key[row] = key;
  table.columns.offer[row] = offer;
  table.columns.floorUntil[row] = 0;
  link(table, row);
  return row;
};

/** Frees a row that has no content any more. */
export const freeRow = (table: SlotTable, row: number): void => {
  unlink(table, row);
  table.columns.state[row] = ROW.free;
  table.free.push(row);
  table.used--;
};

const compactRaws = (table: SlotTable): void => {
  const { rawAt, rawLength } = table.columns;
  table.raws.compact((relocate) => {
    for (let row = 0; row < table.high; row++) {
      if (hasContent(table, row)) rawAt[row] = relocate(rawAt[row] ?? 0, rawLength[row] ?? 0);
    }
  });
};

const compactStarts = (table: SlotTable): void => {
  const { startsAt, startsCount } = table.columns;
  table.starts.compact((relocate) => {
    for (let row = 0; row < table.high; row++) {
      if (startsCount[row]) startsAt[row] = relocate(startsAt[row] ?? 0, startsCount[row] ?? 0);
    }
  });
};

/** Leaves a floor: releases bytes and starts and takes the id out of the index; the id column stays, for ties. */
export const dropContent = (table: SlotTable, row: number): void => {
  if (!hasContent(table, row)) return;
  const { columns } = table;
  table.byId.remove(row);
  table.raws.release(columns.rawLength[row] ?? 0);
  table.starts.release(columns.startsCount[row] ?? 0);
  columns.state[row] = ROW.floor;
  columns.facets[row] = 0;
  columns.rawLength[row] = 0;
  columns.startsCount[row] = 0;
  if (table.raws.isSparse()) compactRaws(table);
  if (table.starts.isSparse()) compactStarts(table);
};

/** The row whose id begins with these two words, or -1. */
export const rowOfId = (table: SlotTable, high: number, low: number): number => {
  const { ids } = table.columns;
  return table.byId.find(high, (row) => ids[row * WORDS] === high && ids[row * WORDS + 1] === low);
};

/** A copy of the signed bytes. */
export const rawOf = (table: SlotTable, row: number): Uint8Array => {
  const at = table.columns.rawAt[row] ?? 0;
  return table.raws.items.slice(at, at + (table.columns.rawLength[row] ?? 0));
};

export const idOf = (table: SlotTable, row: number): MessageId => hexOf(table.columns.ids, row) as MessageId;

export const addressOf = (table: SlotTable, row: number): NodeAddress =>
  table.keys.addressOf(table.columns.key[row] ?? 0);
