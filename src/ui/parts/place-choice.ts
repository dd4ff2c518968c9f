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

const wrong = (key: 'place-digits' | 'place-short' | 'place-name' | 'place-choose'): PlaceChoice => ({
  kind: 'wrong',
  error: { key },
});

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
  const named = suggestions.filter((place) => place.place.toLocaleLowerCase('de') === text.toLocaleLowerCase('de'));
  if (second === undefined) return { kind: 'chosen', place: first };
  // A large town has many codes; its first one stands for the town. Two towns of one name must be told apart.
  const regions = new Set(named.map((place) => place.plz.slice(0, 2)));
  const [town] = named;
  return town !== undefined && regions.size === 1 ? { kind: 'chosen', place: town } : wrong('place-choose');
};
