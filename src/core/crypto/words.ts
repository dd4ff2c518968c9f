/** The 24 words that a practice writes down (BIP 39, English), and the key they stand for (docs/protocol/crypto.md, "Words"). */
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { entropyToMnemonic, mnemonicToEntropy } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { ok, type Result, refuse } from '#core/result.ts';

export const WORD_COUNT = 24;
export const ENTROPY_BYTES = 32;
const INFO = Uint8Array.from('terminfunk identity 1', (character) => character.charCodeAt(0));
/** Longer input is no list of words; it is not split, compared or kept. */
export const MAX_WORDS_TEXT = 1_000;

/** What is wrong with typed words, precise enough to say it beside the field. `position` counts from 1. */
export type WordsFault =
  | { readonly kind: 'word-count'; readonly count: number }
  | { readonly kind: 'unknown-word'; readonly position: number }
  /** Every word exists, but not together: one of them is another, or two changed places. */
  | { readonly kind: 'checksum' }
  | { readonly kind: 'too-long' };

/** 32 random bytes as words, separated by single spaces. */
export const encodeWords = (entropy: Uint8Array): string => {
  if (entropy.length !== ENTROPY_BYTES) throw new RangeError('words: 32 bytes of entropy');
  return entropyToMnemonic(entropy, wordlist);
};

/** The 32 bytes behind typed words. Case, numbers before the words, and how they are set apart do not matter. */
export const decodeWords = (text: string): Result<Uint8Array, WordsFault> => {
  if (text.length > MAX_WORDS_TEXT) return refuse<WordsFault>({ kind: 'too-long' });
  const words = text
    .normalize('NFKD')
    .toLowerCase()
    .split(/[^\p{L}\p{M}]+/u)
    .filter((word) => word !== '');
  const unknown = words.findIndex((word) => !wordlist.includes(word));
  if (unknown >= 0) return refuse<WordsFault>({ kind: 'unknown-word', position: unknown + 1 });
  if (words.length !== WORD_COUNT) return refuse<WordsFault>({ kind: 'word-count', count: words.length });
  try {
    return ok(mnemonicToEntropy(words.join(' '), wordlist));
  } catch {
    return refuse<WordsFault>({ kind: 'checksum' });
  }
};

/**
 * The Ed25519 seed of the identity. Derived, not the entropy itself, so that the same words can later give other secrets
 * without any of them telling about another.
 */
export const identitySeed = (entropy: Uint8Array): Uint8Array => hkdf(sha256, entropy, undefined, INFO, 32);
