/**
 * What a search filters by, as one 32-bit word per stored offer: masks as on the wire, choices as one bit each. Above each
 * group a guard bit stays free: adding all ones to a group carries into its guard unless the group is empty, so that one
 * AND, one addition and one comparison test all groups at once (docs/decisions/0007-columnar-slot-store.md).
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

interface Group {
  readonly at: number;
  readonly width: number;
}

const after = ({ at, width }: Group): number => at + width + 1;

const GROUP_VERFAHREN: Group = { at: 0, width: VERFAHREN.length };
const GROUP_MODALITAET: Group = { at: after(GROUP_VERFAHREN), width: MODALITAETEN.length };
const GROUP_PAYER: Group = { at: after(GROUP_MODALITAET), width: KOSTENTRAEGER.length };
const GROUP_TYPE: Group = { at: after(GROUP_PAYER), width: SLOT_TYPES.length };
const GROUP_AGE: Group = { at: after(GROUP_TYPE), width: AGE_GROUPS.length };
/** Levels 1 to 3; level 0 has none of the bits. With it the word is full: its guard is bit 31. */
const GROUP_TRUST: Group = { at: after(GROUP_AGE), width: 3 };

const ones = ({ width }: Group): number => (1 << width) - 1;
const place = (group: Group, mask: number): number => mask << group.at;
const take = (group: Group, facets: number): number => (facets >>> group.at) & ones(group);
const guard = (group: Group): number => 1 << (group.at + group.width);

const trustBit = (trust: TrustLevel): number => (trust === 0 ? 0 : place(GROUP_TRUST, 1 << (trust - 1)));

export type FacetFields = Pick<Announce, 'verfahren' | 'modalitaet' | 'kostentraeger' | 'slotType' | 'ageGroup'>;

export const packFacets = (fields: FacetFields, trust: TrustLevel): number =>
  place(GROUP_VERFAHREN, fields.verfahren) |
  place(GROUP_MODALITAET, fields.modalitaet) |
  place(GROUP_PAYER, fields.kostentraeger) |
  place(GROUP_TYPE, 1 << fields.slotType) |
  place(GROUP_AGE, 1 << fields.ageGroup) |
  trustBit(trust);

const choice = (mask: number): number => 31 - Math.clz32(mask);

export const unpackFacets = (facets: number): FacetFields => ({
  verfahren: take(GROUP_VERFAHREN, facets),
  modalitaet: take(GROUP_MODALITAET, facets),
  kostentraeger: take(GROUP_PAYER, facets),
  slotType: choice(take(GROUP_TYPE, facets)),
  ageGroup: choice(take(GROUP_AGE, facets)),
});

export const withTrust = (facets: number, trust: TrustLevel): number =>
  (facets & ~place(GROUP_TRUST, ones(GROUP_TRUST))) | trustBit(trust);

/** The mask of Verfahren in a facet word. */
export const verfahrenOf = (facets: number): number => take(GROUP_VERFAHREN, facets);

export const modalitaetFacet = (mask: number): number => place(GROUP_MODALITAET, mask);

/** Facets meet a filter when `((facets & mask) + carry) & GUARDS` is `GUARDS`, all in 32 bits: see search.ts. */
export interface FacetFilter {
  readonly mask: number;
  readonly carry: number;
}

export const GUARDS =
  guard(GROUP_VERFAHREN) |
  guard(GROUP_MODALITAET) |
  guard(GROUP_PAYER) |
  guard(GROUP_TYPE) |
  guard(GROUP_AGE) |
  guard(GROUP_TRUST);

export interface WantedFacets {
  /** Never "any": a word without an announcement has no payer and so meets no filter. */
  readonly payer: number;
  /** Zero means "any" in these. */
  readonly verfahren: number;
  readonly modalitaet: number;
  readonly types: number;
  readonly ages: number;
  readonly minTrust: TrustLevel;
}

export const createFacetFilter = (wanted: WantedFacets): FacetFilter => {
  let mask = 0;
  let carry = 0;
  const add = (group: Group, bits: number, isAny: boolean): void => {
    mask |= isAny ? 0 : place(group, bits);
    carry |= isAny ? guard(group) : place(group, ones(group));
  };
  const { verfahren, modalitaet, types, ages, minTrust } = wanted;
  add(GROUP_PAYER, wanted.payer, false);
  add(GROUP_VERFAHREN, verfahren, verfahren === 0);
  add(GROUP_MODALITAET, modalitaet, modalitaet === 0);
  add(GROUP_TYPE, types, types === 0);
  add(GROUP_AGE, ages, ages === 0);
  add(GROUP_TRUST, minTrust === 0 ? 0 : (ones(GROUP_TRUST) << (minTrust - 1)) & ones(GROUP_TRUST), minTrust === 0);
  return { mask, carry };
};
