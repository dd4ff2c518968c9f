import { sha256 } from '@noble/hashes/sha2.js';

/**
 * The engine's randomness: SHA-256 in counter mode over a 32-byte seed that the driver draws from the operating system.
 * Deterministic, so that a trace replays; secure as long as the seed is (NIST SP 800-90A's Hash_DRBG is the model,
 * without reseeding: a node restarts with a new seed long before 2^32 blocks).
 */
export interface Drbg {
  bytes(count: number): Uint8Array;
  /** Uniform in [0, 1), 32 bits fine. */
  fraction(): number;
  /** Uniform integer in [0, bound), for bounds up to 2^20; the bias is below 2^-12. */
  integer(bound: number): number;
}

export const createDrbg = (seed: Uint8Array): Drbg => {
  if (seed.length !== 32) throw new Error('a seed has 32 bytes');
  const block = new Uint8Array(40);
  block.set(seed);
  const counter = new DataView(block.buffer, 32, 8);
  let blocks = 0;
  let pool = new Uint8Array(0);
  const bytes = (count: number): Uint8Array => {
    const out = new Uint8Array(count);
    let filled = 0;
    while (filled < count) {
      if (pool.length === 0) {
        counter.setUint32(4, blocks++);
        pool = sha256(block).slice();
      }
      const take = Math.min(pool.length, count - filled);
      out.set(pool.subarray(0, take), filled);
      pool = pool.slice(take);
      filled += take;
    }
    return out;
  };
  const fraction = (): number => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes(4);
    return (a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d) / 2 ** 32;
  };
  return { bytes, fraction, integer: (bound) => Math.floor(fraction() * bound) };
};
