import type { Plz } from '#core/brand.ts';
import { KOSTENTRAEGER, type Kostentraeger } from '#core/domain/values.ts';
import type { PinHash } from '#ui/kiosk/pin.ts';

/** How an operator set this kiosk up, kept on the device. Nothing of a visitor is in it. */
export interface KioskSettings {
  /** It runs: nobody leaves its screens without the PIN. */
  readonly running: boolean;
  /** What the place is called, for the heading and for print. */
  readonly name: string;
  readonly plz: Plz | undefined;
  readonly km: KioskRadius;
  /** Chosen before anybody chose; undefined asks. */
  readonly payer: Kostentraeger | undefined;
  readonly video: boolean;
  /** The language to which it returns. */
  readonly locale: string | undefined;
  readonly pin: PinHash | undefined;
}

export const KIOSK_RADII = ['25', '50', '100'] as const;
export type KioskRadius = (typeof KIOSK_RADII)[number];
/** Shown at once; the others behind "something else", as in the search. */
export const FIRST_PAYERS: readonly Kostentraeger[] = ['GKV', 'PKV', 'BEIHILFE', 'SELBSTZAHLER'];
const MAX_PLACE_NAME = 60;

/** Characters that a place's name has too many: it is refused, not cut. */
export const nameOver = (name: string): number => Math.max(0, name.trim().length - MAX_PLACE_NAME);

export const NEW_KIOSK: KioskSettings = {
  running: false,
  name: '',
  plz: undefined,
  km: '50',
  payer: undefined,
  video: false,
  locale: undefined,
  pin: undefined,
};

const KEY = 'terminfunk.kiosk';
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
const isPlz = (value: unknown): value is Plz => typeof value === 'string' && /^\d{5}$/.test(value);
const hex = (value: unknown, bytes: number): string | undefined =>
  typeof value === 'string' && value.length === 2 * bytes && /^[0-9a-f]+$/.test(value) ? value : undefined;

const parsePin = (value: unknown): PinHash | undefined => {
  if (!isRecord(value)) return undefined;
  const [salt, hash] = [hex(value.salt, 16), hex(value.hash, 32)];
  return salt === undefined || hash === undefined ? undefined : { salt, hash };
};

/** What storage holds, whoever wrote it: each field is as it should be or as at the beginning. */
export const parseKioskSettings = (stored: string | null): KioskSettings => {
  // As it was kept before there was more to keep.
  if (isPlz(stored)) return { ...NEW_KIOSK, plz: stored };
  let value: unknown;
  try {
    value = JSON.parse(stored ?? '');
  } catch {
    return NEW_KIOSK;
  }
  if (!isRecord(value)) return NEW_KIOSK;
  const pin = parsePin(value.pin);
  return {
    running: value.running === true && pin !== undefined,
    name: typeof value.name === 'string' ? value.name.slice(0, MAX_PLACE_NAME) : '',
    plz: isPlz(value.plz) ? value.plz : undefined,
    km: KIOSK_RADII.find((one) => one === (isRecord(value) ? value.km : undefined)) ?? NEW_KIOSK.km,
    payer: KOSTENTRAEGER.find((one) => one === (isRecord(value) ? value.payer : undefined)),
    video: value.video === true,
    locale: typeof value.locale === 'string' ? value.locale : undefined,
    pin,
  };
};

export const readKioskSettings = (): KioskSettings => {
  try {
    return parseKioskSettings(localStorage.getItem(KEY));
  } catch {
    return NEW_KIOSK;
  }
};

/** False when this browser keeps nothing for us. */
export const writeKioskSettings = (settings: KioskSettings): boolean => {
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
    return true;
  } catch {
    return false;
  }
};
