import { foldPlaceName, hasWordsOf, namesPlace, withoutCountry } from '#core/domain/place-name.ts';
import type { PlaceSuggestion } from '#host/rpc/api.ts';
import type { FieldError } from '#ui/text/field-error.ts';

/** What a typed place means, given what the node suggests for it. Pure. */
export type PlaceChoice =
  | { readonly kind: 'none' }
  | { readonly kind: 'chosen'; readonly place: PlaceSuggestion }
  | { readonly kind: 'wrong'; readonly error: FieldError };

export const placeText = (place: PlaceSuggestion): string => `${place.plz} ${place.place}`;

/** The postcode with which a text begins: all five digits and no sixth. */
export const codeIn = (text: string): string | undefined => /^\s*(\d{5})(?!\d)/.exec(withoutCountry(text))?.[1];

/** What stands behind the postcode, if anything. */
export const townIn = (text: string): string =>
  withoutCountry(text)
    .replace(/^\s*\d+[\s,]*/, '')
    .trim();

const wordsOf = (text: string): string[] => {
  const words = foldPlaceName(text)
    .split(/[^\p{L}]+/u)
    .filter(Boolean);
  // "Bad", "Sankt" and "am" belong to many towns.
  const telling = words.filter((word) => word.length > 3 && word !== 'sankt');
  return telling.length > 0 ? telling : words;
};

/**
 * Whether a town behind a postcode can be the place that we know it by: half a name, a quarter and "Frankfurt/Main" can. One
 * word in common is enough, because a postcode has many places and we know one name of each.
 */
export const townFits = (text: string, { place }: PlaceSuggestion): boolean => {
  const typed = wordsOf(townIn(text));
  const known = wordsOf(place);
  return typed.length === 0 || typed.some((one) => known.some((two) => two.startsWith(one) || one.startsWith(two)));
};

const wrong = (
  key: 'place-digits' | 'place-short' | 'place-name' | 'place-part' | 'place-choose' | 'place-near',
): PlaceChoice => ({
  kind: 'wrong',
  error: { key },
});

/** "Münster" as it is spelled; only where nothing is, "Muenster" and "Munster" will do. */
const townsCalled = (text: string, suggestions: readonly PlaceSuggestion[]): readonly PlaceSuggestion[] => {
  const lower = text.toLocaleLowerCase('de');
  const spelled = suggestions.filter((one) => namesPlace(lower, one.place.toLocaleLowerCase('de')));
  if (spelled.length > 0) return spelled;
  const folded = foldPlaceName(text);
  return suggestions.filter((one) => namesPlace(folded, foldPlaceName(one.place)));
};

export const choosePlace = (typed: string, suggestions: readonly PlaceSuggestion[]): PlaceChoice => {
  const text = typed.trim();
  if (text === '') return { kind: 'none' };
  const digits = /^\d+/.exec(withoutCountry(text))?.[0];
  if (digits !== undefined) {
    const exact = suggestions.find((place) => place.plz === digits);
    if (exact !== undefined && townFits(text, exact)) return { kind: 'chosen', place: exact };
    if (exact !== undefined)
      return { kind: 'wrong', error: { key: 'place-other', plz: exact.plz, place: exact.place } };
    return wrong(digits.length < 5 && suggestions.length > 0 ? 'place-short' : 'place-digits');
  }
  const [first, second] = suggestions;
  if (first === undefined) return wrong('place-name');
  // A guess is offered, never quietly taken: "Köln Ehrenfeld", "Hambrug".
  const folded = foldPlaceName(text);
  if (!suggestions.some(({ place }) => hasWordsOf(folded, foldPlaceName(place)))) return wrong('place-near');
  if (second === undefined) return { kind: 'chosen', place: first };
  const [town, namesake] = townsCalled(text, suggestions);
  if (town === undefined) return wrong('place-part');
  // Towns of one name must be told apart, also where one of them has it all to itself in writing.
  return namesake === undefined ? { kind: 'chosen', place: town } : wrong('place-choose');
};
