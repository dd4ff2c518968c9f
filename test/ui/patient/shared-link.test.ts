import { encode } from 'uqr';
import { describe, expect, test } from 'vitest';
import { REFUSALS, type RefusalCode } from '#core/refusal.ts';
import { sharedLinks, sharedTrouble } from '#ui/patient/shared-link.ts';
import { parseRoute } from '#ui/route.ts';

const BASE = 'https://relay.terminfunk.example/';
const texts = (characters: number) => ({ full: 'x'.repeat(characters - `${BASE}#/geteilt/`.length), brief: 'brief' });

describe('a slot as a link', () => {
  test('is opened as what was shared', () => {
    const { link } = sharedLinks(BASE, { full: 'OA_-', brief: 'OA' });
    expect(link).toBe(`${BASE}#/geteilt/OA_-`);
    expect(parseRoute(new URL(link).hash)).toEqual({ name: 'shared', text: 'OA_-' });
  });

  test('is the code too, up to version 25', () => {
    const { link, code, isWhole } = sharedLinks(BASE, texts(1_273));
    expect([code, isWhole]).toEqual([link, true]);
    expect(encode(code, { ecc: 'L' }).version).toBe(25);
  });

  test('leaves the identity record out of a code that would be denser', () => {
    const { link, code, isWhole } = sharedLinks(BASE, texts(1_274));
    expect(encode(link, { ecc: 'L' }).version).toBe(26);
    expect([code, isWhole]).toEqual([`${BASE}#/geteilt/brief`, false]);
    expect(link).toHaveLength(1_274);
  });
});

test.each([
  ['malformed', 'broken'],
  ['not-canonical', 'broken'],
  ['bad-signature', 'forged'],
  ['bad-key', 'forged'],
  ['unknown-key', 'waiting'],
  ['expired', 'over'],
  ['payer-not-allowed', 'other'],
] as const)('%s is %s', (code, trouble) => {
  expect(sharedTrouble(code)).toBe(trouble);
});

test('every refusal is some trouble', () => {
  for (const code of Object.keys(REFUSALS) as RefusalCode[]) expect(sharedTrouble(code)).toEqual(expect.any(String));
});
