// Which texts go with which part of the app. The sources say it: a text stands as `m.key` where it is used, a lazy part
// is what somebody loads with `import('#ui/…')`. Texts of the first view are one part, each folder of lazy screens is
// one, and what several of those folders use is the part `common`.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './source-hash.mjs';

const UI = join(ROOT, 'src/ui');
const GENERATED = 'paraglide';

/** @typedef {{ keys: Set<string>, imports: string[], lazy: string[] }} Source */

/** @param {string} text @param {RegExp} pattern */
const found = (text, pattern) => [...text.matchAll(pattern)].map((match) => match[1] ?? '');

/** Every source of the interface by its path below src/ui. @returns {Map<string, Source>} */
const readSources = () =>
  new Map(
    readdirSync(UI, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.(ts|svelte)$/.test(path) && !path.startsWith(GENERATED) && statSync(join(UI, path)).isFile())
      .sort()
      .map((path) => {
        const text = readFileSync(join(UI, path), 'utf8');
        const keys = new Set(found(text, /\bm\.([a-z0-9_]+)\b/g));
        const imports = found(text, /\bfrom '#ui\/([^']+)'/g);
        return [path, { keys, imports, lazy: found(text, /\bimport\('#ui\/([^']+)'\)/g) }];
      }),
  );

/** The names of texts that a source and all that it imports use. @param {Map<string, Source>} sources @param {string} path */
const keysFrom = (sources, path) => {
  /** @type {Set<string>} */
  const seen = new Set();
  /** @type {Set<string>} */
  const keys = new Set();
  /** @param {string} one */
  const visit = (one) => {
    const source = sources.get(one);
    if (source === undefined || seen.has(one)) return;
    seen.add(one);
    for (const key of source.keys) keys.add(key);
    for (const imported of source.imports) visit(imported);
  };
  visit(path);
  return keys;
};

/** @param {string} path of what is loaded lazily, below src/ui */
export const partOf = (path) => dirname(path).replaceAll('/', '-');

/** The names of the texts of each part; no text is in two of them. @returns {Map<string, Set<string>>} */
export const textParts = () => {
  const sources = readSources();
  const first = keysFrom(sources, 'app.svelte');
  /** @type {Map<string, Set<string>>} */
  const areas = new Map();
  for (const path of new Set([...sources.values()].flatMap(({ lazy }) => lazy))) {
    const area = areas.get(partOf(path)) ?? new Set();
    for (const key of keysFrom(sources, path)) if (!first.has(key)) area.add(key);
    areas.set(partOf(path), area);
  }
  /** @param {string} key */
  const uses = (key) => [...areas.values()].filter((area) => area.has(key)).length;
  const common = new Set([...areas.values()].flatMap((area) => [...area]).filter((key) => uses(key) > 1));
  for (const area of areas.values()) for (const key of common) area.delete(key);
  return new Map([['first', first], ['common', common], ...areas]);
};
