// Draws the first view into index.html while the app is built, and puts its code and its styles into one file each: on a
// slow network every further file costs a phone a round trip.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { build } from 'vite';
import { ROOT } from './source-hash.mjs';

const PLACE = '<div id="app"></div>';
// Under node_modules, so that the packages that the built file asks for are found from where it lies.
const CACHE = join(ROOT, 'node_modules/.cache');

/** Screens that load lazily are no part of it. @returns {import('vite').Plugin} */
const withoutLazyScreens = () => ({
  name: 'without lazy screens',
  resolveDynamicImport: (specifier) =>
    typeof specifier === 'string' && specifier.startsWith('#ui/') ? { id: specifier, external: true } : undefined,
});

/** @returns {Promise<string>} */
const drawFirstView = async () => {
  mkdirSync(CACHE, { recursive: true });
  const outDir = mkdtempSync(join(CACHE, 'first-view-'));
  try {
    await build({
      root: ROOT,
      configFile: false,
      logLevel: 'error',
      publicDir: false,
      plugins: [svelte(), withoutLazyScreens()],
      define: { __BUILD__: '""' },
      build: { ssr: 'src/prerendered.ts', outDir, emptyOutDir: false, target: 'node20', minify: false },
    });
    return await (await import(pathToFileURL(join(outDir, 'prerendered.js')).href)).firstView();
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
};

/** Only in a build: in development the app draws itself. @returns {import('vite').Plugin} */
export const firstView = () => ({
  name: 'first view',
  apply: 'build',
  transformIndexHtml: {
    order: 'pre',
    handler: async (page) => {
      if (!page.includes(PLACE)) throw new Error(`index.html has no ${PLACE}`);
      const drawn = await drawFirstView();
      return page.replace(PLACE, () => `<div id="app">${drawn}</div>`);
    },
  },
});

/**
 * The icons of a patient's screens, in the page itself: they are neither read as code nor walked when the view is taken over.
 * @returns {import('vite').Plugin}
 */
export const icons = () => ({
  name: 'icons',
  transformIndexHtml: {
    order: 'pre',
    handler: (page) =>
      page.replace('<body>', () => `<body>${readFileSync(join(ROOT, 'src/ui/icons/sprite.html'), 'utf8')}`),
  },
});

/**
 * Asks the browser to compile these files whole, in the background while they load, and not function by function on the page's
 * thread when each is first called: most of what they hold runs at the start. A browser that does not know it reads a comment.
 * Source: https://v8.dev/blog/explicit-compile-hints
 * @param {readonly string[]} names of chunks @returns {import('vite').Plugin}
 */
export const compiledAhead = (names) => ({
  name: 'compiled ahead',
  apply: 'build',
  generateBundle: {
    // Last of all: a minifier takes comments away, and the hint counts only in front of everything.
    order: 'post',
    handler: (_, bundle) => {
      for (const file of Object.values(bundle)) {
        if (file.type === 'chunk' && names.includes(file.name))
          file.code = `//# allFunctionsCalledOnLoad\n${file.code}`;
      }
    },
  },
});

/** Everything that `entry` imports before it can run. @param {string} entry @param {(id: string) => { importedIds: readonly string[] } | null} infoOf */
const closureOf = (entry, infoOf) => {
  /** @type {Set<string>} */
  const seen = new Set();
  const rest = [entry];
  for (let id = rest.pop(); id !== undefined; id = rest.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    rest.push(...(infoOf(id)?.importedIds ?? []));
  }
  return seen;
};

/**
 * One file for everything that an entry needs before it can run.
 * @param {string} file @param {string} entry @param {number} priority the higher takes what both need
 * @param {RegExp} [also] what else belongs there
 */
export const oneFile = (file, entry, priority, also) => {
  /** @type {Set<string> | undefined} */
  let modules;
  /** @param {string} id @param {{ getModuleInfo: (id: string) => { importedIds: readonly string[] } | null }} context */
  const name = (id, context) => {
    modules ??= closureOf(join(ROOT, entry), (one) => context.getModuleInfo(one));
    return modules.has(id) || also?.test(id) ? file : null;
  };
  return { name, priority, debugName: file };
};
