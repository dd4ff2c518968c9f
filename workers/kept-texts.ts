import { notedLanguages } from '#adapters/noted-languages/noted-languages.ts';

/**
 * The texts that the service worker keeps for starts without a network: those of the languages that were chosen on this
 * device, and no other's. The window notes a language before it registers the worker and whenever it changes.
 */
interface CachedFile {
  readonly url: string;
}
const TEXTS_CACHE = 'terminfunk.texts';
const FILE = /^\/?assets\/texts_([^_/]+)_/;

/** `de-simple` of `assets/texts_de-simple_first-….js`. */
const languageOf = (url: string): string | undefined => FILE.exec(url)?.[1];

export const isTextFile = ({ url }: CachedFile): boolean => languageOf(url) !== undefined;

interface KeptTexts {
  /** Fetches what is missing of the languages noted on this device, and drops nothing. */
  readonly fill: () => Promise<void>;
  /** Drops what no longer belongs to this version. */
  readonly prune: () => Promise<void>;
  /** The file from the cache, or from the network and then kept. */
  readonly answer: (request: Request) => Promise<Response>;
}

export const createKeptTexts = (files: readonly CachedFile[]): KeptTexts => {
  const wanted = async (): Promise<readonly string[]> => {
    // German stands in for what Leichte Sprache leaves out.
    const languages = new Set((await notedLanguages()).flatMap((tag) => [tag, tag.split('-')[0]]));
    return files.map(({ url }) => url).filter((url) => languages.has(languageOf(url)));
  };
  return {
    fill: async () => {
      const cache = await caches.open(TEXTS_CACHE);
      for (const url of await wanted()) {
        if ((await cache.match(url)) === undefined) await cache.add(url);
      }
    },
    prune: async () => {
      const cache = await caches.open(TEXTS_CACHE);
      const known = new Set(files.map(({ url }) => `/${url.replace(/^\//, '')}`));
      for (const request of await cache.keys())
        if (!known.has(new URL(request.url).pathname)) await cache.delete(request);
    },
    answer: async (request) => {
      const cache = await caches.open(TEXTS_CACHE);
      const kept = await cache.match(request.url);
      if (kept !== undefined) return kept;
      const fresh = await fetch(request);
      if (fresh.ok) await cache.put(request.url, fresh.clone());
      return fresh;
    },
  };
};
