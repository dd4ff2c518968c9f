import { scryptAsync } from '@noble/hashes/scrypt.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';

/** The operator's PIN: kept as scrypt's hash (RFC 7914) with a salt, both in hex. */
export interface PinHash {
  readonly salt: string;
  readonly hash: string;
}

export type PinFault = 'pin-digits' | 'pin-short' | 'pin-long' | 'pin-plain';
const LEAST = 6;
const MOST = 12;

/** Undefined when it will do. `pin-plain`: one digit throughout, or digits in a row. */
export const pinFault = (typed: string): PinFault | undefined => {
  if (!/^\d*$/.test(typed)) return 'pin-digits';
  if (typed.length < LEAST) return 'pin-short';
  if (typed.length > MOST) return 'pin-long';
  const steps = new Set([...typed].slice(1).map((digit, index) => Number(digit) - Number(typed[index])));
  const [step] = steps;
  return steps.size === 1 && Math.abs(step ?? 2) <= 1 ? 'pin-plain' : undefined;
};

const hashOf = async (pin: string, salt: Uint8Array): Promise<string> =>
  bytesToHex(await scryptAsync(pin, salt, { N: 32_768, r: 8, p: 1, dkLen: 32 }));

export const hashPin = async (pin: string, salt: Uint8Array): Promise<PinHash> => ({
  salt: bytesToHex(salt),
  hash: await hashOf(pin, salt),
});

/** What is longer than any PIN is none, and is not hashed. */
export const isPin = async (pin: string, kept: PinHash): Promise<boolean> =>
  pin.length <= MOST && (await hashOf(pin, hexToBytes(kept.salt))) === kept.hash;
