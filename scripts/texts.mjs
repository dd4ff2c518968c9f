// Compiles messages/{de,en}.json to src/ui/paraglide, which the type check reads; vite does the same when it builds.
import { join } from 'node:path';
import { compile } from '@inlang/paraglide-js';
import { ROOT } from './source-hash.mjs';

/** In this order: what the person chose, what the browser speaks, German. */
export const LOCALE_STRATEGY = /** @type {const} */ (['localStorage', 'preferredLanguage', 'baseLocale']);

if (process.argv[1] === import.meta.filename) {
  await compile({
    project: join(ROOT, 'project.inlang'),
    outdir: join(ROOT, 'src/ui/paraglide'),
    strategy: [...LOCALE_STRATEGY],
  });
}
