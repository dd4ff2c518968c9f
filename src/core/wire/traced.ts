import type { Millis, NodeAddress } from '#core/brand.ts';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import { createReader } from '#core/bytes/reader.ts';
import { createWriter } from '#core/bytes/writer.ts';
import { MAX_HOPS } from '#core/domain/limits.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { KIND } from '#core/wire/kinds.ts';
import { NONCE_BYTES } from '#core/wire/probe.ts';

/** The answer to a probe, on its way back: every node that it passes writes itself in front. */
export interface Traced {
  readonly kind: 'traced';
  readonly nonce: string;
  /** False: the last of the hops knew no way on. */
  readonly reached: boolean;
  /** The nearest first. */
  readonly hops: readonly TracedHop[];
}

export interface TracedHop {
  /** Undefined: a node that says nobody who it is, such as a patient's phone. */
  readonly address: NodeAddress | undefined;
  /** From when this node passed the probe on until the answer was back at it: 0 at the last one, at most 65,535 ms. */
  readonly elapsed: Millis;
}

const NOBODY = '0'.repeat(32);
const MAX_ELAPSED = 0xffff;

export const encodeTraced = ({ nonce, reached, hops }: Traced): Uint8Array => {
  const writer = createWriter()
    .u8(KIND.traced)
    .bytes(fromHex(nonce) ?? new Uint8Array(NONCE_BYTES))
    .u8(reached ? 1 : 0);
  for (const { address, elapsed } of hops) {
    writer.bytes(fromHex(address ?? NOBODY) ?? new Uint8Array(16)).u16(Math.min(Math.round(elapsed), MAX_ELAPSED));
  }
  return writer.finish();
};

export const decodeTraced = (bytes: Uint8Array): Result<Traced> => {
  if (bytes[0] !== KIND.traced) return refuse('unknown-kind');
  const reader = createReader(bytes.subarray(1));
  const nonce = toHex(reader.bytes(NONCE_BYTES));
  const reached = reader.u8();
  const count = reader.left / 18;
  if (reader.broken || reached > 1 || !Number.isInteger(count) || count === 0 || count > MAX_HOPS) {
    return refuse('malformed');
  }
  const hops = Array.from({ length: count }, (): TracedHop => {
    const address = toHex(reader.bytes(16)) as NodeAddress;
    return { address: address === NOBODY ? undefined : address, elapsed: reader.u16() as Millis };
  });
  return ok({ kind: 'traced', nonce, reached: reached === 1, hops });
};
