/** The words that a practice writes down: the published vectors, what a person mistypes, and the seed behind them. */
import { hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import { decodeWords, ENTROPY_BYTES, encodeWords, identitySeed, WORD_COUNT } from '#core/crypto/words.ts';
import { vectors } from '../../vectors/crypto/bip39.json' with { type: 'json' };

const ALL_ZERO = `${'abandon '.repeat(23)}art`;

describe('24 words', () => {
  test.each(vectors)('the BIP 39 vector for $entropy', ({ entropy, words }) => {
    const bytes = fromHex(entropy) ?? new Uint8Array(0);
    expect(encodeWords(bytes)).toBe(words);
    expect(decodeWords(words)).toEqual({ ok: true, value: bytes });
  });

  test('come back, however they are typed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (entropy) => {
        const typed = `  ${encodeWords(entropy).toUpperCase().replaceAll(' ', ' ,\n')} `;
        expect(decodeWords(typed)).toEqual({ ok: true, value: entropy });
      }),
      { numRuns: 50 },
    );
  });

  test('mistakes are told apart', () => {
    const swapped = ALL_ZERO.replace('art', 'zoo');
    expect(decodeWords(swapped)).toEqual({ ok: false, code: { kind: 'checksum' } });
    expect(decodeWords('abandon art')).toEqual({ ok: false, code: { kind: 'word-count', count: 2 } });
    expect(decodeWords('')).toEqual({ ok: false, code: { kind: 'word-count', count: 0 } });
    expect(decodeWords(ALL_ZERO.replace('abandon', 'abandom'))).toEqual({
      ok: false,
      code: { kind: 'unknown-word', position: 1 },
    });
    expect(decodeWords('x'.repeat(1_001))).toEqual({ ok: false, code: { kind: 'too-long' } });
    expect(() => encodeWords(new Uint8Array(16))).toThrow(RangeError);
  });

  test('one word that is another, or two that changed places, are noticed or give other words', () => {
    const entropy = fc.uint8Array({ minLength: ENTROPY_BYTES, maxLength: ENTROPY_BYTES });
    const place = fc.nat(WORD_COUNT - 1);
    fc.assert(
      fc.property(entropy, place, place, (bytes, from, to) => {
        const words = encodeWords(bytes).split(' ');
        const [a = '', b = ''] = [words[from], words[to]];
        fc.pre(a !== b);
        const decoded = decodeWords(words.with(from, b).with(to, a).join(' '));
        if (decoded.ok) expect(decoded.value).not.toEqual(bytes);
        else expect(decoded.code).toEqual({ kind: 'checksum' });
      }),
      { numRuns: 100 },
    );
  });

  test('the word that does not exist is named by its place', () => {
    const words = ALL_ZERO.split(' ');
    for (let at = 0; at < words.length; at++) {
      const typed = words.with(at, 'termin').join(' ');
      expect(decodeWords(typed)).toEqual({ ok: false, code: { kind: 'unknown-word', position: at + 1 } });
    }
  });

  test('stand for a seed that is not the words themselves: HKDF as Node has it', () => {
    for (const { entropy } of vectors) {
      const bytes = fromHex(entropy) ?? new Uint8Array(0);
      const expected = hkdfSync('sha256', bytes, new Uint8Array(0), 'terminfunk identity 1', 32);
      expect(toHex(identitySeed(bytes))).toBe(Buffer.from(expected).toString('hex'));
    }
  });
});
