/** The code that a person takes away: what is typed wrong is found, what is typed differently is not. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex } from '#core/bytes/hex.ts';
import {
  createPickUpCode,
  groupedPickUpCode,
  PICK_UP_CODE_LENGTH,
  PICK_UP_RANDOM_BYTES,
  parsePickUpCode,
} from '#core/domain/pick-up-code.ts';
import { cases } from '../../vectors/pick-up/code.json' with { type: 'json' };

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const codes = fc
  .uint8Array({ minLength: PICK_UP_RANDOM_BYTES, maxLength: PICK_UP_RANDOM_BYTES })
  .map((bytes) => createPickUpCode(bytes));
const places = fc.nat(PICK_UP_CODE_LENGTH - 1);

describe('a pick-up code', () => {
  test.each(cases)('$code: is made of its random bytes', ({ random, code }) => {
    expect(createPickUpCode(fromHex(random) ?? new Uint8Array())).toBe(code);
    expect(parsePickUpCode(code)).toEqual({ ok: true, value: code });
  });

  test('takes fifteen bytes, no more and no less', () => {
    expect(() => createPickUpCode(new Uint8Array(14))).toThrow(RangeError);
    expect(() => createPickUpCode(new Uint8Array(16))).toThrow(RangeError);
  });

  test('is read however it is typed', () => {
    fc.assert(
      fc.property(codes, (code) => {
        const grouped = groupedPickUpCode(code);
        expect(grouped).toMatch(/^(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}$/);
        const mistaken = grouped.replace(/0/g, 'o').replace(/1/, 'l').replace(/1/, 'I');
        for (const typed of [code, grouped, mistaken, grouped.toLowerCase(), ` ${grouped.replace(/-/g, ' ')}\n`])
          expect(parsePickUpCode(typed)).toEqual({ ok: true, value: code });
      }),
    );
  });

  test('with one wrong character is never another code', () => {
    fc.assert(
      fc.property(codes, places, fc.constantFrom(...ALPHABET), (code, place, sign) => {
        fc.pre(code[place] !== sign);
        const wrong = code.slice(0, place) + sign + code.slice(place + 1);
        expect(parsePickUpCode(wrong)).toEqual({ ok: false, code: { kind: 'check' } });
      }),
    );
  });

  test('with two characters that changed places is never another code', () => {
    fc.assert(
      fc.property(codes, places, places, (code, one, other) => {
        fc.pre(code[one] !== code[other]);
        const signs = [...code];
        [signs[one], signs[other]] = [signs[other] ?? '', signs[one] ?? ''];
        expect(parsePickUpCode(signs.join(''))).toEqual({ ok: false, code: { kind: 'check' } });
      }),
    );
  });

  test.each([
    ['', { kind: 'empty' }],
    [' - ', { kind: 'empty' }],
    ['0000-0000-0000-000', { kind: 'short', count: 1 }],
    ['0000-0000-0000-00000', { kind: 'long', count: 1 }],
    ['0000-0000-0000-000U', { kind: 'sign', sign: 'U' }],
    ['0000-0000-0000-000ß', { kind: 'sign', sign: 'ß' }],
    ['0000_0000', { kind: 'sign', sign: '_' }],
    ['0000-0000-0000-0001', { kind: 'check' }],
  ])('%s is refused, with the reason', (typed, fault) => {
    expect(parsePickUpCode(typed)).toEqual({ ok: false, code: fault });
  });
});
