import type { NodeAddress } from '#core/brand.ts';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import { createReader, type Reader } from '#core/bytes/reader.ts';
import { createWriter, type Writer } from '#core/bytes/writer.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { KIND } from '#core/wire/kinds.ts';
import { type SetId, toSetId } from '#core/wire/set-id.ts';

/** The digest of each set that a node shares over this link, and what it is to its neighbour (docs/protocol/sync.md). */
export interface Beacon {
  readonly kind: 'beacon';
  /** A leaf that joins what would be apart without it: it wants every node announcement, and routes. */
  readonly bridge: boolean;
  /** It has a way to a relay. */
  readonly rooted: boolean;
  /** Somebody looks, or others depend on it: a beacon a second, otherwise every fifteen. */
  readonly attentive: boolean;
  /** "You are my parent." */
  readonly child: boolean;
  /** The sender has lost its way to the upper levels. */
  readonly island: boolean;
  /** Where it stands in the mesh; undefined: it does not say (a patient's device). */
  readonly place: BeaconPlace | undefined;
  readonly sets: readonly SetDigest[];
}

export interface BeaconPlace {
  /** The first two digits of a postal code; undefined: says nothing. */
  readonly region: number | undefined;
  /** 0 leaf, 1 kiosk, 2 relay, 3 root. */
  readonly level: number;
  /** 0 member, 1 leader, 2 standalone, 3 elected. */
  readonly role: number;
  readonly mobile: boolean;
  /** 0 idle to 255 as much as it can carry. */
  readonly load: number;
  /** 0 last to 255 first. */
  readonly priority: number;
  /** Its parent, its parent's parent and so on, as far as it knows them: at most four. */
  readonly ancestors: readonly NodeAddress[];
}

export interface SetDigest {
  readonly set: SetId;
  /** 16 bytes: the root of the radix Merkle tree. */
  readonly root: Uint8Array;
  readonly size: number;
}

const MAX_SETS = 4;
const BRIDGE = 1;
const ROOTED = 2;
const PLACED = 4;
const ATTENTIVE = 8;
const CHILD = 16;
const ISLAND = 32;
const MOBILE = 0x10;
const NO_REGION = 255;
const MAX_REGION = 99;
export const MAX_ANCESTORS = 4;

const flagsOf = ({ bridge, rooted, attentive, child, island, place }: Beacon): number =>
  (bridge ? BRIDGE : 0) |
  (rooted ? ROOTED : 0) |
  (place === undefined ? 0 : PLACED) |
  (attentive ? ATTENTIVE : 0) |
  (child ? CHILD : 0) |
  (island ? ISLAND : 0);

const writePlace = (writer: Writer, place: BeaconPlace): void => {
  writer.u8(place.region ?? NO_REGION).u8(place.level | (place.role << 2) | (place.mobile ? MOBILE : 0));
  writer.u8(place.load).u8(place.priority).u8(place.ancestors.length);
  for (const address of place.ancestors) writer.bytes(fromHex(address) ?? new Uint8Array(16));
};

const readPlace = (reader: Reader): Result<BeaconPlace> => {
  const [region, bits, load, priority, count] = [reader.u8(), reader.u8(), reader.u8(), reader.u8(), reader.u8()];
  if (region > MAX_REGION && region !== NO_REGION) return refuse('malformed');
  if (bits > 0x1f || count > MAX_ANCESTORS) return refuse('malformed');
  return ok({
    region: region === NO_REGION ? undefined : region,
    level: bits & 3,
    role: (bits >> 2) & 3,
    mobile: (bits & MOBILE) !== 0,
    load,
    priority,
    ancestors: Array.from({ length: count }, () => toHex(reader.bytes(16)) as NodeAddress),
  });
};

export const encodeBeacon = (beacon: Beacon): Uint8Array => {
  const { place } = beacon;
  const writer = createWriter().u8(KIND.beacon).u8(flagsOf(beacon));
  if (place !== undefined) writePlace(writer, place);
  writer.u8(beacon.sets.length);
  for (const { set, root, size } of beacon.sets) writer.u8(set).bytes(root).u32(size);
  return writer.finish();
};

export const decodeBeacon = (bytes: Uint8Array): Result<Beacon> => {
  if (bytes[0] !== KIND.beacon) return refuse('unknown-kind');
  const reader = createReader(bytes.subarray(1));
  const flags = reader.u8();
  if (flags > (BRIDGE | ROOTED | PLACED | ATTENTIVE | CHILD | ISLAND)) return refuse('malformed');
  const place = (flags & PLACED) === 0 ? ok(undefined) : readPlace(reader);
  if (!place.ok) return place;
  const count = reader.u8();
  if (count > MAX_SETS) return refuse('malformed');
  const sets: SetDigest[] = [];
  for (let i = 0; i < count; i++) {
    const set = toSetId(reader.u8());
    if (set === undefined || sets.some((other) => other.set === set)) return refuse('malformed');
    sets.push({ set, root: reader.bytes(16), size: reader.u32() });
  }
  if (!reader.atEnd()) return refuse('malformed');
  return ok({
    kind: 'beacon',
    bridge: (flags & BRIDGE) !== 0,
    rooted: (flags & ROOTED) !== 0,
    attentive: (flags & ATTENTIVE) !== 0,
    child: (flags & CHILD) !== 0,
    island: (flags & ISLAND) !== 0,
    place: place.value,
    sets,
  });
};
