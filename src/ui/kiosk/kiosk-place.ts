import type { Plz } from '#core/brand.ts';

/** Where a kiosk stands: the operator's setting, kept on the device. Nothing of a visitor is kept. */
const KEY = 'terminfunk.kiosk';

export const readKioskPlace = (): Plz | undefined => {
  try {
    const value = localStorage.getItem(KEY);
    return value !== null && /^\d{5}$/.test(value) ? (value as Plz) : undefined;
  } catch {
    return undefined;
  }
};

export const writeKioskPlace = (plz: Plz | undefined): void => {
  try {
    if (plz === undefined) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, plz);
  } catch {
    // Kept for this page only.
  }
};
