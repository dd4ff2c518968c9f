import { describe, expect, test } from 'vitest';
import type { Plz } from '#core/brand.ts';
import {
  checkProfile,
  EMPTY_PROFILE,
  fullWebsite,
  PROFILE_BYTES,
  type ProfileFields,
  sameProfile,
  toProfile,
  townAfter,
  townOf,
} from '#ui/therapist/profile-form.ts';

const right: ProfileFields = {
  ...EMPTY_PROFILE,
  name: ' Dr. Miriam Aydın ',
  street: 'Amalienstraße 12',
  plz: '80799' as Plz,
  city: 'München',
  impressum: 'Dr. Miriam Aydın',
};

describe('a profile', () => {
  test('is saved without the space around its texts', () => {
    expect(checkProfile(right)).toEqual({});
    expect(toProfile(right)?.name).toBe('Dr. Miriam Aydın');
  });

  test('is another one as soon as a single answer is, and the same with the same answers', () => {
    expect(sameProfile(right, { ...right, languages: [...right.languages] })).toBe(true);
    const changes = [
      { name: 'Dr. Miriam Aydın' },
      { beruf: 'KJP' },
      { plz: undefined },
      { languages: ['de', 'tr'] },
      { languages: [] },
      { signLanguage: true },
    ] as const;
    for (const change of changes) expect(sameProfile(right, { ...right, ...change })).toBe(false);
  });

  test('needs a name, an address and an Impressum; contact is free', () => {
    expect(checkProfile({ ...EMPTY_PROFILE, languages: [] })).toEqual({
      name: { key: 'required' },
      street: { key: 'required' },
      city: { key: 'required' },
      impressum: { key: 'required' },
      plz: { key: 'place-missing' },
      languages: { key: 'choose-one' },
    });
    expect(toProfile(EMPTY_PROFILE)).toBeUndefined();
  });

  test('counts bytes, as the record does', () => {
    expect(checkProfile({ ...right, name: 'ä'.repeat(41) })).toEqual({ name: { key: 'bytes-over', over: 2 } });
    expect(checkProfile({ ...right, impressum: 'x'.repeat(PROFILE_BYTES.impressum) })).toEqual({});
  });

  test.each([
    ['email', 'praxis@', 'email'],
    ['email', 'a b@c.de', 'email'],
    ['phone', 'ruf an', 'phone'],
    ['phone', '123', 'phone'],
    ['phone', '089 123456 oder 0171 23456', 'phone'],
    ['phone', '+ - / ( )', 'phone'],
    ['phone', '089 123 (bis 17)', 'phone'],
    ['website', 'javascript:alert(1)', 'website'],
    ['website', 'nur ein wort', 'website'],
    ['website', 'localhost', 'website'],
  ])('%s: %s is refused at the field', (field, value, key) => {
    expect(checkProfile({ ...right, [field]: value })).toEqual({ [field]: { key } });
  });

  test.each([
    '089 123456',
    '+49 (0)89 / 123-4',
    '089 / 123 45-67 (AB)',
    '(089) 12 34 56',
    '089.123.456',
    '089 123456 (Anrufbeantworter)',
  ])('a phone number as people write it: %s', (phone) => {
    expect(checkProfile({ ...right, phone })).toEqual({});
  });

  test('completes a web address that people type short', () => {
    expect(fullWebsite('praxis-mond.de')).toBe('https://praxis-mond.de');
    expect(fullWebsite('http://praxis.de')).toBe('http://praxis.de');
    expect(fullWebsite('  ')).toBe('');
    expect(checkProfile({ ...right, website: 'praxis-mond.de', phone: '+49 (0)89 / 123-4' })).toEqual({});
  });
});

describe('the town', () => {
  test('is the place without what tells it from others of its name', () => {
    expect(townOf('München')).toBe('München');
    expect(townOf('Frankfurt, Oder')).toBe('Frankfurt');
  });

  test('follows the code as long as it came with one', () => {
    expect(townAfter('', undefined, 'München')).toBe('München');
    expect(townAfter('München', 'München', 'Gauting')).toBe('Gauting');
    expect(townAfter(' München ', 'München', 'Gauting')).toBe('Gauting');
  });

  test('stays when it was typed', () => {
    expect(townAfter('Haar', 'München', 'Gauting')).toBe('Haar');
    expect(townAfter('Haar', undefined, 'Gauting')).toBe('Haar');
  });
});
