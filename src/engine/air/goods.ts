/**
 * What may be put on the air: the announcements and withdrawals of the regions that somebody listens to, the keys of whoever
 * signed them, and their identity records. Which goes next the carousel decides.
 */
import type { MessageId, Millis, NodeAddress, Region, StationId } from '#core/brand.ts';
import { equalBytes } from '#core/bytes/compare.ts';
import { regionOfPlz } from '#core/domain/mesh-place.ts';
import type { Holdings, Whose } from '#core/radio/air/ask.ts';
import type { AirBeacon, RegionDigest } from '#core/radio/air/beacon.ts';
import { createObjectCollector } from '#core/radio/object-pieces.ts';
import { ok, type Result } from '#core/result.ts';
import type { AirNeighbours } from '#engine/air/air-neighbours.ts';
import type { AirParts } from '#engine/air/air-parts.ts';
import { freshGood, type Good, isLacked, wasAired } from '#engine/air/good.ts';
import { OBJECT_BOUNDS, watchTables } from '#engine/air/goods-tables.ts';
import { createIssuers, type IssuerGoods, type KeyGood } from '#engine/air/issuer-goods.ts';
import { createRecentChanges, type LackedBy } from '#engine/air/recent-changes.ts';
import { createRecordGoods, MAX_RECORD_GOODS, type RecordGood } from '#engine/air/record-goods.ts';
import { digestOf } from '#engine/air/region-digest.ts';
import { createRegionHistory } from '#engine/air/region-history.ts';
import type { Unjudged } from '#engine/air/unjudged.ts';
import type { Context } from '#engine/context.ts';
import { shortId } from '#engine/records/identity-book.ts';
import type { ShelfChange } from '#engine/records/slot-shelf.ts';
import { announcedIn } from '#engine/slots/region-rows.ts';

export interface Goods {
  /** The regions that are listened to may be others now. */
  serve(): void;
  changed(change: ShelfChange): void;
  heardRecord(id: MessageId, raw: Uint8Array, from: StationId): void;
  heardKey(address: NodeAddress, from: StationId): void;
  /** The whole object, when this was the piece that completed it. */
  heardPiece(body: Uint8Array, from: StationId): Result<Uint8Array | undefined>;
  /** Objects of which pieces are here, and not enough. */
  unfinished(): number;
  /** It is not what it says. */
  disown(object: Uint8Array): void;
  /** Announcements came that cannot be judged yet, or were judged. */
  stirred(): void;
  /** An announcement was refused: it may have waited until now, and counted as here. */
  refused(): void;
  /** Somebody sent of this practice what is gone here: what came in its place is lacked there. */
  heardStale(address: NodeAddress): void;
  /** What a beacon says of its station's regions: who has nothing of one lacks all of it, who is behind what changed since. */
  supply(beacon: AirBeacon): void;
  /** What a neighbour has of a region is what is here. */
  isSame(theirs: RegionDigest): boolean;
  /** It is what is here, or was before, or would be without some of what came lately: there is nothing new in it. */
  covers(theirs: RegionDigest): boolean;
  /** False: it has all that is here. */
  lackedAnnouncements(holdings: Holdings): boolean;
  lackedOf(ask: Whose): void;
  /** The key or the identity record of this practice is here. */
  verifiable(address: NodeAddress): void;
  /** We sent it. What verifies an announcement goes after it once, unless whoever lacks it heard it from others. */
  sent(good: Good | RecordGood | KeyGood): void;
  /** With what came and cannot be judged yet. */
  regions(): readonly RegionDigest[];
  ids(region: Region): readonly string[];
  records(): Iterable<RecordGood>;
  issuers(): Iterable<IssuerGoods>;
  /** Whose records are here and whose key is not: it was forgotten, by a restart for one. */
  keyless(): readonly NodeAddress[];
}

export interface GoodsRules {
  readonly parts: AirParts;
  readonly neighbours: AirNeighbours;
  readonly unjudged: Unjudged;
  /** What was on the air is due, or will be. */
  readonly onDue: () => void;
}

/** What came over a link waits so long for more, so that two go in one frame. */
const GATHER = 5_000;
/** What came over the air waits for others who heard it, too: of several only the first sends it on. */
const FIRST_RELAY = 2_000;
const RELAY_SPREAD = 8_000;
/** After that a neighbour that others depend on has not heard it, and so often it is sent. */
const RELAYED_WITHIN = 25_000;
const MAX_UNRELAYED = 2;
/** Keys wait for more of them, for seven share a frame. */
const KEYS_GATHER = 3_000;
/** Who is at the internet answers at once, the others only where it does not. */
const FIRST_ANSWER = 2_000;
const ANSWER_SPREAD = 15_000;
/** What was on the air so short a time ago may still have reached whoever says that there is nothing. */
const JUST_AIRED = 30_000;
/** And so short a time ago, whoever says that it lacks this may have said so before it came. */
const STILL_COMING = 2_000;
/** Who asks may have something newer than this. */
const UNSURE = 30_000;
/** Of which it is remembered what took their place. */
const MAX_REPLACED = 8;
/** A state of a region that lasts less is none that a neighbour could have, but for a moment. */
const SETTLED = 1_000;

export const createGoods = (context: Context, { parts, neighbours, unjudged, onDue }: GoodsRules): Goods => {
  const { slots, identities, keys } = parts;
  const records = createRecordGoods();
  const issuers = createIssuers({
    identityOf: identities.get,
    keyOf: keys.get,
    fresh: () => freshGood(context.now(), context.random.fraction()),
    now: context.now,
  });
  const objects = createObjectCollector(OBJECT_BOUNDS);
  let served: ReadonlySet<Region> = new Set();
  const history = createRegionHistory();
  const recent = createRecentChanges();
  const digests = new Map<Region, Omit<RegionDigest, 'isOwn'>>();
  /** What neighbours may lack of what is here now. */
  const guesses = new Map<Region, LackedBy>();
  /** Of each region when the digest that was computed last ceased to be true. */
  const staleSince = new Map<Region, Millis>();
  /** What came over the air lately is sent on together. */
  let relayAt = 0 as Millis;
  let changedAt = Number.NEGATIVE_INFINITY;
  /** How many waited when the digests were computed last. */
  let waiting = 0;
  watchTables(context, { records, issuers, history, recent, objects });

  const after = (ms: number): Millis => (context.now() + ms) as Millis;
  const isRooted = (): boolean => neighbours.way().way === 0;
  const answerAt = (): Millis => after(isRooted() ? 0 : FIRST_ANSWER + context.random.integer(ANSWER_SPREAD));

  const nextRelay = (): Millis => {
    if (relayAt <= context.now()) relayAt = after(FIRST_RELAY + context.random.integer(RELAY_SPREAD));
    return relayAt;
  };
  const becomesDue = (good: Good, at: Millis): void => {
    isLacked(good, at);
    onDue();
  };
  const profileRegion = (address: NodeAddress): Region | undefined => {
    const plz = identities.get(address)?.record.profile?.plz;
    return plz === undefined ? undefined : regionOfPlz(Number(plz));
  };
  /** A withdrawal says no place: it is that of what it withdraws. */
  const regionOf = (added: NonNullable<ShelfChange['added']>, removed: readonly RecordGood[]): Region | undefined => {
    const { record } = added;
    if (record.kind === 'announce') return regionOfPlz(record.plz);
    return removed[0]?.region ?? profileRegion(record.address);
  };
  const addChanged = (added: NonNullable<ShelfChange['added']>, removed: readonly RecordGood[]): void => {
    const { record, id } = added;
    const region = regionOf(added, removed);
    const raw = slots.bytesOf(id);
    if (region === undefined || raw === undefined || !served.has(region)) return;
    const { address, kind } = record;
    const announced = removed.filter((one) => one.kind === 'announce');
    recent.note(region, { id: shortId(id), removed: announced.map((one) => one.id) });
    const replaces = removed.flatMap(({ id: gone, replaces: before }) => [gone, ...before]).slice(0, MAX_REPLACED);
    const good = records.add({ id, address, raw, kind, region, replaces }, context.now(), context.random.fraction());
    issuers.add(record.address);
    if (good !== undefined && neighbours.mayLack(region, good.senders)) becomesDue(good, after(GATHER));
  };
  const addRegion = (region: Region): void => {
    for (const row of announcedIn(slots.store, region, MAX_RECORD_GOODS - records.size)) {
      records.add({ ...row, kind: 'announce', region, replaces: [] }, context.now(), context.random.fraction());
      issuers.add(row.address);
    }
  };
  const verifiable = (address: NodeAddress): void => {
    if (records.hasOf(address)) issuers.add(address);
  };
  const ids = (region: Region): readonly string[] => [...new Set([...records.ids(region), ...unjudged.ids(region)])];
  const digest = (region: Region): Omit<RegionDigest, 'isOwn'> => {
    const known = digests.get(region);
    if (known !== undefined) return known;
    const all = ids(region);
    const fresh = { region, count: all.length, digest: digestOf(all) };
    digests.set(region, fresh);
    history.note(region, fresh.digest, staleSince.get(region) ?? context.now());
    return fresh;
  };
  const regions = (): readonly RegionDigest[] => {
    if (unjudged.expire()) outdate();
    return Array.from(served, (region) => ({ ...digest(region), isOwn: neighbours.listensTo(region) }));
  };
  const outdate = (): void => {
    for (const region of digests.keys()) staleSince.set(region, context.now());
    digests.clear();
    guesses.clear();
  };
  /** What was there until now is remembered, where it lasted: of a crowd of changes not each between two. */
  const stirred = (): void => {
    if (context.now() - changedAt >= SETTLED) regions();
    changedAt = context.now();
    waiting = unjudged.size;
    outdate();
  };
  const isSame = (theirs: RegionDigest): boolean =>
    served.has(theirs.region) && equalBytes(theirs.digest, digest(theirs.region).digest);
  /** What a neighbour with this lacks, where that follows from its digest; undefined where it has something else. */
  const behind = (theirs: RegionDigest): readonly RecordGood[] | undefined => {
    const end = history.endOf(theirs.region, theirs.digest);
    if (end !== undefined) return records.of(theirs.region).filter(({ since }) => since >= end);
    const lackedBy = guesses.get(theirs.region) ?? recent.guesses(theirs.region, ids(theirs.region));
    guesses.set(theirs.region, lackedBy);
    return lackedBy(theirs)?.flatMap((id) => records.get(id) ?? []);
  };
  const lackAll = (goods: Iterable<Good>, unlessAiredFor: number, at = answerAt()): void => {
    for (const good of goods)
      if (good.rounds === 0 || context.now() - good.airedAt > unlessAiredFor) isLacked(good, at);
  };
  const supplyRegion = (theirs: RegionDigest): void => {
    if (theirs.count > 0) {
      if (!isSame(theirs)) lackAll(behind(theirs) ?? [], JUST_AIRED);
      return;
    }
    // Together: what verifies them goes after them.
    const at = answerAt();
    const lacked = records.of(theirs.region).filter(({ kind }) => kind === 'announce');
    const signers = new Set(lacked.flatMap(({ address }) => issuers.get(address)?.key ?? []));
    lackAll(lacked, JUST_AIRED, at);
    lackAll(signers, JUST_AIRED, at);
  };

  return {
    serve: () => {
      const before = served;
      served = new Set(neighbours.served());
      for (const region of before) {
        if (served.has(region)) continue;
        records.dropRegion(region);
        history.drop(region);
        recent.drop(region);
        guesses.delete(region);
        digests.delete(region);
        staleSince.delete(region);
      }
      for (const region of served) if (!before.has(region)) addRegion(region);
      if ([...before].some((region) => !served.has(region)))
        for (const { address } of issuers.all()) if (!records.hasOf(address)) issuers.remove(address);
    },
    changed: ({ added, removed }) => {
      stirred();
      const gone = removed.flatMap(({ id }) => records.remove(shortId(id)) ?? []);
      if (added !== undefined) addChanged(added, gone);
      for (const { address } of gone) if (!records.hasOf(address)) issuers.remove(address);
    },
    heardRecord: (id, raw, from) => {
      const good = records.heard(id, raw, from, context.now());
      if (good !== undefined && good.rounds === 1 && good.sent === 0 && neighbours.mayLack(good.region, good.senders))
        becomesDue(good, nextRelay());
    },
    heardKey: (address, from) => {
      issuers.heardKey(address, from, context.now());
      verifiable(address);
    },
    heardPiece: (body, from) => {
      issuers.heardPiece(body, neighbours.yieldsTo(from), context.now());
      const taken = objects.take(body, context.now());
      if (!taken.ok) return taken;
      return ok(taken.value.kind === 'whole' ? taken.value.object : undefined);
    },
    unfinished: () => objects.objects,
    disown: objects.disown,
    stirred,
    refused: () => {
      if (unjudged.size !== waiting) stirred();
    },
    heardStale: (address) => {
      lackAll(
        Array.from(records.all()).filter((good) => good.address === address),
        JUST_AIRED,
      );
      onDue();
    },
    supply: ({ regions: theirs }) => {
      for (const one of theirs) if (served.has(one.region)) supplyRegion(one);
      onDue();
    },
    isSame,
    covers: (theirs) => !served.has(theirs.region) || isSame(theirs) || behind(theirs) !== undefined,
    lackedAnnouncements: (holdings) => {
      const { surely, perhaps } = records.missingIn(holdings);
      lackAll(surely, STILL_COMING);
      // What is newer there takes these away here, if it comes in time.
      for (const good of perhaps) isLacked(good, after(isRooted() ? 0 : UNSURE));
      onDue();
      return surely.length + perhaps.length > 0;
    },
    lackedOf: (ask) => {
      lackAll(issuers.wanted(ask), STILL_COMING);
      onDue();
    },
    verifiable,
    sent: (good) => {
      wasAired(good, context.now());
      if ('publicKey' in good) good.isSent = true;
      if (!('raw' in good)) return;
      good.sent++;
      // Who passes it on is heard doing so.
      if (good.sent < MAX_UNRELAYED && neighbours.expectsRelay(good.region, good.senders))
        becomesDue(good, after(RELAYED_WITHIN));
      const key = issuers.get(good.address)?.key;
      if (key === undefined || key.isSent) return;
      if (key.rounds === 0 || neighbours.mayLack(good.region, key.senders)) becomesDue(key, after(KEYS_GATHER));
    },
    regions,
    ids,
    records: records.all,
    issuers: issuers.all,
    keyless: () => {
      const all = new Set(Array.from(records.all(), ({ address }) => address));
      return [...all].filter((address) => issuers.get(address) === undefined);
    },
  };
};
