import type { NodeAddress } from '#core/brand.ts';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import { createReader } from '#core/bytes/reader.ts';
import { createWriter } from '#core/bytes/writer.ts';
import { MAX_HOPS } from '#core/domain/limits.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { KIND } from '#core/wire/kinds.ts';

/** "Which way do you go to this node?" (docs/protocol/routing.md): passed on like a message, answered by `traced`. */
export interface Probe {
  readonly kind: 'probe';
  readonly hops: number;
  /** 8 random bytes, in hex: says nothing about who asks. */
  readonly nonce: string;
  readonly target: NodeAddress;
}

export const NONCE_BYTES = 8;

export const encodeProbe = ({ hops, nonce, target }: Probe): Uint8Array =>
  createWriter()
    .u8(KIND.probe)
    .u8(hops)
    .bytes(fromHex(nonce) ?? new Uint8Array(NONCE_BYTES))
    .bytes(fromHex(target) ?? new Uint8Array(16))
    .finish();

export const decodeProbe = (bytes: Uint8Array): Result<Probe> => {
  if (bytes[0] !== KIND.probe) return refuse('unknown-kind');
  const reader = createReader(bytes.subarray(1));
  const hops = reader.u8();
  const nonce = toHex(reader.bytes(NONCE_BYTES));
  const target = toHex(reader.bytes(16)) as NodeAddress;
  return reader.atEnd() && hops <= MAX_HOPS ? ok({ kind: 'probe', hops, nonce, target }) : refuse('malformed');
};
