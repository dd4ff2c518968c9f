import { foldPlaceName, namesPlace } from '#core/domain/place-name.ts';
import type { PlaceSuggestion } from '#host/rpc/api.ts';
import type { FieldError } from '#ui/text/field-error.ts';

/** What a typed place means, given what the node suggests for it. Pure. */
export type PlaceChoice =
  | { readonly kind: 'none' }
  | { readonly kind: 'chosen'; readonly place: PlaceSuggestion }
  | { readonly kind: 'wrong'; readonly error: FieldError };

export const placeText = (place: PlaceSuggestion): string => `${place.plz} ${place.place}`;

/** The postcode with which a text begins: all five digits and no sixth. */
export const codeIn = (text: string): string | undefined => /^\s*(\d{5})(?!\d)/.exec(text)?.[1];

const wrong = (key: 'place-digits' | 'place-short' | 'place-name' | 'place-part' | 'place-choose'): PlaceChoice => ({
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
  const digits = /^\d+/.exec(text)?.[0];
  if (digits !== undefined) {
    const exact = suggestions.find((place) => place.plz === digits);
    if (exact !== undefined) return { kind: 'chosen', place: exact };
    return wrong(digits.length < 5 && suggestions.length > 0 ? 'place-short' : 'place-digits');
  }
  const [first, second] = suggestions;
  if (first === undefined) return wrong('place-name');
  if (second === undefined) return { kind: 'chosen', place: first };
  const [town, namesake] = townsCalled(text, suggestions);
  if (town === undefined) return wrong('place-part');
  // Towns of one name must be told apart, also where one of them has it all to itself in writing.
  return namesake === undefined ? { kind: 'chosen', place: town } : wrong('place-choose');
};
