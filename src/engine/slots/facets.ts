/**
 * What a search filters by, as one 32-bit word per stored offer: masks as on the wire, choices as one bit each, so that
 * every filter is one AND (docs/decisions/0007-columnar-slot-store.md).
 */
import {
  AGE_GROUPS,
  KOSTENTRAEGER,
  MODALITAETEN,
  SLOT_TYPES,
  type TrustLevel,
  VERFAHREN,
} from '#core/domain/values.ts';
import type { Announce } from '#core/wire/announce.ts';

const MODALITAET_AT = VERFAHREN.length;
const KOSTENTRAEGER_AT = MODALITAET_AT + MODALITAETEN.length;
const TYPE_AT = KOSTENTRAEGER_AT + KOSTENTRAEGER.length;
const AGE_AT = TYPE_AT + SLOT_TYPES.length;
const TRUST_AT = AGE_AT + AGE_GROUPS.length;
const TRUST_LEVELS = 4;
const SERIES_AT = TRUST_AT + TRUST_LEVELS;
const CODE_AT = SERIES_AT + 1;

const ones = (count: number): number => (1 << count) - 1;
const TRUST_MASK = ones(TRUST_LEVELS) << TRUST_AT;

export type FacetFields = Pick<
  Announce,
  'verfahren' | 'modalitaet' | 'kostentraeger' | 'slotType' | 'ageGroup' | 'series' | 'codeRequired'
>;

export const packFacets = (fields: FacetFields, trust: TrustLevel): number =>
  fields.verfahren |
  (fields.modalitaet << MODALITAET_AT) |
  (fields.kostentraeger << KOSTENTRAEGER_AT) |
  (1 << (TYPE_AT + fields.slotType)) |
  (1 << (AGE_AT + fields.ageGroup)) |
  (1 << (TRUST_AT + trust)) |
  ((fields.series ? 1 : 0) << SERIES_AT) |
  ((fields.codeRequired ? 1 : 0) << CODE_AT);

const choiceAt = (facets: number, at: number, count: number): number => 31 - Math.clz32((facets >>> at) & ones(count));

export const unpackFacets = (facets: number): FacetFields => ({
  verfahren: facets & ones(VERFAHREN.length),
  modalitaet: (facets >>> MODALITAET_AT) & ones(MODALITAETEN.length),
  kostentraeger: (facets >>> KOSTENTRAEGER_AT) & ones(KOSTENTRAEGER.length),
  slotType: choiceAt(facets, TYPE_AT, SLOT_TYPES.length),
  ageGroup: choiceAt(facets, AGE_AT, AGE_GROUPS.length),
  series: ((facets >>> SERIES_AT) & 1) === 1,
  codeRequired: ((facets >>> CODE_AT) & 1) === 1,
});

export const withTrust = (facets: number, trust: TrustLevel): number =>
  (facets & ~TRUST_MASK) | (1 << (TRUST_AT + trust));

/** Masks for a search: an offer matches a mask when the AND is not zero; zero means "any". */
export const verfahrenFacet = (mask: number): number => mask;
export const modalitaetFacet = (mask: number): number => mask << MODALITAET_AT;
export const kostentraegerFacet = (mask: number): number => mask << KOSTENTRAEGER_AT;
export const slotTypeFacet = (mask: number): number => mask << TYPE_AT;
export const ageGroupFacet = (mask: number): number => mask << AGE_AT;
export const minTrustFacet = (level: TrustLevel): number => ((ones(TRUST_LEVELS) >> level) << level) << TRUST_AT;
