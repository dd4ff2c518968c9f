import type { Millis, Plz } from '#core/brand.ts';
import { DAY, HOUR } from '#core/domain/limits.ts';
import {
  type AgeGroup,
  KOSTENTRAEGER,
  type Kostentraeger,
  MODALITAETEN,
  type Modalitaet,
  SLOT_TYPES,
  type SlotType,
  VERFAHREN,
  type Verfahren,
} from '#core/domain/values.ts';
import type { AlertFilter, SearchQuery } from '#host/rpc/api.ts';

/**
 * What a person has put into the search form so far: as a value, as the fragment's query (untrusted when read back), and
 * as the question to the node. Pure.
 */
export interface SearchDraft {
  readonly payer: Kostentraeger | undefined;
  readonly plz: Plz | undefined;
  readonly radiusKm: number;
  readonly verfahren: readonly Verfahren[];
  readonly types: readonly SlotType[];
  readonly modalitaeten: readonly Modalitaet[];
  /** Days from now, or undefined for any time. */
  readonly days: number | undefined;
  readonly age: Exclude<AgeGroup, 'ALL'> | undefined;
  /** Any of these lengths; empty for any. */
  readonly minutes: readonly number[];
  /** True: weekly series only; false: single slots only. */
  readonly series: boolean | undefined;
  /** Any of these, as primary subtags of BCP 47; empty for any. */
  readonly languages: readonly Language[];
  /** All of these. */
  readonly access: readonly Access[];
  readonly unverified: boolean;
  readonly sort: 'distance' | 'time';
}

export const RADII = [5, 10, 25, 50, 100, 200] as const;
export const PERIODS = [7, 14, 30] as const;
export const LENGTHS = [25, 50, 100] as const;
/** What practices can say that they speak, beside German. */
export const LANGUAGES = ['en', 'tr', 'ar', 'fa', 'ru', 'uk', 'pl', 'ro', 'it', 'es', 'fr', 'el', 'hr'] as const;
/** As they are called in the fragment. */
export const ACCESS = ['stufenlos', 'aufzug', 'dgs'] as const;
export type Language = (typeof LANGUAGES)[number];
export type Access = (typeof ACCESS)[number];
const DEFAULT_RADIUS = 25;

export const EMPTY_DRAFT: SearchDraft = {
  payer: undefined,
  plz: undefined,
  radiusKm: DEFAULT_RADIUS,
  verfahren: [],
  types: [],
  modalitaeten: [],
  days: undefined,
  age: undefined,
  minutes: [],
  series: undefined,
  languages: [],
  access: [],
  unverified: false,
  sort: 'distance',
};

const one = <T extends string>(list: readonly T[], text: string | null): T | undefined =>
  list.find((item) => item === text);
const many = <T extends string>(list: readonly T[], text: string | null): T[] => {
  const named = new Set((text ?? '').split('.'));
  return list.filter((item) => named.has(item));
};
const manyNumbers = (list: readonly number[], text: string | null): number[] => {
  const named = new Set((text ?? '').split('.'));
  return list.filter((item) => named.has(String(item)));
};
const oneNumber = (list: readonly number[], text: string | null): number | undefined =>
  list.find((item) => String(item) === text);

/** What does not parse is left out. */
export const decodeDraft = (query: string): SearchDraft => {
  const params = new URLSearchParams(query);
  const plz = params.get('plz');
  return {
    payer: one(KOSTENTRAEGER, params.get('wer')),
    plz: plz !== null && /^\d{5}$/.test(plz) ? (plz as Plz) : undefined,
    radiusKm: oneNumber(RADII, params.get('km')) ?? DEFAULT_RADIUS,
    verfahren: many(VERFAHREN, params.get('v')),
    types: many(SLOT_TYPES, params.get('art')),
    modalitaeten: many(MODALITAETEN, params.get('wie')),
    days: oneNumber(PERIODS, params.get('tage')),
    age: one(['ADULTS', 'UNDER_21'], params.get('alter')),
    minutes: manyNumbers(LENGTHS, params.get('min')),
    series: one(['ja', 'nein'], params.get('reihe')) === undefined ? undefined : params.get('reihe') === 'ja',
    languages: many(LANGUAGES, params.get('spricht')),
    access: many(ACCESS, params.get('zugang')),
    unverified: params.get('alle') === '1',
    sort: params.get('zuerst') === 'zeit' ? 'time' : 'distance',
  };
};

/** Only what differs from an empty form; lists in wire order, so that equal searches are equal texts. */
export const encodeDraft = (draft: SearchDraft): string => {
  const params = new URLSearchParams();
  const list = (name: string, values: readonly (string | number)[]) =>
    values.length > 0 && params.set(name, values.join('.'));
  if (draft.payer !== undefined) params.set('wer', draft.payer);
  if (draft.plz !== undefined) params.set('plz', draft.plz);
  if (draft.radiusKm !== DEFAULT_RADIUS) params.set('km', String(draft.radiusKm));
  list('v', draft.verfahren);
  list('art', draft.types);
  list('wie', draft.modalitaeten);
  if (draft.days !== undefined) params.set('tage', String(draft.days));
  if (draft.age !== undefined) params.set('alter', draft.age);
  list('min', draft.minutes);
  if (draft.series !== undefined) params.set('reihe', draft.series ? 'ja' : 'nein');
  list('spricht', draft.languages);
  list('zugang', draft.access);
  if (draft.unverified) params.set('alle', '1');
  if (draft.sort === 'time') params.set('zuerst', 'zeit');
  return params.toString();
};

const toAccess = (access: readonly Access[]): NonNullable<SearchQuery['access']> => ({
  stepFree: access.includes('stufenlos'),
  lift: access.includes('aufzug'),
  signLanguage: access.includes('dgs'),
});

/** What is looked for, whenever it is: undefined without a payer, when nothing is asked and nothing shown. */
export const toFilter = (draft: SearchDraft): AlertFilter | undefined => {
  if (draft.payer === undefined) return undefined;
  return {
    payer: draft.payer,
    ...(draft.plz === undefined ? {} : { around: { plz: draft.plz, radiusKm: draft.radiusKm } }),
    verfahren: draft.verfahren,
    types: draft.types,
    modalitaeten: draft.modalitaeten,
    ...(draft.age === undefined ? {} : { ageGroup: draft.age }),
    ...(draft.minutes.length === 0 ? {} : { minutes: draft.minutes }),
    ...(draft.series === undefined ? {} : { series: draft.series }),
    ...(draft.languages.length === 0 ? {} : { languages: draft.languages }),
    ...(draft.access.length === 0 ? {} : { access: toAccess(draft.access) }),
    minTrust: draft.unverified ? 0 : 1,
    ...(draft.days === undefined ? {} : { days: draft.days }),
  };
};

/** The question to the node now. */
export const toQuery = (draft: SearchDraft, now: Millis, offset: number, limit: number): SearchQuery | undefined => {
  const filter = toFilter(draft);
  if (filter === undefined) return undefined;
  const { days, ...query } = filter;
  // Whole hours, so that typing does not make every question a new one.
  const hour = Math.floor(now / HOUR) * HOUR;
  return {
    ...query,
    ...(days === undefined ? {} : { to: (hour + days * DAY) as Millis }),
    sort: draft.plz === undefined ? 'time' : draft.sort,
    offset,
    limit,
  };
};

/** How many of the finer choices are made: shown while they are folded away. */
export const finerChoices = (draft: SearchDraft): number =>
  [
    draft.verfahren.length > 0,
    draft.types.length > 0,
    draft.days !== undefined,
    draft.age !== undefined,
    draft.minutes.length > 0,
    draft.series !== undefined,
    draft.languages.length > 0,
    draft.access.length > 0,
    draft.unverified,
  ].filter(Boolean).length;
