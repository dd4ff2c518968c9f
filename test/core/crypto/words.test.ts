import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toHex } from '#core/bytes/hex.ts';
import { decodeWords, encodeWords, identitySeed } from '#core/crypto/words.ts';

const ALL_ZERO = `${'abandon '.repeat(23)}art`;

describe('24 words', () => {
  test('the vectors of BIP 39 for 256 bits', () => {
    expect(encodeWords(new Uint8Array(32))).toBe(ALL_ZERO);
    expect(encodeWords(new Uint8Array(32).fill(0xff))).toBe(`${'zoo '.repeat(23)}vote`);
    expect(encodeWords(new Uint8Array(32).fill(0x80))).toBe(
      'letter advice cage absurd amount doctor acoustic avoid letter advice cage absurd amount doctor acoustic avoid letter advice cage absurd amount doctor acoustic bless',
    );
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

  test('stand for a seed that is not the words themselves', () => {
    const seed = identitySeed(new Uint8Array(32));
    expect(seed).toHaveLength(32);
    expect(toHex(seed)).not.toBe('00'.repeat(32));
    expect(identitySeed(new Uint8Array(32))).toEqual(seed);
  });
});
