import { equalBytes } from '#core/bytes/compare.ts';
import type { Result } from '#core/result.ts';
import { type Beacon, decodeBeacon, encodeBeacon, type SetDigest } from '#core/wire/beacon.ts';
import type { Peer } from '#engine/links/peer.ts';
import type { SyncSet } from '#engine/sync/sync-set.ts';

/**
 * Of one link the beacon that was said last, and the one that was heard last. They come every second and mostly say what the
 * one before said: only what is new is encoded, or decoded.
 */
export interface BeaconMemo {
  /** `place`: whose own place stays the same object while it says the same. */
  encode(peer: Peer, place: Omit<Beacon, 'kind' | 'sets'>, sets: readonly SyncSet[]): Uint8Array;
  decode(frame: Uint8Array): Result<Beacon>;
}

interface Said {
  readonly beacon: Beacon;
  readonly frame: Uint8Array;
}
interface Heard {
  readonly frame: Uint8Array;
  readonly result: Result<Beacon>;
}

const isSamePlace = (said: Beacon, place: Omit<Beacon, 'kind' | 'sets'>): boolean =>
  said.place === place.place &&
  said.bridge === place.bridge &&
  said.rooted === place.rooted &&
  said.attentive === place.attentive &&
  said.child === place.child &&
  said.island === place.island;

/** The roots are compared by identity: an index makes a new one when something changes. */
const isSameSets = ({ sets: digests }: Beacon, peer: Peer, sets: readonly SyncSet[]): boolean =>
  digests.every(({ root, size }, at) => {
    const index = sets[at]?.index(peer);
    return index?.size === size && index.root() === root;
  });

const digestsOf = (peer: Peer, sets: readonly SyncSet[]): SetDigest[] =>
  sets.map((set) => {
    const index = set.index(peer);
    return { set: set.id, root: index.root(), size: index.size };
  });

export const createBeaconMemo = (): BeaconMemo => {
  let said: Said | undefined;
  let heard: Heard | undefined;
  return {
    encode: (peer, place, sets) => {
      if (said === undefined || !isSamePlace(said.beacon, place) || !isSameSets(said.beacon, peer, sets)) {
        const beacon: Beacon = { kind: 'beacon', ...place, sets: digestsOf(peer, sets) };
        said = { beacon, frame: encodeBeacon(beacon) };
      }
      return said.frame;
    },
    decode: (frame) => {
      if (heard === undefined || !equalBytes(heard.frame, frame)) heard = { frame, result: decodeBeacon(frame) };
      return heard.result;
    },
  };
};
