import type { Millis, NodeAddress } from '#core/brand.ts';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import { createReader } from '#core/bytes/reader.ts';
import { createWriter } from '#core/bytes/writer.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { KIND } from '#core/wire/kinds.ts';

/** The first frame on a link, from both sides. Only relays say who they are; a patient's says nothing that lasts. */
export interface Hello {
  readonly kind: 'hello';
  readonly clock: Millis;
  readonly wantsSync: boolean;
  /** 8 random bytes, for ids that are salted by both sides. */
  readonly salt: Uint8Array;
  /** Present means: I am a relay. */
  readonly relay: NodeAddress | undefined;
  /** I pass bundles on, up and down, for whoever dials me: said on radio links, and nowhere else. */
  readonly carries?: boolean;
}

const PROTOCOL_VERSION = 1;
const RELAY = 1;
const WANTS_SYNC = 2;
const CARRIES = 4;

export const encodeHello = (hello: Hello): Uint8Array => {
  const flags =
    (hello.relay === undefined ? 0 : RELAY) + (hello.wantsSync ? WANTS_SYNC : 0) + (hello.carries ? CARRIES : 0);
  const writer = createWriter().u8(KIND.hello).u8(PROTOCOL_VERSION).u48(hello.clock).u8(flags).bytes(hello.salt);
  if (hello.relay !== undefined) writer.bytes(fromHex(hello.relay) ?? new Uint8Array(16));
  return writer.finish();
};

export const decodeHello = (bytes: Uint8Array): Result<Hello> => {
  if (bytes[0] !== KIND.hello) return refuse('unknown-kind');
  const reader = createReader(bytes.subarray(1));
  if (reader.u8() !== PROTOCOL_VERSION) return refuse('unknown-kind');
  const clock = reader.u48() as Millis;
  const flags = reader.u8();
  const salt = reader.bytes(8);
  const relay = (flags & RELAY) === 0 ? undefined : (toHex(reader.bytes(16)) as NodeAddress);
  if (!reader.atEnd() || flags > (RELAY | WANTS_SYNC | CARRIES)) return refuse('malformed');
  const hello: Hello = { kind: 'hello', clock, wantsSync: (flags & WANTS_SYNC) !== 0, salt, relay };
  return ok((flags & CARRIES) === 0 ? hello : { ...hello, carries: true });
};
