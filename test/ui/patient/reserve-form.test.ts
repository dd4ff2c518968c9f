import { describe, expect, test } from 'vitest';
import { MAX_NAME_BYTES } from '#core/wire/reserve.ts';
import {
  checkCode,
  checkPseudonym,
  checkReserve,
  MAX_PSEUDONYM_BYTES,
  nameBytesLeft,
} from '#ui/patient/reserve-form.ts';
import { groupedCode, normalCode } from '#ui/text/referral-code.ts';
import { bytesLeft, checkText } from '#ui/text/short-text.ts';

describe('the referral code', () => {
  test.each(['7KQM-2XD9-4RTV', '7kqm 2xd9 4rtv', ' 7KQM2XD94RTV ', '7KQM–2XD9–4RTV'])('%s is right', (typed) => {
    expect(checkCode(typed, true)).toBeUndefined();
    expect(normalCode(typed)).toBe('7KQM2XD94RTV');
    expect(groupedCode(typed)).toBe('7KQM-2XD9-4RTV');
  });

  test('says how many characters are missing, or too many', () => {
    expect(checkCode('7KQM-2XD9-4R', false)).toEqual({ key: 'code-short', count: 2 });
    expect(checkCode('7KQM-2XD9-4RTVX', false)).toEqual({ key: 'code-long', count: 1 });
  });

  test('has no umlauts and no signs', () => {
    expect(checkCode('7KQÄ-2XD9-4RTV', false)).toEqual({ key: 'code-signs' });
    expect(checkCode('7KQM-2XD9-4R!V', false)).toEqual({ key: 'code-signs' });
  });

  test('may be missing only where the practice does not ask for it', () => {
    expect(checkCode('  ', false)).toBeUndefined();
    expect(checkCode(' - ', true)).toEqual({ key: 'code-missing' });
  });
});

describe('the name', () => {
  test('may be made up but not empty', () => {
    expect(checkPseudonym('Mondlicht')).toBeUndefined();
    expect(checkPseudonym('   ')).toEqual({ key: 'name-empty' });
  });

  test('is counted in bytes, and says by how many it is too long', () => {
    expect(checkPseudonym('a'.repeat(24))).toBeUndefined();
    expect(checkPseudonym('ä'.repeat(13))).toEqual({ key: 'name-long', over: 2 });
    expect(checkPseudonym('Jörg Müßiggänger-Öztürk')).toEqual({ key: 'name-long', over: 5 });
    expect(nameBytesLeft(' Öztürk ')).toBe(16);
    expect(MAX_PSEUDONYM_BYTES).toBe(MAX_NAME_BYTES);
  });
});

describe('the message', () => {
  test('has 200 bytes; umlauts count twice, emojis four times', () => {
    expect(bytesLeft('')).toBe(200);
    expect(bytesLeft('ä')).toBe(198);
    expect(bytesLeft('🙂')).toBe(196);
    expect(checkText('x'.repeat(200))).toBeUndefined();
    expect(checkText('x'.repeat(203))).toEqual({ key: 'text-long', over: 3 });
  });

  test('does not count the space around it', () => {
    expect(checkText(` ${'x'.repeat(200)}\n`)).toBeUndefined();
  });
});

test('a right form has no errors, a wrong one has each at its field', () => {
  expect(checkReserve({ pseudonym: 'Fuchs', code: '', text: '' }, false)).toEqual({});
  expect(checkReserve({ pseudonym: '', code: '', text: 'x'.repeat(201) }, true)).toEqual({
    pseudonym: { key: 'name-empty' },
    code: { key: 'code-missing' },
    text: { key: 'text-long', over: 1 },
  });
});
