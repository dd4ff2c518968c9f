import { createBitReader, createBitWriter } from '#core/bytes/bits.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { type OfferHead, readOfferHead, writeOfferHead } from '#core/wire/announce.ts';
import { KIND } from '#core/wire/kinds.ts';
import { SIGNATURE_BYTES, type Signed, splitSignature } from '#core/wire/signed.ts';

/** The tombstone of a whole offer (docs/protocol/announce.md): 24 bytes and the signature. */
export interface Withdraw extends OfferHead {
  readonly kind: 'withdraw';
}

const UNSIGNED_BYTES = 24;

export const encodeWithdraw = (withdraw: Withdraw): Uint8Array => {
  const bits = createBitWriter(UNSIGNED_BYTES);
  writeOfferHead(bits, KIND.withdraw, withdraw);
  return bits.finish();
};

export const decodeWithdraw = (bytes: Uint8Array): Result<Signed<Withdraw>> => {
  if (bytes[0] !== KIND.withdraw) return refuse('unknown-kind');
  if (bytes.length !== UNSIGNED_BYTES + SIGNATURE_BYTES) return refuse('malformed');
  const { signed, signature } = splitSignature(bytes);
  const bits = createBitReader(signed);
  bits.read(8);
  const message: Withdraw = { kind: 'withdraw', ...readOfferHead(bits) };
  return bits.atCanonicalEnd() ? ok({ message, signed, signature }) : refuse('not-canonical');
};
