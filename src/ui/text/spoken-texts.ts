import type * as messages from '#ui/paraglide/messages/_index.js';
import { parts } from '#ui/paraglide/parts.js';
import { baseLocale, getLocale, type Locale } from '#ui/paraglide/runtime.js';

/**
 * The texts that are on the device now. Each language's texts load part by part, with the screens that show them
 * (scripts/text-parts.mjs); every function of `m` asks for the language when it is called, so that what is on the screen
 * follows a change.
 */
type Texts = Readonly<Record<string, (inputs?: object) => string>>;
type Part = keyof typeof parts;
/** The search's own, and what several lazy parts share. */
const FIRST: Part = 'first';
const COMMON: Part = 'common';

const spoken = new Map<Locale, Map<Part, Promise<void>>>();
const tables = new Map<Locale, Record<string, (inputs?: object) => string>>();
/** What is needed in every language that is chosen from now on. */
const wanted = new Set<Part>([FIRST]);
let locale = getLocale;

const load = async (part: Part, language: Locale): Promise<void> => {
  const { texts }: { readonly texts: Texts } = await parts[part][language]();
  tables.set(language, Object.assign(tables.get(language) ?? {}, texts));
};

/** Loads a part once; what failed is tried again when it is next asked for. */
const loadPart = (part: Part, language: Locale): Promise<void> => {
  const loads = spoken.get(language) ?? new Map<Part, Promise<void>>();
  spoken.set(language, loads);
  const known = loads.get(part);
  if (known !== undefined) return known;
  const loading = load(part, language);
  loads.set(part, loading);
  loading.catch(() => loads.delete(part));
  return loading;
};

/** Resolves when the first view's texts are there: in German when the chosen language cannot be had. */
export const startTexts = (): Promise<void> => loadPart(FIRST, locale()).catch(() => loadPart(FIRST, baseLocale));

/** Resolves when all that is wanted is there in the language, what became wanted meanwhile included. */
export const loadLanguage = async (language: Locale): Promise<void> => {
  let count = 0;
  while (count !== wanted.size) {
    count = wanted.size;
    await Promise.all([...wanted].map((part) => loadPart(part, language)));
  }
};

/** Resolves to the module when its texts are there too: the build puts this around each lazy part. @public */
export const withTexts = async <T>(part: Part, module: Promise<T>): Promise<T> => {
  wanted.add(COMMON).add(part);
  let language: Locale;
  do {
    language = locale();
    await Promise.all([module, loadLanguage(language)]);
    // The language may have changed while they loaded.
  } while (language !== locale());
  return module;
};

/** From now on every text asks `next` for its language: reading a rune there makes each follow by itself. */
export const followLocale = (next: () => Locale): void => {
  locale = next;
};

const sayers = new Map<string, (inputs?: object) => string>();
const sayer = (key: string): ((inputs?: object) => string) => {
  const known = sayers.get(key);
  if (known !== undefined) return known;
  const say = (inputs?: object): string => {
    const text = tables.get(locale())?.[key] ?? tables.get(baseLocale)?.[key];
    if (text === undefined) throw new Error(`The text ${key} is not loaded`);
    return text(inputs);
  };
  sayers.set(key, say);
  return say;
};

/** Every text as a function. Paraglide knows what each wants; here they are found by name. @public for the compiled index */
export const m: typeof messages = new Proxy(Object.create(null), {
  get: (_, key) => (typeof key === 'string' ? sayer(key) : undefined),
});
