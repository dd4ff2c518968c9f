import type { Plz } from '#core/brand.ts';
import type { Beruf } from '#core/domain/values.ts';
import type { Profile } from '#host/rpc/api.ts';
import { byteLength } from '#ui/text/byte-length.ts';
import type { FieldErrors } from '#ui/text/field-error.ts';
import type { PracticeError } from '#ui/therapist/practice-error.ts';

/** The public profile as a form: what is typed, what is wrong with it, what is saved. Pure. */
export interface ProfileFields {
  readonly name: string;
  readonly beruf: Beruf;
  readonly street: string;
  readonly plz: Plz | undefined;
  readonly city: string;
  readonly phone: string;
  readonly email: string;
  readonly website: string;
  readonly impressum: string;
  readonly languages: readonly string[];
  readonly stepFree: boolean;
  readonly lift: boolean;
  readonly signLanguage: boolean;
}

/** Bytes that the identity record holds of each text (core/wire/identity.ts). */
export const PROFILE_BYTES = {
  name: 80,
  street: 80,
  city: 60,
  phone: 32,
  email: 80,
  website: 120,
  impressum: 600,
} as const;
type TextField = keyof typeof PROFILE_BYTES;

/** Offered as chips; others stay when they are there already. */
export const LANGUAGES = ['de', 'en', 'tr', 'ar', 'fa', 'ru', 'uk', 'pl', 'ro', 'it', 'es', 'fr', 'el', 'hr'] as const;

export const EMPTY_PROFILE: ProfileFields = {
  name: '',
  beruf: 'PP',
  street: '',
  plz: undefined,
  city: '',
  phone: '',
  email: '',
  website: '',
  impressum: '',
  languages: ['de'],
  stepFree: false,
  lift: false,
  signLanguage: false,
};

const REQUIRED: readonly TextField[] = ['name', 'street', 'city', 'impressum'];

const shape = (field: TextField, text: string): PracticeError | undefined => {
  if (field === 'email' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)) return { key: 'email' };
  if (field === 'phone' && !isPhone(text)) return { key: 'phone' };
  if (field === 'website' && !isWebsite(text)) return { key: 'website' };
  return undefined;
};

/** One number as people write it; what stands in brackets without a digit is a remark. Links dial its digits. */
const isPhone = (text: string): boolean => {
  const number = text.replace(/\([^()\d]*\)/g, ' ');
  return /^\s*\+?[\d\s()/.–-]+$/.test(number) && number.replace(/\D/g, '').length >= 5;
};

const isWebsite = (text: string): boolean => {
  try {
    const url = new URL(text);
    return (url.protocol === 'https:' || url.protocol === 'http:') && url.hostname.includes('.');
  } catch {
    return false;
  }
};

/** People type `praxis-mond.de`; what is saved is a whole address. */
export const fullWebsite = (typed: string): string => {
  const text = typed.trim();
  return text === '' || /^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`;
};

const checkOne = (field: TextField, text: string): PracticeError | undefined => {
  if (text === '') return REQUIRED.includes(field) ? { key: 'required' } : undefined;
  const over = byteLength(text) - PROFILE_BYTES[field];
  return over > 0 ? { key: 'bytes-over', over } : shape(field, text);
};

export const checkProfile = (fields: ProfileFields): FieldErrors<TextField | 'plz' | 'languages', PracticeError> => {
  const errors: Partial<Record<TextField | 'plz' | 'languages', PracticeError>> = {};
  const profile = trimmed(fields);
  for (const field of Object.keys(PROFILE_BYTES).filter((key): key is TextField => key in PROFILE_BYTES)) {
    const error = checkOne(field, profile[field]);
    if (error !== undefined) errors[field] = error;
  }
  if (fields.plz === undefined) errors.plz = { key: 'place-missing' };
  if (fields.languages.length === 0) errors.languages = { key: 'choose-one' };
  return errors;
};

const trimmed = (fields: ProfileFields): ProfileFields => ({
  ...fields,
  name: fields.name.trim(),
  street: fields.street.trim(),
  city: fields.city.trim(),
  phone: fields.phone.trim(),
  email: fields.email.trim(),
  website: fullWebsite(fields.website),
  impressum: fields.impressum.trim(),
});

/** The town of a place: what stands behind a comma only tells towns of one name apart. */
export const townOf = (place: string): string => place.split(',')[0]?.trim() ?? '';

/** The town that belongs to a new code, unless another was typed than the one that `came` with the code before. */
export const townAfter = (typed: string, came: string | undefined, town: string): string =>
  typed.trim() === '' || typed.trim() === came ? town : typed;

const profileKeys = Object.keys(EMPTY_PROFILE).filter((key): key is keyof ProfileFields => key in EMPTY_PROFILE);

/** True when both say the same, letter by letter. */
export const sameProfile = (one: ProfileFields, other: ProfileFields): boolean =>
  profileKeys.every((key) => String(one[key]) === String(other[key]));

/** What is saved, or undefined while something is wrong. */
export const toProfile = (fields: ProfileFields): Profile | undefined => {
  const { plz } = fields;
  if (plz === undefined || Object.keys(checkProfile(fields)).length > 0) return undefined;
  return { ...trimmed(fields), plz };
};
