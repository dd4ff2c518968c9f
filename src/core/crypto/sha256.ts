import { sha256 as noble } from '@noble/hashes/sha2.js';
import { toHex } from '#core/bytes/hex.ts';

/**
 * SHA-256 of public bytes, many of them and short: every frame and every record has one. The state is made once and set back
 * to the beginning each time, which is half of the work where the bytes are few. Never for secrets: what was hashed last
 * stays in it.
 */
const beginning = noble.create();
const state = noble.create();

/** 32 bytes. */
export const sha256 = (bytes: Uint8Array): Uint8Array => {
  const digest = new Uint8Array(32);
  beginning._cloneInto(state).update(bytes).digestInto(digest);
  return digest;
};

const whole = new Uint8Array(32);
const half = whole.subarray(0, 16);

/** The first 16 of the 32 bytes, as hex: what addresses and ids are made of. */
export const shortHash = (bytes: Uint8Array): string => {
  beginning._cloneInto(state).update(bytes).digestInto(whole);
  return toHex(half);
};
