// Builds a TypeScript entry the way that the relay is built and loads it: what is measured or simulated is what is shipped.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { ROOT } from './source-hash.mjs';

// Under node_modules, so that the packages that the built file asks for are found from where it lies.
const CACHE = join(ROOT, 'node_modules/.cache');

/**
 * Runs `use` with what the entry exports; the built files are gone afterwards.
 * @template T @param {string} entry a path from the root, without `.ts` @param {(module: any) => Promise<T>} use @returns {Promise<T>}
 */
export const withBuilt = async (entry, use) => {
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, 'built-'));
  try {
    await build({
      root: ROOT,
      configFile: false,
      logLevel: 'silent',
      publicDir: false,
      build: {
        ssr: `${entry}.ts`,
        outDir: folder,
        emptyOutDir: false,
        target: 'node20',
        minify: false,
        rollupOptions: { output: { entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' } },
      },
    });
    return await use(await import(pathToFileURL(join(folder, `${basename(entry)}.mjs`)).href));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
