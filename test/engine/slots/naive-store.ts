/** The rules of the slot store over plain maps and loops: what the columns are compared with. */
import type { MessageId, NodeAddress } from '#core/brand.ts';
import type { TrustLevel } from '#core/domain/values.ts';
import type { RefusalCode } from '#core/refusal.ts';
import type { SlotRecord } from '#engine/slots/slot-record.ts';
import { idOf } from '#test/engine/slots/records.ts';

const TTL_MINUTES = [60, 360, 720, 1_440, 2_880, 4_320, 7_200, 10_080];
const FLOOR = 10_090;

interface Entry {
  record: SlotRecord;
  id: MessageId;
  floorUntil: number;
  gone: boolean;
}

export interface NaiveStore {
  accept(record: SlotRecord, trust: TrustLevel, now: number): RefusalCode | 'new' | 'replaced';
  raiseEpoch(address: NodeAddress, epoch: number, now: number): void;
  setTrust(address: NodeAddress, level: TrustLevel): void;
  expire(now: number): void;
  /** Ids of what is valid, sorted. */
  ids(): MessageId[];
  /** Every place, with how far it has come, sorted. */
  floors(): string[];
  trusts(): TrustLevel[];
}

const endOf = (record: SlotRecord): number =>
  record.issued + (record.kind === 'withdraw' ? FLOOR : (TTL_MINUTES[record.ttlClass] ?? 0));

const isNewer = (record: SlotRecord, than: Entry): boolean => {
  if (record.epoch !== than.record.epoch) return record.epoch > than.record.epoch;
  if (record.counter !== than.record.counter) return record.counter > than.record.counter;
  return idOf(record) < than.id;
};

export const createNaiveStore = (capacity: number): NaiveStore => {
  const entries = new Map<string, Entry>();
  const epochs = new Map<NodeAddress, { epoch: number; until: number }>();
  const trust = new Map<NodeAddress, TrustLevel>();
  const shedUpTo = [-1, -1, -1, -1];
  const place = (record: SlotRecord): string => `${record.address}/${record.offer}`;
  const rank = (record: SlotRecord, level: number): number => level * 2 ** 24 + record.issued;
  const levelOf = (address: NodeAddress): TrustLevel => trust.get(address) ?? 0;

  const raise = (address: NodeAddress, epoch: number, until: number): void => {
    const known = epochs.get(address);
    if (epoch === 0 || epoch < (known?.epoch ?? 0)) return;
    epochs.set(address, { epoch, until: Math.max(until, known?.until ?? 0) });
    for (const [key, entry] of entries) {
      if (entry.record.address === address && entry.record.epoch < epoch) entries.delete(key);
    }
  };
  /** True when there is room, or room was made, for something that ranks `mine`. */
  const makeRoom = (mine: number): boolean => {
    if (entries.size < capacity) return true;
    const ranked = [...entries].map(([key, { record }]) => ({ key, record, level: levelOf(record.address) }));
    ranked.sort((a, b) => rank(a.record, a.level) - rank(b.record, b.level));
    const worst = ranked[0];
    if (worst === undefined || rank(worst.record, worst.level) >= mine) return false;
    shedUpTo[worst.level] = Math.max(shedUpTo[worst.level] ?? 0, worst.record.issued);
    entries.delete(worst.key);
    return true;
  };
  const insert = (record: SlotRecord, level: TrustLevel): RefusalCode | 'new' => {
    if (record.issued <= (shedUpTo[level] ?? -1)) return 'over-capacity';
    const retires = [...entries.values()].some(
      (entry) => entry.record.address === record.address && entry.record.epoch < record.epoch,
    );
    if (!retires && !makeRoom(rank(record, level))) return 'over-capacity';
    raise(record.address, record.epoch, record.issued + FLOOR);
    trust.set(record.address, level);
    entries.set(place(record), { record, id: idOf(record), floorUntil: record.issued + FLOOR, gone: false });
    return 'new';
  };
  return {
    accept: (record, level, now) => {
      if (record.issued > now + 5) return 'from-the-future';
      if (endOf(record) <= now) return 'expired';
      const epoch = epochs.get(record.address)?.epoch ?? 0;
      if (record.epoch < epoch) {
        raise(record.address, epoch, record.issued + FLOOR);
        return 'stale-epoch';
      }
      const present = entries.get(place(record));
      if (present === undefined) return insert(record, level);
      present.floorUntil = Math.max(present.floorUntil, record.issued + FLOOR);
      if (idOf(record) === present.id) return 'replayed';
      if (!isNewer(record, present)) return 'superseded';
      entries.set(place(record), { record, id: idOf(record), floorUntil: present.floorUntil, gone: false });
      raise(record.address, record.epoch, record.issued + FLOOR);
      trust.set(record.address, level);
      return 'replaced';
    },
    raiseEpoch: (address, epoch, now) => raise(address, epoch, now + FLOOR),
    setTrust: (address, level) => {
      if (trust.has(address)) trust.set(address, level);
    },
    expire: (now) => {
      for (const [key, entry] of entries) {
        if (endOf(entry.record) <= now) entry.gone = true;
        if (entry.gone && entry.floorUntil <= now) entries.delete(key);
      }
      const held = new Set([...entries.values()].map(({ record }) => record.address));
      for (const [address, { until }] of epochs) if (until <= now && !held.has(address)) epochs.delete(address);
    },
    ids: () => [...entries.values()].flatMap(({ id, gone }) => (gone ? [] : [id])).sort(),
    floors: () =>
      [...entries].map(([key, { record, gone }]) => `${key} ${record.epoch}.${record.counter} ${gone}`).sort(),
    trusts: () => [...entries.values()].map(({ record }) => levelOf(record.address)),
  };
};
