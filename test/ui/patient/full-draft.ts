import type { Plz } from '#core/brand.ts';
import type { SearchDraft } from '#ui/patient/search-draft.ts';

/** A search in which everything is chosen. */
export const FULL_DRAFT: SearchDraft = {
  payer: 'GKV',
  plz: '04109' as Plz,
  radiusKm: 50,
  verfahren: ['VT', 'ST'],
  types: ['SPRECHSTUNDE'],
  modalitaeten: ['VIDEO'],
  days: 14,
  age: 'ADULTS',
  minutes: [25, 50],
  series: false,
  languages: ['tr', 'uk'],
  access: ['stufenlos', 'dgs'],
  unverified: true,
  sort: 'time',
};
