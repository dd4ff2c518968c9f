/** The announcements and withdrawals that may be put on the air, by region. */
import type { MessageId, Millis, NodeAddress, Region, StationId } from '#core/brand.ts';
import { equalBytes } from '#core/bytes/compare.ts';
import { type Holdings, isOfPart, markOf } from '#core/radio/air/ask.ts';
import { MAX_AIR_RECORD } from '#core/radio/air/records.ts';
import { freshGood, type Good, MAX_SENDERS, wasAired } from '#engine/air/good.ts';
import { shortId } from '#engine/records/identity-book.ts';
import type { RegionRow } from '#engine/slots/region-rows.ts';

export interface RecordGood extends Good {
  readonly id: string;
  readonly kind: 'announce' | 'withdraw';
  readonly address: NodeAddress;
  readonly region: Region;
  readonly raw: Uint8Array;
  /** Ids of what was there before it and is gone because of it. */
  readonly replaces: readonly string[];
  /** When it came here. */
  readonly since: Millis;
  /** Stations from which it was heard. */
  readonly senders: Set<StationId>;
  /** How often this station sent it. */
  sent: number;
}

export type NewRecord = RegionRow & Pick<RecordGood, 'kind' | 'region' | 'replaces'>;

/** What a list of somebody does not hold. */
export interface Missing {
  /** It holds what these replaced, or nothing that could be newer. */
  readonly surely: readonly RecordGood[];
  /** It holds as many that are not known here, which may have come in the place of these. */
  readonly perhaps: readonly RecordGood[];
}

export interface RecordGoods {
  /** `chance`: 0 to 1. */
  add(record: NewRecord, now: Millis, chance: number): RecordGood | undefined;
  get(id: string): RecordGood | undefined;
  /** Whether anything of this practice is here. */
  hasOf(address: NodeAddress): boolean;
  remove(id: string): RecordGood | undefined;
  dropRegion(region: Region): void;
  /** Nothing for other bytes than these: with a false signature it is of no use to those who lack it. */
  heard(id: MessageId, raw: Uint8Array, from: StationId, now: Millis): RecordGood | undefined;
  missingIn(holdings: Holdings): Missing;
  /** Ids of its announcements. */
  ids(region: Region): readonly string[];
  of(region: Region): readonly RecordGood[];
  all(): Iterable<RecordGood>;
  readonly size: number;
}

/** An hour and more of the best channel. */
export const MAX_RECORD_GOODS = 2_000;

export const createRecordGoods = (): RecordGoods => {
  const goods = new Map<string, RecordGood>();
  /** How many of each practice. */
  const held = new Map<NodeAddress, number>();
  const put = (good: RecordGood): void => {
    drop(good.id);
    goods.set(good.id, good);
    held.set(good.address, (held.get(good.address) ?? 0) + 1);
  };
  const drop = (id: string): RecordGood | undefined => {
    const good = goods.get(id);
    if (good === undefined) return undefined;
    goods.delete(id);
    const left = (held.get(good.address) ?? 1) - 1;
    if (left > 0) held.set(good.address, left);
    else held.delete(good.address);
    return good;
  };
  const ids = (region: Region): string[] => {
    const found: string[] = [];
    for (const good of goods.values()) if (good.region === region && good.kind === 'announce') found.push(good.id);
    return found;
  };
  return {
    add: ({ id, address, raw, kind, region, replaces }, now, chance) => {
      if (goods.size >= MAX_RECORD_GOODS || raw.length > MAX_AIR_RECORD) return undefined;
      const good: RecordGood = {
        ...freshGood(now, chance),
        id: shortId(id),
        kind,
        address,
        region,
        raw,
        replaces,
        since: now,
        senders: new Set(),
        sent: 0,
      };
      put(good);
      return good;
    },
    get: (id) => goods.get(id),
    hasOf: (address) => (held.get(address) ?? 0) > 0,
    remove: drop,
    dropRegion: (region) => {
      for (const good of [...goods.values()]) if (good.region === region) drop(good.id);
    },
    heard: (id, raw, from, now) => {
      const good = goods.get(shortId(id));
      if (good === undefined || !equalBytes(good.raw, raw)) return undefined;
      wasAired(good, now);
      if (good.senders.size < MAX_SENDERS) good.senders.add(from);
      return good;
    },
    missingIn: (holdings) => {
      const had = new Set(holdings.marks);
      const unknown = new Set(holdings.marks);
      const has = (id: string): boolean => {
        const mark = markOf(holdings.salt, id);
        return had.has(mark) && (unknown.delete(mark) || true);
      };
      const surely: RecordGood[] = [];
      const others: RecordGood[] = [];
      for (const good of goods.values()) {
        if (good.region !== holdings.region) continue;
        if (good.replaces.filter(has).length > 0) surely.push(good);
        else if (good.kind === 'announce' && isOfPart(good.id, holdings) && !has(good.id)) others.push(good);
      }
      return others.length > unknown.size
        ? { surely: [...surely, ...others], perhaps: [] }
        : { surely, perhaps: others };
    },
    ids,
    of: (region) => [...goods.values()].filter((good) => good.region === region),
    all: () => goods.values(),
    get size() {
      return goods.size;
    },
  };
};
