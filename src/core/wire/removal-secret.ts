import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { concatBytes } from '#core/bytes/compare.ts';

const LABEL = utf8ToBytes('terminfunk removal seed');

/**
 * The 8-byte secret that removes one bundle of a conversation. The request carries the seed; every bundle's secret
 * follows from it, its direction (0 towards the practice, 1 towards the patient) and its message number (0: handshake).
 */
export const removalSecret = (seed: Uint8Array, direction: 0 | 1, number: number): Uint8Array =>
  sha256(concatBytes(LABEL, seed, Uint8Array.of(direction, number))).slice(0, 8);
