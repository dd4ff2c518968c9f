// Compiles messages/<language>.json to src/ui/paraglide: the types of all texts from Paraglide, and for every part of the
// app (scripts/text-parts.mjs) and every language one module with just these texts, so that nobody loads more of them
// than is on the screen, nor another language's.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from '@inlang/paraglide-js';
import ts from 'typescript';
import { ROOT } from './source-hash.mjs';
import { textParts } from './text-parts.mjs';

/** In this order: what the person chose, what the browser speaks, German. */
const LOCALE_STRATEGY = /** @type {const} */ (['localStorage', 'preferredLanguage', 'baseLocale']);
const OUT = join(ROOT, 'src/ui/paraglide');

/** The languages; where a text is missing in one, the language of `baseLocale` stands in. */
export const readLanguages = () => {
  const { baseLocale, locales } = JSON.parse(readFileSync(join(ROOT, 'project.inlang/settings.json'), 'utf8'));
  return { base: String(baseLocale), locales: /** @type {string[]} */ (locales) };
};

/** @param {string} locale @returns {Record<string, unknown>} */
export const readTexts = (locale) => {
  const { $schema: _, ...texts } = JSON.parse(readFileSync(join(ROOT, `messages/${locale}.json`), 'utf8'));
  return texts;
};

/** @param {string} part @param {string} locale */
const moduleName = (part, locale) => `texts_${locale}_${part}`;

/** The functions that Paraglide made for one language, as source, by key. @param {string} locale */
const compiledTexts = (locale) => {
  const source = readFileSync(join(OUT, `messages/${locale}.js`), 'utf8');
  const file = ts.createSourceFile(`${locale}.js`, source, ts.ScriptTarget.ESNext, false, ts.ScriptKind.JS);
  /** @type {Map<string, string>} */
  const texts = new Map();
  for (const statement of file.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name, initializer } of statement.declarationList.declarations) {
      if (initializer === undefined || !ts.isIdentifier(name)) continue;
      // Paraglide makes new plural rules for each sentence; a module here makes them once.
      const text = source
        .slice(initializer.pos, initializer.end)
        .replace(/registry\.plural\("[^"]+", ([^,]+), \{\}\)/g, 'plural($1)');
      if (text.includes('registry.')) throw new Error(`${name.text}: only plurals are known here`);
      texts.set(name.text, text.trim());
    }
  }
  return texts;
};

/** @param {string} locale @param {string[]} keys @param {Map<string, string>} compiled */
const writePart = (locale, keys, compiled, name = '') => {
  const lines = keys.map((key) => `  ${key}: ${compiled.get(key)},`);
  const plural = lines.some((line) => line.includes('plural('))
    ? `const rules = new Intl.PluralRules('${locale}');\nconst plural = (count) => rules.select(Number(count));\n`
    : '';
  writeFileSync(join(OUT, `${name}.js`), `${plural}export const texts = {\n${lines.join('\n')}\n};\n`);
};

/** Writes every part in every language, and how each is loaded. */
const writeParts = () => {
  const { base, locales } = readLanguages();
  const compiled = new Map(locales.map((locale) => [locale, compiledTexts(locale)]));
  /** @type {string[]} */
  const loaders = [];
  for (const [part, keys] of textParts()) {
    const entries = locales.map((locale) => {
      const own = readTexts(locale);
      const here = [...keys].filter((key) => key in own);
      // A part without one text of its own is the base language's.
      const name = moduleName(part, here.length === 0 ? base : locale);
      if (here.length > 0 || locale === base) {
        const all = new Map([
          ...(compiled.get(base) ?? []),
          ...[...(compiled.get(locale) ?? [])].filter(([key]) => key in own),
        ]);
        writePart(locale, [...keys], all, name);
      }
      return `    '${locale}': () => import('./${name}.js'),`;
    });
    loaders.push(`  '${part}': {\n${entries.join('\n')}\n  },`);
  }
  writeFileSync(join(OUT, 'parts.js'), `export const parts = {\n${loaders.join('\n')}\n};\n`);
};

/** What each language calls itself: the choice shows all of them, without their texts. */
const writeLanguages = () => {
  const lines = readLanguages().locales.map((locale) => {
    const { language_name: name, language_short: short } = readTexts(locale);
    return `  ${JSON.stringify({ locale, name, short })},`;
  });
  const type = "/** @type {readonly { locale: import('./runtime.js').Locale, name: string, short: string }[]} */";
  writeFileSync(join(OUT, 'languages.js'), `${type}\nexport const languages = [\n${lines.join('\n')}\n];\n`);
};

export const compileTexts = async () => {
  await compile({
    project: join(ROOT, 'project.inlang'),
    outdir: OUT,
    outputStructure: 'locale-modules',
    strategy: [...LOCALE_STRATEGY],
  });
  writeParts();
  writeLanguages();
  // Paraglide's own index would bundle every language.
  writeFileSync(join(OUT, 'messages.js'), "export { m } from '../text/spoken-texts.ts';\n");
};

if (process.argv[1] === import.meta.filename) await compileTexts();
