import { createReader } from '#core/bytes/reader.ts';
import { createWriter } from '#core/bytes/writer.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { KIND } from '#core/wire/kinds.ts';
import { type SetId, toSetId } from '#core/wire/set-id.ts';

/** The digest of each set that a node shares over this link (docs/protocol/sync.md). */
export interface Beacon {
  readonly kind: 'beacon';
  readonly sets: readonly SetDigest[];
}

export interface SetDigest {
  readonly set: SetId;
  /** 16 bytes: the root of the radix Merkle tree. */
  readonly root: Uint8Array;
  readonly size: number;
}

const MAX_SETS = 4;

export const encodeBeacon = (beacon: Beacon): Uint8Array => {
  const writer = createWriter().u8(KIND.beacon).u8(beacon.sets.length);
  for (const { set, root, size } of beacon.sets) writer.u8(set).bytes(root).u32(size);
  return writer.finish();
};

export const decodeBeacon = (bytes: Uint8Array): Result<Beacon> => {
  if (bytes[0] !== KIND.beacon) return refuse('unknown-kind');
  const reader = createReader(bytes.subarray(1));
  const count = reader.u8();
  if (count > MAX_SETS) return refuse('malformed');
  const sets: SetDigest[] = [];
  for (let i = 0; i < count; i++) {
    const set = toSetId(reader.u8());
    if (set === undefined || sets.some((other) => other.set === set)) return refuse('malformed');
    sets.push({ set, root: reader.bytes(16), size: reader.u32() });
  }
  return reader.atEnd() ? ok({ kind: 'beacon', sets }) : refuse('malformed');
};
