import type { Profile } from '#host/rpc/api.ts';

/** `Türkenstraße 1, 80799 München`; the street is missing where a practice names none. */
export const addressLine = ({ street, plz, city }: Pick<Profile, 'street' | 'plz' | 'city'>): string =>
  [street, `${plz} ${city}`.trim()].filter(Boolean).join(', ');

/** The number as it is dialled, or empty: a profile is somebody else's text. */
export const dialled = (phone: string): string => phone.replace(/[^\d+]/g, '');

/** How to reach a practice, for paper: its telephone and its e-mail, else its website; empty where it names none of them. */
export const reachLine = ({ phone, email, website }: Pick<Profile, 'phone' | 'email' | 'website'>): string => {
  const direct = [dialled(phone) === '' ? '' : phone, email].filter(Boolean);
  return direct.length > 0 ? direct.join(' · ') : website.replace(/^https?:\/\//, '');
};
