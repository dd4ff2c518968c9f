import type { LinkId, Millis, NodeAddress } from '#core/brand.ts';
import type { SetId } from '#core/wire/set-id.ts';
import { type BoundedSet, createBoundedSet } from '#engine/bounded-set.ts';
import type { EngineLimits } from '#engine/config.ts';
import { createTokenBucket, type TokenBucket } from '#engine/token-bucket.ts';

/** What this node knows of the other end of one link, for as long as the link lasts. Everything in it is bounded. */
export interface Peer {
  readonly link: LinkId;
  readonly remote: string;
  readonly dialled: boolean;
  readonly constrained: boolean;
  readonly frames: TokenBucket;
  /** Undefined until its hello came. Before that nothing else is accepted. */
  hello: PeerHello | undefined;
  /** The 256-bit map of buckets that it waits in. */
  listens: Uint8Array;
  /** Ids that we asked it for and that have not come yet, with their sets. Bounded by what set sync asks for at once. */
  readonly wanted: Map<string, SetId>;
  /** Ids that it offers and that we refused: not asked for again on this link. */
  readonly refused: BoundedSet;
  /** Announcements whose key we do not know yet, by message id and signature. */
  readonly parked: Map<string, Parked>;
}

export interface Parked {
  readonly issuer: NodeAddress;
  /** The key is known now: tries once more. */
  readonly again: () => void;
}

export interface PeerHello {
  readonly relay: boolean;
  readonly wantsSync: boolean;
  /** A relay's address; others do not say who they are. */
  readonly address: NodeAddress | undefined;
  /** Our clock minus its, when its hello came. */
  readonly skew: Millis;
}

export interface PeerTable {
  open(peer: Pick<Peer, 'link' | 'remote' | 'dialled' | 'constrained'>, now: Millis): Peer;
  close(link: LinkId): Peer | undefined;
  get(link: LinkId): Peer | undefined;
  /** Those whose hello came, in the order in which they were opened. */
  ready(): Peer[];
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
        hello: undefined,
        listens: new Uint8Array(32),
        wanted: new Map(),
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
    ready: () => [...peers.values()].filter((peer) => peer.hello !== undefined),
    get size() {
      return peers.size;
    },
  };
};

/** A relay waits in every bucket. */
export const LISTEN_TO_ALL: readonly number[] = Array.from({ length: 256 }, (_, bucket) => bucket);
