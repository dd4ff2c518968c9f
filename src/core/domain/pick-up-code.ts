import { ok, type Result, refuse } from '#core/result.ts';

/**
 * The code with which somebody who asked at a kiosk reads the answer (docs/protocol/pick-up.md): fifteen characters of
 * Crockford's Base32, 75 bits, and a check character over GF(32), in four groups of four.
 */
export type PickUpCode = string & { readonly __pickUpCode: true };

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const SECRET_CHARACTERS = 15;
export const PICK_UP_CODE_LENGTH = SECRET_CHARACTERS + 1;
/** One character each, the low five bits of a byte: so no character is likelier than another. */
export const PICK_UP_RANDOM_BYTES = SECRET_CHARACTERS;

/**
 * How the code becomes the root of its request's keys: scrypt (RFC 7914) over its sixteen characters in ASCII, with a salt
 * that is the same for all, because the code is all that a person carries.
 */
export const PICK_UP_SCRYPT = { N: 32_768, r: 8, p: 1, dkLen: 32, salt: 'terminfunk pick-up 1' } as const;

/** What is wrong with a typed code. `sign`: the first character that no code has. */
export type PickUpFault =
  | { readonly kind: 'empty' }
  | { readonly kind: 'sign'; readonly sign: string }
  | { readonly kind: 'short' | 'long'; readonly count: number }
  /** One character is another, or two changed places. */
  | { readonly kind: 'check' };

/** Times x in GF(32), modulo x^5 + x^2 + 1. */
const timesX = (value: number): number => (value & 16 ? (value << 1) ^ 0x25 : value << 1);

/**
 * Zero for a whole code. A wrong character, or two that changed places wherever they stand, never gives zero: the powers of
 * x at sixteen places are all different.
 */
const syndrome = (digits: readonly number[]): number => digits.reduce((sum, digit) => timesX(sum) ^ digit, 0);

/** A code from fifteen random bytes. */
export const createPickUpCode = (random: Uint8Array): PickUpCode => {
  if (random.length !== PICK_UP_RANDOM_BYTES) throw new RangeError('a pick-up code takes fifteen random bytes');
  const digits = [...random].map((byte) => byte & 31);
  return [...digits, timesX(syndrome(digits))].map((digit) => ALPHABET[digit]).join('') as PickUpCode;
};

/** In groups of four, as it is shown and printed. */
export const groupedPickUpCode = (code: string): string => code.match(/.{1,4}/g)?.join('-') ?? '';

/** What somebody typed, without what sets the groups apart; O is zero, I and L are one, case does not matter. */
export const parsePickUpCode = (typed: string): Result<PickUpCode, PickUpFault> => {
  const signs = [...typed.replace(/[\s‐-―−-]/g, '')];
  if (signs.length === 0) return refuse<PickUpFault>({ kind: 'empty' });
  const characters = signs.map((sign) => sign.replace(/[a-z]/, (letter) => letter.toUpperCase()));
  const plain = characters.map((sign) => (sign === 'O' ? '0' : /^[IL]$/.test(sign) ? '1' : sign));
  const strange = plain.findIndex((sign) => !ALPHABET.includes(sign));
  if (strange >= 0) return refuse<PickUpFault>({ kind: 'sign', sign: signs[strange] ?? '' });
  const over = plain.length - PICK_UP_CODE_LENGTH;
  if (over !== 0) return refuse<PickUpFault>({ kind: over < 0 ? 'short' : 'long', count: Math.abs(over) });
  if (syndrome(plain.map((sign) => ALPHABET.indexOf(sign))) !== 0) return refuse<PickUpFault>({ kind: 'check' });
  return ok(plain.join('') as PickUpCode);
};
