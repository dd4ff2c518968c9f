// The texts in a build with vite: compiled first, loaded with the lazy part that shows them, and asked for by a script of
// its own while the first view's code is still on its way.
import { join } from 'node:path';
import { ROOT } from './source-hash.mjs';
import { partOf, textParts } from './text-parts.mjs';
import { compileTexts } from './texts.mjs';

const EARLY = 'early';
const SPOKEN = '#ui/text/spoken-texts.ts';

/** Makes `import('#ui/…')` wait for the texts of that part, which load beside it. @param {string} code @param {Iterable<string>} parts */
const withTexts = (code, parts) => {
  const known = new Set(parts);
  const replaced = code.replace(/\bimport\((['"])#ui\/([^'"]+)\1\)/g, (whole, _quote, path) =>
    known.has(partOf(path)) ? `__withTexts('${partOf(path)}', ${whole})` : whole,
  );
  return replaced === code ? undefined : `import { withTexts as __withTexts } from '${SPOKEN}';${replaced}`;
};

/**
 * Stands after Svelte's: what it changes is compiled code. `beside`: another page than the app, built after it; the texts
 * are compiled already, and no script asks for them early. @param {{ beside?: boolean }} [options] @returns {import('vite').Plugin}
 */
export const texts = ({ beside = false } = {}) => {
  let building = false;
  /** @type {string[]} */
  let parts = [];
  const compile = async () => {
    if (!beside) await compileTexts();
    parts = [...textParts().keys()];
  };
  return {
    name: 'texts',
    configResolved: ({ command }) => {
      building = command === 'build' && !beside;
    },
    async buildStart() {
      await compile();
      if (building) this.emitFile({ type: 'chunk', id: join(ROOT, 'src/early.ts'), name: EARLY });
    },
    configureServer: ({ watcher }) => {
      watcher.add(join(ROOT, 'messages'));
      watcher.on('change', (path) => {
        if (path.startsWith(join(ROOT, 'messages'))) void compile();
      });
    },
    transform: {
      filter: { id: /\/src\/ui\// },
      handler: (code, id) => {
        if (id.includes('/paraglide/')) return undefined;
        const replaced = withTexts(code, parts);
        return replaced === undefined ? undefined : { code: replaced, map: null };
      },
    },
    transformIndexHtml: {
      order: 'post',
      handler: (_page, { bundle }) => {
        const early = Object.values(bundle ?? {}).find((file) => file.type === 'chunk' && file.name === EARLY);
        if (early === undefined) return undefined;
        return [{ tag: 'script', attrs: { type: 'module', src: `/${early.fileName}` }, injectTo: 'head-prepend' }];
      },
    },
  };
};
