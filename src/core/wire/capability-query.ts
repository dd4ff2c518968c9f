import { createReader } from '#core/bytes/reader.ts';
import { createWriter } from '#core/bytes/writer.ts';
import { CAPABILITY } from '#core/domain/values.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { KIND } from '#core/wire/kinds.ts';

/** "Which nodes can do this?" to a neighbour that routes (docs/protocol/capability.md). It says nothing about who asks. */
export interface CapabilityQuery {
  readonly kind: 'capabilityQuery';
  /** 32 bits, random: names the answer. */
  readonly id: number;
  /** CAPABILITY bits that a node must have, at least one; and those that make it better, none of the same. */
  readonly required: number;
  readonly optional: number;
  /** The first two digits of a postal code; undefined: anywhere. */
  readonly region: number | undefined;
  /** 1 to MAX_CAPABLE. */
  readonly count: number;
}

/** A query without its name. */
export type CapabilityWish = Omit<CapabilityQuery, 'kind' | 'id'>;

/** Nodes in one answer. */
export const MAX_CAPABLE = 16;
const NO_REGION = 255;
const MAX_REGION = 99;
/** What a node may announce (docs/protocol/node.md). */
const KNOWN_BITS =
  CAPABILITY.ROUTER |
  CAPABILITY.STORE |
  CAPABILITY.GATEWAY |
  CAPABILITY.CONSTRAINED |
  CAPABILITY.THERAPIST |
  CAPABILITY.RELAY;

export const encodeCapabilityQuery = ({ id, required, optional, region, count }: CapabilityQuery): Uint8Array =>
  createWriter()
    .u8(KIND.capabilityQuery)
    .u32(id)
    .u16(required)
    .u16(optional)
    .u8(region ?? NO_REGION)
    .u8(count)
    .finish();

/** `missing-capability` for bits that nobody may announce, and for none at all. */
export const checkWish = ({ required, optional, region, count }: CapabilityWish): Result<null> => {
  if (required === 0 || ((required | optional) & ~KNOWN_BITS) !== 0) return refuse('missing-capability');
  const wrongRegion = region !== undefined && !(Number.isInteger(region) && region >= 0 && region <= MAX_REGION);
  if ((required & optional) !== 0 || wrongRegion) return refuse('malformed');
  return Number.isInteger(count) && count > 0 && count <= MAX_CAPABLE ? ok(null) : refuse('malformed');
};

export const decodeCapabilityQuery = (bytes: Uint8Array): Result<CapabilityQuery> => {
  if (bytes[0] !== KIND.capabilityQuery) return refuse('unknown-kind');
  const reader = createReader(bytes.subarray(1));
  const [id, required, optional, place, count] = [reader.u32(), reader.u16(), reader.u16(), reader.u8(), reader.u8()];
  if (!reader.atEnd()) return refuse('malformed');
  const region = place === NO_REGION ? undefined : place;
  const wish = { required, optional, region, count };
  const checked = checkWish(wish);
  return checked.ok ? ok({ kind: 'capabilityQuery', id, ...wish }) : checked;
};
