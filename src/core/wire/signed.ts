import { concatBytes } from '#core/bytes/compare.ts';

/** A decoded message with the bytes that its signature covers. `signed` and `signature` are views of what came. */
export interface Signed<T> {
  readonly message: T;
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

export const SIGNATURE_BYTES = 64;

export const withSignature = (unsigned: Uint8Array, signature: Uint8Array): Uint8Array =>
  concatBytes(unsigned, signature);

export const splitSignature = (bytes: Uint8Array): { readonly signed: Uint8Array; readonly signature: Uint8Array } => {
  const at = Math.max(bytes.length - SIGNATURE_BYTES, 0);
  return { signed: bytes.subarray(0, at), signature: bytes.subarray(at) };
};
