/**
 * The languages chosen on this device, noted where both the window and the service worker can read them (a worker has no
 * localStorage): an empty entry of a cache for each. The worker keeps their texts for starts without a network.
 */
const CACHE = 'terminfunk.languages';
const NOTE = '/language/';

/** Resolves when it is noted. Where caches are forbidden (a private window) nothing is kept, and nothing fails. */
export const noteLanguage = async (locale: string): Promise<void> => {
  try {
    await (await caches.open(CACHE)).put(`${NOTE}${locale}`, new Response());
  } catch {
    // The app works as a page; without a network it needs what the browser itself cached.
  }
};

/** The BCP 47 tags noted so far. */
export const notedLanguages = async (): Promise<readonly string[]> => {
  const notes = await (await caches.open(CACHE)).keys();
  return notes.map(({ url }) => new URL(url).pathname.slice(NOTE.length));
};
