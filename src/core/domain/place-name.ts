/** How names of places are compared: as people type them, not as they are spelled. */

/** Lower case without umlauts: "München", "muenchen" and "Munchen" meet. */
export const foldPlaceName = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll('ß', 'ss')
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
