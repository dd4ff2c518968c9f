import type { Plz } from '#core/brand.ts';
import type { Profile } from '#core/wire/identity.ts';

/** A practice as a test needs one. */
export const PROFILE: Profile = {
  name: 'Dr. Miriam Aydın',
  beruf: 'PP',
  street: 'Türkenstraße 1',
  plz: '80799' as Plz,
  city: 'München',
  phone: '089 123456',
  email: '',
  website: '',
  impressum: 'Dr. Miriam Aydın\nTürkenstraße 1',
  languages: ['de', 'tr'],
  stepFree: true,
  lift: true,
  signLanguage: false,
};

export const OFFER = {
  id: undefined,
  type: 'SPRECHSTUNDE',
  verfahren: ['VT'],
  modalitaeten: ['VOR_ORT', 'VIDEO'],
  kostentraeger: ['GKV'],
  minutes: 25,
  plz: '80799' as Plz,
  ageGroup: 'ADULTS',
  series: false,
  codeRequired: false,
} as const;
