import { expect, test } from 'vitest';
import type { Plz } from '#core/brand.ts';
import { addressLine, dialled, reachLine } from '#ui/text/contact.ts';

const NOTHING = { phone: '', email: '', website: '' };

test('an address is one line, without what is missing', () => {
  const plz = '80799' as Plz;
  expect(addressLine({ street: 'Türkenstraße 1', plz, city: 'München' })).toBe('Türkenstraße 1, 80799 München');
  expect(addressLine({ street: '', plz, city: '' })).toBe('80799');
});

test('telephone and e-mail, else the website, else nothing', () => {
  const phone = '089 / 12 34-56';
  expect(reachLine({ ...NOTHING, phone, email: 'praxis@example.org' })).toBe('089 / 12 34-56 · praxis@example.org');
  expect(reachLine({ ...NOTHING, phone, website: 'https://praxis.example' })).toBe(phone);
  expect(reachLine({ ...NOTHING, website: 'https://praxis.example' })).toBe('praxis.example');
  expect(reachLine({ ...NOTHING, phone: 'auf Anfrage' })).toBe('');
});

test('a number is dialled without what separates it', () => {
  expect(dialled('+49 (0) 89 / 12 34-56')).toBe('+49089123456');
});
