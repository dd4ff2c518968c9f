import type { Millis, NodeAddress } from '#core/brand.ts';
import { DAY, MINUTE } from '#core/domain/limits.ts';
import { encodePeerEntry, MAX_SUBNET_LENGTH, type PeerEntry, type PeerFacts } from '#engine/peers/peer-entry.ts';
import { createReputation, EVICTION_SCORE, type Report, scoreOf, withReport } from '#engine/peers/reputation.ts';
import { UNMEASURED, withLoss, withTrip } from '#engine/peers/round-trips.ts';
import type { StoreOp } from '#ports/store.ts';

/**
 * The other nodes that this one knows, with or without a link: those that announce themselves. Bounded; when it is full the
 * worst gives way, but never one that is linked. It says what changed since it was last asked, for the store.
 */
export interface PeerRegistry {
  /**
   * It announced itself, or a link to it opened: makes or refreshes its entry. What is not named stays as it was. Undefined
   * when everybody who is known is linked and there is no room.
   */
  see(address: NodeAddress, facts: Partial<PeerFacts>, now: Millis): PeerEntry | undefined;
  /** One round trip to it was measured, so it is there. Nothing happens for a node that is not known; likewise below. */
  sample(address: NodeAddress, trip: Millis, now: Millis): void;
  /** An attempt to reach it got an answer, or got none. */
  loss(address: NodeAddress, lost: boolean): void;
  report(address: NodeAddress, report: Report, now: Millis): void;
  get(address: NodeAddress): PeerEntry | undefined;
  /** In the order in which they were first seen here. */
  all(): IterableIterator<PeerEntry>;
  /** Those that may be chosen for something: all but the ones in disrepute. */
  trusted(now: Millis): PeerEntry[];
  /**
   * Forgets who was not seen for a day; not the linked, and not the last few that can be dialled, or a laptop that was off
   * for a weekend would know nobody to start with. Returns whom it forgot.
   */
  prune(now: Millis): NodeAddress[];
  load(entries: Iterable<PeerEntry>): void;
  /** What the store does not have yet. Whoever takes it writes it. */
  takeChanges(): StoreOp[];
  readonly changed: boolean;
  readonly size: number;
}

export interface PeerRegistryRules {
  readonly capacity: number;
  /** Who is linked now. */
  readonly linked: () => ReadonlySet<NodeAddress>;
}

export const PEER_STALE_AFTER = DAY;
/** A key that was first seen less than this ago is young: keys cost nothing, waiting does. */
export const YOUNG_KEY = (10 * MINUTE) as Millis;
/** The last ones that can be dialled stay, however long ago they were seen. */
export const KEPT_TO_START = 8;

export const isYoung = ({ firstSeen }: Pick<PeerEntry, 'firstSeen'>, now: Millis): boolean =>
  now - firstSeen < YOUNG_KEY;

const NO_FACTS: PeerFacts = {
  capabilities: 0,
  region: undefined,
  origin: undefined,
  level: 0,
  load: 0,
  subnet: undefined,
};

/** In twentieths: what decays a little sooner or later makes nobody better. */
const band = (entry: PeerEntry, now: Millis): number => Math.round(scoreOf(entry.reputation, now) * 20);

/**
 * Negative when `a` gives way before `b`: the worse reputation; then who was never measured; then the young key, so that
 * whoever makes keys by the thousand replaces its own; then who was not seen for longer.
 */
const givesWayBefore = (a: PeerEntry, b: PeerEntry, now: Millis): number =>
  band(a, now) - band(b, now) ||
  Number(a.roundTrips.smoothed !== undefined) - Number(b.roundTrips.smoothed !== undefined) ||
  Number(isYoung(b, now)) - Number(isYoung(a, now)) ||
  a.lastSeen - b.lastSeen;

const byLastSeen = (a: PeerEntry, b: PeerEntry): number => b.lastSeen - a.lastSeen;

export const createPeerRegistry = ({ capacity, linked }: PeerRegistryRules): PeerRegistry => {
  const entries = new Map<NodeAddress, PeerEntry>();
  const dirty = new Set<NodeAddress>();
  /** Who has a row in the store: only they leave one behind. */
  const stored = new Set<NodeAddress>();

  const keep = (entry: PeerEntry): PeerEntry => {
    entries.set(entry.address, entry);
    dirty.add(entry.address);
    return entry;
  };
  const forget = (address: NodeAddress): void => {
    entries.delete(address);
    if (stored.has(address)) dirty.add(address);
    else dirty.delete(address);
  };
  const makeRoom = (now: Millis): boolean => {
    if (entries.size < capacity) return true;
    const held = linked();
    let worst: PeerEntry | undefined;
    for (const entry of entries.values()) {
      if (held.has(entry.address)) continue;
      if (worst === undefined || givesWayBefore(entry, worst, now) < 0) worst = entry;
    }
    if (worst !== undefined) forget(worst.address);
    return worst !== undefined;
  };
  const create = (address: NodeAddress, now: Millis): PeerEntry | undefined =>
    makeRoom(now)
      ? {
          ...NO_FACTS,
          address,
          firstSeen: now,
          lastSeen: now,
          roundTrips: UNMEASURED,
          reputation: createReputation(now),
        }
      : undefined;

  return {
    see: (address, facts, now) => {
      const entry = entries.get(address) ?? create(address, now);
      if (entry === undefined) return undefined;
      const subnet = ('subnet' in facts ? facts.subnet : entry.subnet)?.slice(0, MAX_SUBNET_LENGTH);
      return keep({ ...entry, ...facts, lastSeen: now, subnet });
    },
    sample: (address, trip, now) => {
      const entry = entries.get(address);
      if (entry === undefined) return;
      keep({ ...entry, roundTrips: withLoss(withTrip(entry.roundTrips, trip), false), lastSeen: now });
    },
    loss: (address, lost) => {
      const entry = entries.get(address);
      if (entry === undefined) return;
      keep({ ...entry, roundTrips: withLoss(entry.roundTrips, lost) });
    },
    report: (address, report, now) => {
      const entry = entries.get(address);
      if (entry === undefined) return;
      const reputation = withReport(entry.reputation, report, now);
      if (reputation !== entry.reputation) keep({ ...entry, reputation });
    },
    get: (address) => entries.get(address),
    all: () => entries.values(),
    trusted: (now) => [...entries.values()].filter(({ reputation }) => scoreOf(reputation, now) >= EVICTION_SCORE),
    prune: (now) => {
      const diallable = [...entries.values()].filter(({ origin }) => origin !== undefined).sort(byLastSeen);
      const kept = new Set([...linked(), ...diallable.slice(0, KEPT_TO_START).map(({ address }) => address)]);
      const stale = [...entries.values()].filter(
        ({ address, lastSeen }) => now - lastSeen >= PEER_STALE_AFTER && !kept.has(address),
      );
      for (const { address } of stale) forget(address);
      return stale.map(({ address }) => address);
    },
    load: (loaded) => {
      for (const [index, entry] of [...loaded].sort(byLastSeen).entries()) {
        stored.add(entry.address);
        if (index < capacity) entries.set(entry.address, entry);
        else dirty.add(entry.address);
      }
    },
    takeChanges: () => {
      const ops = [...dirty].map((address): StoreOp => {
        const entry = entries.get(address);
        if (entry === undefined) {
          stored.delete(address);
          return { op: 'delete', table: 'peers', key: address };
        }
        stored.add(address);
        return { op: 'put', table: 'peers', key: address, value: encodePeerEntry(entry) };
      });
      dirty.clear();
      return ops;
    },
    get changed() {
      return dirty.size > 0;
    },
    get size() {
      return entries.size;
    },
  };
};
