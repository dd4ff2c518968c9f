/** How names of places are compared: as people type them, not as they are spelled. */

/** Lower case without umlauts: "München", "muenchen" and "Munchen" meet, and so do "St. Goar" and "Sankt Goar". */
export const foldPlaceName = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll(/(?<!\p{L})st(?:\.\s*|\s+(?=\p{L}))/gu, 'sankt ')
    .replaceAll(/([aou])e/g, '$1')
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .trim();

/**
 * Is the first the second's name, or its name without what tells it apart: "Halle" of "Halle (Saale)", "Frankfurt" of
 * "Frankfurt am Main"? A hyphen makes another name: "Münster" is not "Münster-Sarmsheim". Both folded.
 */
export const namesPlace = (typed: string, place: string): boolean =>
  place === typed || (place.startsWith(typed) && /^[\s(/,]/.test(place.slice(typed.length)));

/** A postcode as it stands on letters from abroad, "D-10115" or "DE 10115", without the country. */
export const withoutCountry = (text: string): string => text.replace(/^\s*de?\s*[-–\s]?\s*(?=\d)/i, '');

const wordsIn = (folded: string): string[] => folded.split(/[^\p{L}]+/u).filter(Boolean);

/**
 * Whether each typed word begins a word of the place's name, the first the first: "Halle Saale" is "Halle (Saale)", and
 * "Frankfurt/Main" is "Frankfurt am Main". Both folded.
 */
export const hasWordsOf = (typed: string, place: string): boolean => {
  const known = wordsIn(place);
  const words = wordsIn(typed);
  return (
    words.length > 0 &&
    words.every((word, at) => (at === 0 ? known.slice(0, 1) : known).some((one) => one.startsWith(word)))
  );
};

/** Whether a place's name stands before what is no longer its name: "Köln" of "Köln Ehrenfeld". Both folded. */
export const leadsWithPlace = (typed: string, place: string): boolean =>
  typed.startsWith(place) && /^[\s(/,-]/.test(typed.slice(place.length));

/** Shorter names become each other too easily. */
const MIN_MISTYPED = 5;

/** Whether two names differ by one letter that one of them lacks, or by two neighbours that changed places. Both folded. */
export const isMistyped = (typed: string, place: string): boolean => {
  if (place.length < MIN_MISTYPED || Math.abs(typed.length - place.length) > 1) return false;
  let at = 0;
  while (at < typed.length && typed[at] === place[at]) at += 1;
  if (typed.length < place.length) return typed.slice(at) === place.slice(at + 1);
  if (typed.length > place.length) return typed.slice(at + 1) === place.slice(at);
  return (
    at + 1 < typed.length &&
    typed[at] === place[at + 1] &&
    typed[at + 1] === place[at] &&
    typed.slice(at + 2) === place.slice(at + 2)
  );
};
