/** The announcements and withdrawals that may be put on the air, by region. */
import type { MessageId, Millis, NodeAddress, Region, StationId } from '#core/brand.ts';
import { type Holdings, isOfPart, markOf } from '#core/radio/air/ask.ts';
import type { RegionDigest } from '#core/radio/air/beacon.ts';
import { MAX_AIR_RECORD } from '#core/radio/air/records.ts';
import { freshGood, type Good, isLacked, wasAired } from '#engine/air/good.ts';
import { digestOf } from '#engine/air/region-digest.ts';
import { shortId } from '#engine/records/identity-book.ts';
import type { RegionRow } from '#engine/slots/region-rows.ts';

export interface RecordGood extends Good {
  readonly id: string;
  readonly kind: 'announce' | 'withdraw';
  readonly address: NodeAddress;
  readonly region: Region;
  readonly raw: Uint8Array;
  /** When it came here. */
  readonly since: Millis;
  /** Stations from which it was heard. */
  readonly senders: Set<StationId>;
}

export interface RecordGoods {
  add(row: RegionRow, kind: RecordGood['kind'], region: Region, now: Millis, chance: number): RecordGood | undefined;
  get(id: string): RecordGood | undefined;
  remove(id: string): RecordGood | undefined;
  dropRegion(region: Region): void;
  heard(id: MessageId, from: StationId, now: Millis): RecordGood | undefined;
  /** Marks what the list does not hold. */
  lacked(holdings: Holdings, at: Millis): void;
  digest(region: Region): RegionDigest;
  /** Ids of its announcements. */
  ids(region: Region): readonly string[];
  all(): Iterable<RecordGood>;
  readonly size: number;
}

/** An hour and more of the best channel. */
export const MAX_RECORD_GOODS = 2_000;
const MAX_SENDERS = 8;

export const createRecordGoods = (): RecordGoods => {
  const goods = new Map<string, RecordGood>();
  const digests = new Map<Region, RegionDigest>();
  const ids = (region: Region): string[] => {
    const found: string[] = [];
    for (const good of goods.values()) if (good.region === region && good.kind === 'announce') found.push(good.id);
    return found;
  };
  return {
    add: ({ id, address, raw }, kind, region, now, chance) => {
      if (goods.size >= MAX_RECORD_GOODS || raw.length > MAX_AIR_RECORD) return undefined;
      const good: RecordGood = {
        ...freshGood(now, chance),
        id: shortId(id),
        kind,
        address,
        region,
        raw,
        since: now,
        senders: new Set(),
      };
      goods.set(good.id, good);
      digests.delete(region);
      return good;
    },
    get: (id) => goods.get(id),
    remove: (id) => {
      const good = goods.get(id);
      if (good === undefined) return undefined;
      goods.delete(id);
      digests.delete(good.region);
      return good;
    },
    dropRegion: (region) => {
      for (const good of goods.values()) if (good.region === region) goods.delete(good.id);
      digests.delete(region);
    },
    heard: (id, from, now) => {
      const good = goods.get(shortId(id));
      if (good === undefined) return undefined;
      wasAired(good, now);
      if (good.senders.size < MAX_SENDERS) good.senders.add(from);
      return good;
    },
    lacked: (holdings, at) => {
      const had = new Set(holdings.marks);
      for (const good of goods.values()) {
        if (good.region !== holdings.region || !isOfPart(good.id, holdings)) continue;
        if (!had.has(markOf(holdings.salt, good.id))) isLacked(good, at);
      }
    },
    digest: (region) => {
      const known = digests.get(region);
      if (known !== undefined) return known;
      const all = ids(region);
      const digest = { region, count: all.length, digest: digestOf(all) };
      digests.set(region, digest);
      return digest;
    },
    ids,
    all: () => goods.values(),
    get size() {
      return goods.size;
    },
  };
};
