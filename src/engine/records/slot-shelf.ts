import type { Epoch, MessageId, Millis, NodeAddress } from '#core/brand.ts';
import type { TrustLevel } from '#core/domain/values.ts';
import { fromWireMinute, toWireMinute } from '#core/domain/wire-time.ts';
import { ok, type Result } from '#core/result.ts';
import { type Announce, decodeAnnounce } from '#core/wire/announce.ts';
import { decodeWithdraw } from '#core/wire/withdraw.ts';
import type { Context } from '#engine/context.ts';
import { shortId } from '#engine/records/identity-book.ts';
import type { Losses, RecordRef, SlotRecord } from '#engine/slots/slot-record.ts';
import { createSlotStore, type SlotStore } from '#engine/slots/slot-store.ts';
import { loadSnapshot, packSnapshot } from '#engine/slots/snapshot.ts';
import { createLazySetIndex, type SetIndex } from '#engine/sync/set-index.ts';
import type { StoreOp } from '#ports/store.ts';

/** The slot store with what follows from every change of it: the sync index, the disk, the interface. */
export interface SlotShelf {
  readonly index: SetIndex;
  /** For search; read only. */
  readonly store: SlotStore;
  holds(id: MessageId): boolean;
  /** Something newer of this offer is known: a check that costs no signature and changes nothing. */
  isSuperseded(record: SlotRecord): boolean;
  put(record: SlotRecord, raw: Uint8Array, trust: TrustLevel): Result<'new'>;
  raiseEpoch(address: NodeAddress, epoch: Epoch): void;
  setTrust(address: NodeAddress, level: TrustLevel): void;
  /** Takes away the announcements of a key that turn out not to be allowed. */
  removeUnless(address: NodeAddress, holds: (announce: Announce) => boolean): void;
  bytesOf(id: string): Uint8Array | undefined;
  /** Takes back what was persisted after the snapshot. */
  recall(raw: Uint8Array, trust: (address: NodeAddress) => TrustLevel): void;
  expire(): void;
  /** Calls back after each change, but not for what is loaded at the start. */
  watch(listener: (change: ShelfChange) => void): void;
}

/** What came, and what went without anything in its place or because of it. */
export interface ShelfChange {
  readonly added: { readonly record: SlotRecord; readonly id: MessageId } | undefined;
  readonly removed: readonly RecordRef[];
}

/** What a shelf begins with, and whether it packs itself. */
export interface SlotShelfStart {
  readonly capacity: number;
  /** The packed store as it was written last. One that is damaged is left: the relays have what was in it. */
  readonly snapshot: Uint8Array | undefined;
  readonly packs: boolean;
}

const TIMER = 'slots expire';
const PACK_TIMER = 'slots pack';
/** A snapshot is due when so many records have come since the last one, and a quarter of what is in it. */
const PACK_AFTER = 500;
const PACK_SHARE = 4;
/** Changes come in crowds: one snapshot for all of them, in milliseconds. */
const PACK_DELAY = 3_000;

export const SNAPSHOT_KEY = 'slots';

const recordKey = (ref: Pick<RecordRef, 'address' | 'offer'>): string => `${ref.address}${ref.offer.toString(16)}`;

const openStore = (context: Context, { capacity, snapshot }: SlotShelfStart): SlotStore => {
  const loaded = snapshot === undefined ? undefined : loadSnapshot(snapshot, { capacity });
  if (loaded?.ok) return loaded.value;
  if (loaded !== undefined) context.count('unreadable', 'snapshot');
  return createSlotStore({ capacity });
};

export const createSlotShelf = (context: Context, start: SlotShelfStart): SlotShelf => {
  const store = openStore(context, start);
  const index = createLazySetIndex(() => Array.from(store.ids(), shortId));
  /** Keys of the records on disk that are newer than the snapshot. */
  const unpacked = new Set<string>();
  context.tables.add('announcements', start.capacity, () => store.used);

  const watchers: ((change: ShelfChange) => void)[] = [];
  const tell = (change: ShelfChange): void => {
    for (const listener of watchers) listener(change);
  };

  const takeAway = ({ removed, forgotten }: Losses): void => {
    for (const { id } of removed) index.remove(shortId(id));
    context.persist(...forgotten.map((ref) => dropRow(recordKey(ref))));
    if (removed.length > 0) context.notify('slots');
  };
  const lose = (losses: Losses): void => {
    takeAway(losses);
    if (losses.removed.length > 0) tell({ added: undefined, removed: losses.removed });
  };

  const dropRow = (key: string): StoreOp => {
    unpacked.delete(key);
    return { op: 'delete', table: 'announces', key };
  };

  /** The whole store in one row, and the rows that are in it away, in one batch: a start reads one or the other. */
  const pack = (): void => {
    const snapshot: StoreOp = { op: 'put', table: 'snapshot', key: SNAPSHOT_KEY, value: packSnapshot(store) };
    context.persist(snapshot, ...Array.from(unpacked, dropRow));
  };

  const packWhenDue = (): void => {
    if (!start.packs || unpacked.size < Math.max(PACK_AFTER, store.used / PACK_SHARE)) return;
    context.timers.atLatest(PACK_TIMER, (context.now() + PACK_DELAY) as Millis, pack);
  };

  const expire = (): void => {
    lose(store.expire(toWireMinute(context.now())));
    schedule();
  };

  const schedule = (): void => {
    const next = store.nextExpiry();
    if (next !== undefined)
      context.timers.set(TIMER, Math.max(fromWireMinute(next), context.now() + 1) as Millis, expire);
  };

  return {
    index,
    store,
    holds: (id) => index.has(shortId(id)),
    isSuperseded: (record) => {
      const floor = store.floorOf(record.address, record.offer);
      if (floor === undefined) return false;
      return record.epoch < floor.epoch || (record.epoch === floor.epoch && record.counter < floor.counter);
    },
    put: (record, raw, trust) => {
      const now = toWireMinute(context.now());
      const change =
        record.kind === 'announce' ? store.put(record, raw, trust, now) : store.withdraw(record, raw, trust, now);
      if (!change.ok) return change;
      takeAway(change.value);
      context.persist({ op: 'put', table: 'announces', key: recordKey(record), value: raw });
      unpacked.add(recordKey(record));
      packWhenDue();
      const id = change.value.added;
      if (id !== undefined) index.add(shortId(id));
      tell({ added: id === undefined ? undefined : { record, id }, removed: change.value.removed });
      context.notify('slots');
      schedule();
      return ok('new');
    },
    raiseEpoch: (address, epoch) => lose(store.raiseEpoch(address, epoch, toWireMinute(context.now()))),
    setTrust: (address, level) => store.setTrust(address, level),
    removeUnless: (address, holds) => lose(store.removeUnless(address, holds)),
    bytesOf: (id) => store.byId(id),
    recall: (raw, trust) => {
      const announce = decodeAnnounce(raw);
      const decoded = announce.ok ? announce : decodeWithdraw(raw);
      if (!decoded.ok) return;
      const record: SlotRecord = decoded.value.message;
      unpacked.add(recordKey(record));
      const change = store.recall(record, raw, trust(record.address), toWireMinute(context.now()));
      if (change.ok && change.value.added !== undefined) index.add(shortId(change.value.added));
      schedule();
    },
    expire,
    watch: (listener) => void watchers.push(listener),
  };
};
