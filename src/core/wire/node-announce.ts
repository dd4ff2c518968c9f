import type { WireSecond } from '#core/brand.ts';
import { createReader } from '#core/bytes/reader.ts';
import { createWriter } from '#core/bytes/writer.ts';
import { KNOWN_CAPABILITIES } from '#core/domain/values.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { KIND } from '#core/wire/kinds.ts';

/**
 * What a practice, a kiosk or a relay says about itself, as the payload of a broadcast envelope (docs/protocol/node.md). It is
 * how paths are found: whoever passes it on becomes the way back. Patients announce nothing.
 */
export interface NodeAnnounce {
  readonly kind: 'node';
  /** When it was signed, and its sequence: the later one of a node holds. */
  readonly issued: WireSecond;
  /** CAPABILITY bits. */
  readonly capabilities: number;
  /** The first two digits of a postal code; undefined: says nothing. */
  readonly region: number | undefined;
  /** 0 leaf, 1 kiosk, 2 relay, 3 root. */
  readonly level: number;
  /** 0 member, 1 leader, 2 standalone, 3 elected. */
  readonly role: number;
  /** It moves about, as a phone does. */
  readonly mobile: boolean;
  /** 0 idle to 255 as much as it can carry. */
  readonly load: number;
  /** Its operator's wish to be chosen as a parent: 0 last to 255 first. */
  readonly priority: number;
  /** SHA-256 of its newest MLS KeyPackage (RFC 9420, 5.2), 32 bytes; undefined: it has none. */
  readonly keyPackageHash: Uint8Array | undefined;
}

const NO_REGION = 255;
const MAX_REGION = 99;
const MOBILE = 0x10;
const HAS_KEY_PACKAGE = 0x20;
const HASH_BYTES = 32;

export const encodeNodeAnnounce = (node: NodeAnnounce): Uint8Array => {
  const flags = (node.mobile ? MOBILE : 0) | (node.keyPackageHash === undefined ? 0 : HAS_KEY_PACKAGE);
  return createWriter()
    .u8(KIND.node)
    .u32(node.issued)
    .u16(node.capabilities)
    .u8(node.region ?? NO_REGION)
    .u8(node.level | (node.role << 2) | flags)
    .u8(node.load)
    .u8(node.priority)
    .bytes(node.keyPackageHash ?? new Uint8Array(0))
    .finish();
};

export const decodeNodeAnnounce = (bytes: Uint8Array): Result<NodeAnnounce> => {
  if (bytes[0] !== KIND.node) return refuse('unknown-kind');
  const reader = createReader(bytes.subarray(1));
  const issued = reader.u32() as WireSecond;
  const capabilities = reader.u16();
  const region = reader.u8();
  const place = reader.u8();
  const [load, priority] = [reader.u8(), reader.u8()];
  const keyPackageHash = (place & HAS_KEY_PACKAGE) === 0 ? undefined : reader.bytes(HASH_BYTES);
  if (!reader.atEnd() || place > 0x3f || (region > MAX_REGION && region !== NO_REGION)) return refuse('malformed');
  if (capabilities === 0 || (capabilities & ~KNOWN_CAPABILITIES) !== 0) return refuse('missing-capability');
  return ok({
    kind: 'node',
    issued,
    capabilities,
    region: region === NO_REGION ? undefined : region,
    level: place & 3,
    role: (place >> 2) & 3,
    mobile: (place & MOBILE) !== 0,
    load,
    priority,
    keyPackageHash,
  });
};
