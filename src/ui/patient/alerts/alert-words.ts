import type { AlertFilter } from '#host/rpc/api.ts';
import { m } from '#ui/paraglide/messages.js';
import { ACCESS, type Access, EMPTY_DRAFT, LANGUAGES, type SearchDraft } from '#ui/patient/search-draft.ts';
import { modalityLabel, ownPayerLabel, typeLabel, verfahrenLabel } from '#ui/text/labels.ts';
import { languageNames, type UiLocale } from '#ui/text/time.ts';

/** A kept search, back in the form and in words. */
const accessIn = ({ stepFree, lift, signLanguage }: NonNullable<AlertFilter['access']>): Access[] => {
  const asked: Record<Access, boolean> = { stufenlos: stepFree, aufzug: lift, dgs: signLanguage };
  return ACCESS.filter((one) => asked[one]);
};

/** The form that makes this filter; the order of results is not kept. */
export const filterDraft = (filter: AlertFilter): SearchDraft => ({
  ...EMPTY_DRAFT,
  payer: filter.payer,
  plz: filter.around?.plz,
  radiusKm: filter.around?.radiusKm ?? EMPTY_DRAFT.radiusKm,
  verfahren: filter.verfahren,
  types: filter.types,
  modalitaeten: filter.modalitaeten,
  days: filter.days,
  age: filter.ageGroup === 'ALL' ? undefined : filter.ageGroup,
  minutes: filter.minutes ?? [],
  series: filter.series,
  languages: LANGUAGES.filter((one) => filter.languages?.includes(one)),
  access: filter.access === undefined ? [] : accessIn(filter.access),
  unverified: filter.minTrust === 0,
});

const ACCESS_WORDS: Record<Access, () => string> = {
  stufenlos: m.access_step_free,
  aufzug: m.search_access_lift,
  dgs: m.access_sign,
};

/** `Gesetzliche Kasse`, `Verhaltenstherapie`, `14 Tage`, …: everything that is asked beside the place. */
export const filterWords = (filter: AlertFilter, locale: UiLocale): string[] => {
  const draft = filterDraft(filter);
  const age = { ADULTS: m.search_age_adults, UNDER_21: m.search_age_under_21 };
  const words: (string | undefined)[] = [
    ownPayerLabel[filter.payer](),
    ...filter.verfahren.map((one) => verfahrenLabel[one]()),
    ...filter.types.map((one) => typeLabel[one]()),
    ...filter.modalitaeten.map((one) => modalityLabel[one]()),
    filter.days === undefined ? undefined : m.search_period_days({ days: filter.days }),
    draft.age === undefined ? undefined : age[draft.age](),
    ...draft.minutes.map((count) => m.minutes({ count })),
    filter.series === undefined ? undefined : filter.series ? m.search_series_weekly() : m.search_series_single(),
    draft.languages.length === 0 ? undefined : languageNames(draft.languages, locale),
    ...draft.access.map((one) => ACCESS_WORDS[one]()),
    draft.unverified ? m.search_unverified() : undefined,
  ];
  return words.filter((word) => word !== undefined);
};
