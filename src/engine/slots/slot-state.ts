/**
 * The slot store's state and the steps that its rules are made of: write a record, drop it, raise an epoch, change a trust
 * level, shed when full. Each step keeps size, wake-up time and shed order true (docs/decisions/0007-columnar-slot-store.md).
 */
import type { MessageId, OfferId } from '#core/brand.ts';
import type { TrustLevel } from '#core/domain/values.ts';
import type { Announce } from '#core/wire/announce.ts';
import { ROW } from '#engine/slots/columns.ts';
import { packFacets, withTrust } from '#engine/slots/facets.ts';
import { putWords } from '#engine/slots/id-words.ts';
import { createShedOrder, type ShedOrder, shedRank } from '#engine/slots/shed-order.ts';
import { FLOOR_MINUTES, type Losses, type RecordRef, type SlotRecord } from '#engine/slots/slot-record.ts';
import { addressOf, dropContent, freeRow, hasContent, idOf, rowsOf, type SlotTable } from '#engine/slots/slot-table.ts';

export const NEVER = 0xffffffff;

export interface SlotState {
  readonly table: SlotTable;
  /** Per trust level, the newest issue minute that was shed: nothing as old is taken again at that level. */
  readonly shedUpTo: Uint32Array;
  /** Announced rows. */
  size: number;
  /** No later than the next minute at which something ends. */
  wakeAt: number;
  /** Made when the store is first full. */
  order: ShedOrder | undefined;
}

export interface Incoming {
  readonly record: SlotRecord;
  readonly raw: Uint8Array;
  readonly trust: TrustLevel;
  readonly id: MessageId;
  readonly expires: number;
  /** The content has expired: only the floor is kept. */
  readonly floorOnly: boolean;
}

export interface LossList extends Losses {
  readonly removed: RecordRef[];
  readonly forgotten: RecordRef[];
}

export const noLosses = (): LossList => ({ removed: [], forgotten: [] });

export const createSlotState = (table: SlotTable, shedUpTo: Uint32Array): SlotState => {
  const state: SlotState = { table, shedUpTo, size: 0, wakeAt: NEVER, order: undefined };
  const { columns } = table;
  for (let row = 0; row < table.high; row++) {
    if (columns.state[row] === ROW.announced) state.size++;
    if (hasContent(table, row)) wakeBy(state, columns.expires[row] ?? 0);
    else if (columns.state[row] === ROW.floor) wakeBy(state, columns.floorUntil[row] ?? 0);
  }
  const { keepUntil, used } = table.keys.columns;
  for (let key = 0; key < table.keys.high; key++) if (used[key]) wakeBy(state, keepUntil[key] || NEVER);
  return state;
};

export const wakeBy = (state: SlotState, minute: number): void => {
  if (minute < state.wakeAt) state.wakeAt = minute;
};

const refOf = (table: SlotTable, row: number): RecordRef => ({
  id: idOf(table, row),
  address: addressOf(table, row),
  offer: (table.columns.offer[row] ?? 0) as OfferId,
});

/** Leaves a floor of the row. */
export const drop = (state: SlotState, row: number, losses: LossList): void => {
  const { table } = state;
  if (!hasContent(table, row)) return;
  if (table.columns.state[row] === ROW.announced) state.size--;
  losses.removed.push(refOf(table, row));
  dropContent(table, row);
  wakeBy(state, table.columns.floorUntil[row] ?? NEVER);
};

/** Leaves nothing of the row. */
export const forget = (state: SlotState, row: number, losses: LossList): void => {
  drop(state, row, losses);
  losses.forgotten.push(refOf(state.table, row));
  freeRow(state.table, row);
};

const writeAnnounce = (table: SlotTable, row: number, announce: Announce, trust: TrustLevel): void => {
  const { columns } = table;
  columns.facets[row] = packFacets(announce, trust);
  columns.plz[row] = announce.plz;
  columns.minutes[row] = announce.minutes;
  columns.ttlClass[row] = announce.ttlClass;
  columns.flags[row] = (announce.series ? 2 : 0) + (announce.codeRequired ? 1 : 0);
  columns.startsAt[row] = table.starts.append(announce.starts);
  columns.startsCount[row] = announce.starts.length;
  columns.firstStart[row] = announce.starts[0] ?? 0;
  columns.lastStart[row] = announce.starts.at(-1) ?? 0;
};

const writeContent = (state: SlotState, row: number, { record, raw, trust }: Incoming): void => {
  const { table } = state;
  const { columns } = table;
  columns.rawAt[row] = table.raws.append(raw);
  columns.rawLength[row] = raw.length;
  columns.state[row] = record.kind === 'announce' ? ROW.announced : ROW.withdrawn;
  if (record.kind === 'announce') {
    writeAnnounce(table, row, record, trust);
    state.size++;
  }
  table.byId.add(row);
};

/** Puts a record into a row that has no content. */
export const write = (state: SlotState, row: number, incoming: Incoming): void => {
  const { record, expires, floorOnly } = incoming;
  const { columns } = state.table;
  putWords(columns.ids, row, incoming.id);
  columns.epoch[row] = record.epoch;
  columns.counter[row] = record.counter;
  columns.issued[row] = record.issued;
  columns.expires[row] = expires;
  columns.floorUntil[row] = Math.max(columns.floorUntil[row] ?? 0, record.issued + FLOOR_MINUTES);
  columns.facets[row] = 0;
  columns.rawLength[row] = 0;
  columns.startsCount[row] = 0;
  columns.state[row] = ROW.floor;
  if (!floorOnly) writeContent(state, row, incoming);
  wakeBy(state, floorOnly ? (columns.floorUntil[row] ?? NEVER) : expires);
  state.order?.note(row);
};

/** Forgets the key's rows of lower epochs, except one that is about to be replaced, and remembers the epoch. */
export const raise = (
  state: SlotState,
  key: number,
  epoch: number,
  until: number,
  losses: LossList,
  except = -1,
): void => {
  const { table } = state;
  const { columns } = table.keys;
  if (epoch < (columns.epoch[key] ?? 0) || epoch === 0) return;
  columns.epoch[key] = epoch;
  columns.keepUntil[key] = Math.max(until, columns.keepUntil[key] ?? 0);
  wakeBy(state, columns.keepUntil[key] ?? NEVER);
  for (const row of rowsOf(table, key)) {
    if (row !== except && (table.columns.epoch[row] ?? 0) < epoch) forget(state, row, losses);
  }
};

export const changeTrust = (state: SlotState, key: number, level: TrustLevel): void => {
  const { table, order } = state;
  if (table.keys.trustOf(key) === level) return;
  table.keys.columns.trust[key] = level;
  for (const row of rowsOf(table, key)) {
    const { facets } = table.columns;
    if (table.columns.state[row] === ROW.announced) facets[row] = withTrust(facets[row] ?? 0, level);
    order?.note(row);
  }
};

const rankOf = (table: SlotTable, row: number): number => {
  const { state, key, issued } = table.columns;
  if (state[row] === ROW.free) return -1;
  return shedRank(table.keys.trustOf(key[row] ?? 0), issued[row] ?? 0);
};

/** Forgets the row that ranks lowest, if it ranks below `rank`: lowest trust first, then the oldest issue. */
export const shedBelow = (state: SlotState, rank: number, losses: LossList): boolean => {
  const { table, shedUpTo } = state;
  state.order ??= createShedOrder(
    (row) => rankOf(table, row),
    () => table.high,
  );
  const row = state.order.lowest();
  if (row < 0 || rankOf(table, row) >= rank) return false;
  const trust = table.keys.trustOf(table.columns.key[row] ?? 0);
  shedUpTo[trust] = Math.max(shedUpTo[trust] ?? 0, table.columns.issued[row] ?? 0);
  forget(state, row, losses);
  return true;
};
