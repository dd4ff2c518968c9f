import type { LinkId, Millis, NodeAddress, Region } from '#core/brand.ts';
import type { LinkTraits } from '#core/domain/link-capability.ts';
import { SALT_BYTES, type SaltedId, type SaltKey, saltId, saltKey } from '#core/sets/salted-ids.ts';
import type { BeaconPlace } from '#core/wire/beacon.ts';
import type { SetId } from '#core/wire/set-id.ts';
import { type BoundedSet, createBoundedSet } from '#engine/bounded-set.ts';
import type { EngineLimits } from '#engine/config.ts';
import type { Standing } from '#engine/records/standing.ts';
import { createTokenBucket, type TokenBucket } from '#engine/token-bucket.ts';

/** A small place for what cannot be judged before a key comes. */
export interface WaitingRoom {
  /** Announcements whose key we do not know yet, by message id and signature. */
  readonly parked: Map<string, Parked>;
}

/** What this node knows of the other end of one link, for as long as the link lasts. Everything in it is bounded. */
export interface Peer extends WaitingRoom {
  readonly link: LinkId;
  readonly remote: string;
  readonly dialled: boolean;
  /** What is sent over the link, and how much of it. */
  readonly can: LinkTraits;
  readonly frames: TokenBucket;
  /** What it may have us push on, by who signed it (engine/sync/gossip.ts). */
  readonly news: Readonly<Record<Standing, TokenBucket>>;
  /** Bundles from it that overtake others on their way to relays. */
  readonly parcels: TokenBucket;
  /** Undefined until its hello came. Before that nothing else is accepted. */
  hello: PeerHello | undefined;
  /** The 256-bit map of buckets that it waits in. */
  listens: Uint8Array;
  /** Ids that we asked it for and that have not come yet, with their sets. Bounded by what set sync asks for at once. */
  readonly wanted: Map<string, SetId>;
  /** The same for what we know only by its salted id. */
  readonly picked: Map<SaltedId, SetId>;
  /** The 8 bytes that we gave this link. */
  salt: Uint8Array;
  /** A leaf that joins what would be apart without it: it passes on for others, as its beacon says. */
  bridge: boolean;
  /** A leaf that has a way to a relay, as its beacon says. */
  rooted: boolean;
  /** What its beacon says of its place; undefined: nothing yet, or a node that does not say. */
  place: BeaconPlace | undefined;
  /** It wants a sign of life every second. */
  attentive: boolean;
  /** We are its parent. */
  child: boolean;
  /** It has lost its way to the upper levels. */
  island: boolean;
  /** Nothing came for too long: the link is about to end. */
  silent: boolean;
  /** Ids that it offers and that we refused: not asked for again on this link. */
  readonly refused: BoundedSet;
}

export interface Parked {
  readonly issuer: NodeAddress;
  /** Of an announcement: where, and since when it waits. */
  readonly region?: Region | undefined;
  readonly since?: Millis;
  /** Of what is from the future here: when it no longer is. */
  readonly due?: Millis;
  /** The key is known now, or it is due: tries once more. */
  readonly again: () => void;
}

export interface PeerHello {
  readonly relay: boolean;
  /** The 8 bytes that the other end gave this link. */
  readonly salt: Uint8Array;
  readonly wantsSync: boolean;
  /** It passes bundles on for whoever dials it. */
  readonly carries: boolean;
  /** A relay's address; others do not say who they are. */
  readonly address: NodeAddress | undefined;
  /** Our clock minus its, when its hello came. */
  readonly skew: Millis;
}

export interface PeerTable {
  open(peer: Pick<Peer, 'link' | 'remote' | 'dialled' | 'can'>, now: Millis): Peer;
  close(link: LinkId): Peer | undefined;
  get(link: LinkId): Peer | undefined;
  /** Those whose hello came, in the order in which they were opened. */
  ready(): Peer[];
  /** The first of them for which this holds: without a list of all, as it is asked for with every frame. */
  find(holds: (peer: Peer) => boolean): Peer | undefined;
  /** What the fullest link holds. */
  mostRefused(): number;
  mostParked(): number;
  /** Who they say they are. */
  addresses(): Set<NodeAddress>;
  readonly size: number;
}

/** One bit a bucket: is it among those of the map? */
export const listensTo = (map: Uint8Array, bucket: number): boolean =>
  (((map[bucket >> 3] ?? 0) >> (bucket & 7)) & 1) === 1;

export const bucketMap = (buckets: Iterable<number>): Uint8Array => {
  const map = new Uint8Array(32);
  for (const bucket of buckets) map[bucket >> 3] = (map[bucket >> 3] ?? 0) | (1 << (bucket & 7));
  return map;
};

export const createPeerTable = (limits: EngineLimits): PeerTable => {
  const peers = new Map<LinkId, Peer>();
  return {
    open: (identity, now) => {
      const peer: Peer = {
        ...identity,
        frames: createTokenBucket(limits.framesPerLink, now),
        news: {
          vouched: createTokenBucket(limits.newsPerLink.vouched, now),
          known: createTokenBucket(limits.newsPerLink.known, now),
          stranger: createTokenBucket(limits.newsPerLink.stranger, now),
        },
        parcels: createTokenBucket(limits.promptBundlesPerLink, now),
        hello: undefined,
        listens: new Uint8Array(32),
        wanted: new Map(),
        picked: new Map(),
        salt: new Uint8Array(SALT_BYTES),
        bridge: false,
        rooted: false,
        place: undefined,
        attentive: false,
        child: false,
        island: false,
        silent: false,
        refused: createBoundedSet(limits.refusedPerLink),
        parked: new Map(),
      };
      peers.set(identity.link, peer);
      return peer;
    },
    close: (link) => {
      const peer = peers.get(link);
      peers.delete(link);
      return peer;
    },
    get: (link) => peers.get(link),
    ready: () => {
      const found: Peer[] = [];
      for (const peer of peers.values()) if (peer.hello !== undefined) found.push(peer);
      return found;
    },
    find: (holds) => {
      for (const peer of peers.values()) if (peer.hello !== undefined && holds(peer)) return peer;
      return undefined;
    },
    mostRefused: () => {
      let most = 0;
      for (const { refused } of peers.values()) if (refused.size > most) most = refused.size;
      return most;
    },
    mostParked: () => {
      let most = 0;
      for (const { parked } of peers.values()) if (parked.size > most) most = parked.size;
      return most;
    },
    addresses: () => new Set([...peers.values()].flatMap((peer) => peer.hello?.address ?? [])),
    get size() {
      return peers.size;
    },
  };
};

/** The key under which this link salts ids: half of it from each end. */
export const saltKeyOf = (peer: Peer): SaltKey => {
  const theirs = peer.hello?.salt ?? new Uint8Array(SALT_BYTES);
  return peer.dialled ? saltKey(peer.salt, theirs) : saltKey(theirs, peer.salt);
};

/** Did we ask this peer for it? `id`: 16 hex digits. */
export const isAskedFor = (peer: Peer, id: string): boolean =>
  peer.wanted.has(id) || (peer.picked.size > 0 && peer.picked.has(saltId(saltKeyOf(peer), id)));

/** It came: no longer outstanding. True when we had asked for it. */
export const takeAskedFor = (peer: Peer, id: string): boolean =>
  peer.wanted.delete(id) || (peer.picked.size > 0 && peer.picked.delete(saltId(saltKeyOf(peer), id)));

/** Takes bundles of ours over the radio: a station that is nearer to the internet. */
export const isCarrier = (peer: Peer): boolean => !peer.can.syncs && peer.dialled && peer.hello?.carries === true;

/** A station further from the internet, which dialled us: what it hands over goes up, and what it waits for comes down. */
export const isBelow = (peer: Peer): boolean => !peer.can.syncs && !peer.dialled;

/** Passes on for others. */
export const isRouter = (peer: Peer): boolean => peer.hello?.relay === true || peer.bridge;

/** What cannot be judged without a key waits for it where it came from. False: no room. */
export const park = (room: WaitingRoom, key: string, parked: Parked, capacity: number): boolean => {
  if (room.parked.size >= capacity) return false;
  room.parked.set(key, parked);
  return true;
};

/** A relay waits in every bucket. */
export const LISTEN_TO_ALL: readonly number[] = Array.from({ length: 256 }, (_, bucket) => bucket);
