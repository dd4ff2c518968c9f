/**
 * Every announcement and withdrawal that this node knows, at most one per (address, offer): the newer replaces the older,
 * and what was replaced, withdrawn or has expired never comes back (rules 6 and 7 of the domain; docs/protocol/announce.md;
 * docs/decisions/0007-columnar-slot-store.md). Takes only what was verified. Pure and synchronous: time is an argument.
 */
import type { Counter, Epoch, MessageId, NodeAddress, OfferId, WireMinute } from '#core/brand.ts';
import { messageIdOf } from '#core/crypto/address.ts';
import type { TrustLevel } from '#core/domain/values.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import type { Announce } from '#core/wire/announce.ts';
import type { Withdraw } from '#core/wire/withdraw.ts';
import { ROW } from '#engine/slots/columns.ts';
import { unpackFacets } from '#engine/slots/facets.ts';
import { compareWords, putWords, WORDS } from '#engine/slots/id-words.ts';
import { shedRank } from '#engine/slots/shed-order.ts';
import {
  contentEnd,
  FLOOR_MINUTES,
  FUTURE_MINUTES,
  type Losses,
  MAX_RECORD_BYTES,
  type OfferFloor,
  type SlotChange,
  type SlotRecord,
  type StoredOffer,
} from '#engine/slots/slot-record.ts';
import {
  changeTrust,
  createSlotState,
  drop,
  forget,
  type Incoming,
  NEVER,
  noLosses,
  raise,
  type SlotState,
  shedBelow,
  wakeBy,
  write,
} from '#engine/slots/slot-state.ts';
import {
  addRow,
  createSlotTable,
  hasContent,
  idOf,
  isCapacity,
  rawOf,
  rowOf,
  rowOfId,
  rowsOf,
} from '#engine/slots/slot-table.ts';

export interface SlotStore {
  readonly capacity: number;
  /** Announcements that are stored. */
  readonly size: number;
  /** Announcements, withdrawals and floors: what counts against the capacity. */
  readonly used: number;
  /**
   * Takes a verified announcement; `raw` is all of it with its signature. Refuses `from-the-future`, `expired`,
   * `stale-epoch`, `replayed` (this very message is here), `superseded`, `too-large`, `over-capacity`. A higher epoch
   * retires every other offer of the key that has a lower one. `trust` becomes the level of the key.
   */
  put(announce: Announce, raw: Uint8Array, trust: TrustLevel, now: WireMinute): Result<SlotChange>;
  /** Takes a verified withdrawal, alike. */
  withdraw(withdraw: Withdraw, raw: Uint8Array, trust: TrustLevel, now: WireMinute): Result<SlotChange>;
  /** Takes back what this node had persisted: as above, but expired content still leaves its floor. */
  recall(record: SlotRecord, raw: Uint8Array, trust: TrustLevel, now: WireMinute): Result<SlotChange>;
  /** Forgets what has a lower epoch and refuses it from now on, for as long as any of it could be valid. */
  raiseEpoch(address: NodeAddress, epoch: Epoch, now: WireMinute): Losses;
  /** The trust level of a key changed. Unknown keys are ignored. */
  setTrust(address: NodeAddress, level: TrustLevel): void;
  /** Forgets the announcements of a key for which this does not hold. */
  removeUnless(address: NodeAddress, holds: (announce: Announce) => boolean): Losses;
  /** Removes what is no longer valid at `now`, and floors that nothing needs any more. */
  expire(now: WireMinute): Losses;
  /** Not later than the next minute at which `expire` has something to do; undefined when it never has. */
  nextExpiry(): WireMinute | undefined;
  /** Ids of all announcements and withdrawals: what the sync digest is made of. */
  ids(): Iterable<MessageId>;
  /** The signed bytes of an announcement or withdrawal, by the first 16 (or more) hex digits of its id. */
  byId(id: string): Uint8Array | undefined;
  get(address: NodeAddress, offer: OfferId): StoredOffer | undefined;
  floorOf(address: NodeAddress, offer: OfferId): OfferFloor | undefined;
  /** The highest epoch seen of a key, while it is remembered. */
  epochOf(address: NodeAddress): Epoch | undefined;
  /** For search.ts and snapshot.ts; nobody else reads columns. */
  readonly state: SlotState;
}

const SIGNATURE_BYTES = 64;
const STATES = ['expired', 'announced', 'withdrawn', 'expired'] as const;

/** Zero for the same message, negative for an older one; at equal counters the lower id is the newer. */
const compareToRow = ({ table }: SlotState, { record, id }: Incoming, row: number): number => {
  const { epoch, counter, ids } = table.columns;
  const byEpoch = record.epoch - (epoch[row] ?? 0);
  if (byEpoch !== 0) return byEpoch;
  const byCounter = record.counter - (counter[row] ?? 0);
  if (byCounter !== 0) return byCounter;
  const words = new Uint32Array(WORDS);
  putWords(words, 0, id);
  return compareWords(ids, row, words, 0);
};

const replace = (state: SlotState, row: number, incoming: Incoming): Result<SlotChange> => {
  const { floorUntil, key } = state.table.columns;
  const { record, floorOnly, id } = incoming;
  const until = record.issued + FLOOR_MINUTES;
  const comparison = compareToRow(state, incoming, row);
  if (comparison <= 0) {
    // An older record with a later issue: its replays are valid for longer, so the floor stays for longer.
    floorUntil[row] = Math.max(until, floorUntil[row] ?? 0);
    return refuse(comparison === 0 ? 'replayed' : 'superseded');
  }
  const losses = noLosses();
  raise(state, key[row] ?? 0, record.epoch, until, losses, row);
  drop(state, row, losses);
  changeTrust(state, key[row] ?? 0, incoming.trust);
  write(state, row, incoming);
  return ok({ kind: 'replaced', added: floorOnly ? undefined : id, ...losses });
};

const insert = (state: SlotState, known: number, incoming: Incoming): Result<SlotChange> => {
  const { table, shedUpTo } = state;
  const { record, trust, floorOnly, id } = incoming;
  if (record.issued <= (shedUpTo[trust] ?? 0)) return refuse('over-capacity');
  const losses = noLosses();
  const { epoch, first } = table.keys.columns;
  // A key's rows all have its epoch, so a higher one makes room.
  const retires = known >= 0 && record.epoch > (epoch[known] ?? 0) && first[known] !== 0;
  if (!retires && table.used >= table.capacity && !shedBelow(state, shedRank(trust, record.issued), losses)) {
    return refuse('over-capacity');
  }
  const key = table.keys.findOrAdd(record.address);
  raise(state, key, record.epoch, record.issued + FLOOR_MINUTES, losses);
  changeTrust(state, key, trust);
  write(state, addRow(table, key, record.offer), incoming);
  return ok({ kind: 'new', added: floorOnly ? undefined : id, ...losses });
};

type Accept = (record: SlotRecord, raw: Uint8Array, trust: TrustLevel, now: WireMinute) => Result<SlotChange>;

const accept =
  (state: SlotState, recalled: boolean): Accept =>
  (record, raw, trust, now) => {
    if (raw.length <= SIGNATURE_BYTES || raw.length > MAX_RECORD_BYTES) return refuse('too-large');
    if (!recalled && record.issued > now + FUTURE_MINUTES) return refuse('from-the-future');
    const expires = contentEnd(record);
    const floorOnly = expires <= now;
    if (floorOnly && (!recalled || record.issued + FLOOR_MINUTES <= now)) return refuse('expired');
    const { keys } = state.table;
    const key = keys.find(record.address);
    const epoch = key < 0 ? 0 : (keys.columns.epoch[key] ?? 0);
    if (record.epoch < epoch) {
      // A retired device goes on issuing: what it issued later is valid for longer, so its epoch is refused for longer.
      raise(state, key, epoch, record.issued + FLOOR_MINUTES, noLosses());
      return refuse('stale-epoch');
    }
    const id = messageIdOf(raw.subarray(0, raw.length - SIGNATURE_BYTES));
    const incoming: Incoming = { record, raw, trust, id, expires, floorOnly };
    const row = key < 0 ? -1 : rowOf(state.table, key, record.offer);
    return row < 0 ? insert(state, key, incoming) : replace(state, row, incoming);
  };

const expire = (state: SlotState, now: number): Losses => {
  const { table } = state;
  const losses = noLosses();
  if (now < state.wakeAt) return losses;
  state.wakeAt = NEVER;
  for (let row = 0; row < table.high; row++) {
    const { state: states, expires, floorUntil } = table.columns;
    if (states[row] === ROW.free) continue;
    if (hasContent(table, row) && (expires[row] ?? 0) > now) wakeBy(state, expires[row] ?? 0);
    else if ((floorUntil[row] ?? 0) <= now) forget(state, row, losses);
    else if (hasContent(table, row)) drop(state, row, losses);
    else wakeBy(state, floorUntil[row] ?? 0);
  }
  wakeBy(state, table.keys.sweep(now));
  return losses;
};

const raiseEpoch = (state: SlotState, address: NodeAddress, epoch: Epoch, now: number): Losses => {
  const losses = noLosses();
  if (epoch > 0) raise(state, state.table.keys.findOrAdd(address), epoch, now + FLOOR_MINUTES, losses);
  return losses;
};

const removeUnless = (state: SlotState, key: number, holds: (announce: Announce) => boolean): Losses => {
  const losses = noLosses();
  if (key < 0) return losses;
  for (const row of rowsOf(state.table, key)) {
    if (state.table.columns.state[row] === ROW.announced && !holds(announceAt(state, row))) forget(state, row, losses);
  }
  return losses;
};

/** The announcement of an announced row, put together again. */
export const announceAt = ({ table }: SlotState, row: number): Announce => {
  const { columns, starts } = table;
  const at = columns.startsAt[row] ?? 0;
  return {
    kind: 'announce',
    address: table.keys.addressOf(columns.key[row] ?? 0),
    epoch: (columns.epoch[row] ?? 0) as Epoch,
    counter: (columns.counter[row] ?? 0) as Counter,
    issued: (columns.issued[row] ?? 0) as WireMinute,
    offer: (columns.offer[row] ?? 0) as OfferId,
    ...unpackFacets(columns.facets[row] ?? 0),
    minutes: columns.minutes[row] ?? 0,
    plz: columns.plz[row] ?? 0,
    ttlClass: columns.ttlClass[row] ?? 0,
    series: ((columns.flags[row] ?? 0) & 2) !== 0,
    codeRequired: ((columns.flags[row] ?? 0) & 1) !== 0,
    starts: Array.from(starts.items.subarray(at, at + (columns.startsCount[row] ?? 0)), (start) => start as WireMinute),
  };
};

const storedAt = (state: SlotState, row: number): StoredOffer | undefined => {
  const { table } = state;
  if (table.columns.state[row] !== ROW.announced) return undefined;
  return {
    announce: announceAt(state, row),
    id: idOf(table, row),
    raw: rawOf(table, row),
    trust: table.keys.trustOf(table.columns.key[row] ?? 0),
    expires: (table.columns.expires[row] ?? 0) as WireMinute,
  };
};

function* idsOf({ table }: SlotState): Iterable<MessageId> {
  for (let row = 0; row < table.high; row++) if (hasContent(table, row)) yield idOf(table, row);
}

const byId = ({ table }: SlotState, id: string): Uint8Array | undefined => {
  if (!/^[0-9a-f]{16,32}$/.test(id)) return undefined;
  const row = rowOfId(table, Number.parseInt(id.slice(0, 8), 16), Number.parseInt(id.slice(8, 16), 16));
  return row < 0 ? undefined : rawOf(table, row);
};

const rowFor = ({ table }: SlotState, address: NodeAddress, offer: OfferId): number => {
  const key = table.keys.find(address);
  return key < 0 ? -1 : rowOf(table, key, offer);
};

const floorAt = ({ table }: SlotState, row: number): OfferFloor | undefined => {
  if (row < 0) return undefined;
  const { epoch, counter, state } = table.columns;
  return {
    epoch: (epoch[row] ?? 0) as Epoch,
    counter: (counter[row] ?? 0) as Counter,
    state: STATES[state[row] ?? 0] ?? 'expired',
  };
};

/** `capacity`: most announcements, withdrawals and floors together. */
export const createSlotStore = (options: { readonly capacity: number }): SlotStore => {
  const { capacity } = options;
  if (!isCapacity(capacity)) throw new RangeError('slot store: capacity');
  return slotStoreOver(createSlotState(createSlotTable(capacity), new Uint32Array(4)));
};

/** The rules over a state, new or loaded. A loaded one that is over its capacity sheds first. */
export const slotStoreOver = (state: SlotState): SlotStore => {
  const { table } = state;
  const keyOf = (address: NodeAddress): number => table.keys.find(address);
  while (table.used > table.capacity) shedBelow(state, Number.POSITIVE_INFINITY, noLosses());
  return {
    capacity: table.capacity,
    get size() {
      return state.size;
    },
    get used() {
      return table.used;
    },
    put: accept(state, false),
    withdraw: accept(state, false),
    recall: accept(state, true),
    raiseEpoch: (address, epoch, now) => raiseEpoch(state, address, epoch, now),
    setTrust: (address, level) => {
      if (keyOf(address) >= 0) changeTrust(state, keyOf(address), level);
    },
    removeUnless: (address, holds) => removeUnless(state, keyOf(address), holds),
    expire: (now) => expire(state, now),
    nextExpiry: () => (state.wakeAt === NEVER ? undefined : (state.wakeAt as WireMinute)),
    ids: () => idsOf(state),
    byId: (id) => byId(state, id),
    get: (address, offer) => storedAt(state, rowFor(state, address, offer)),
    floorOf: (address, offer) => floorAt(state, rowFor(state, address, offer)),
    epochOf: (address) => {
      const key = keyOf(address);
      return key < 0 ? undefined : ((table.keys.columns.epoch[key] ?? 0) as Epoch);
    },
    state,
  };
};
