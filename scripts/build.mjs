// Builds the app to dist/app and the relay to dist/relay/main.mjs. Same sources, same bytes: dist/build.json names them.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { build } from 'vite';
import { ROOT, sourceHash } from './source-hash.mjs';

const APP = join(ROOT, 'dist/app');
const COMPRESSIBLE = new Set(['.html', '.js', '.css', '.svg', '.webmanifest', '.json', '.bin', '.txt']);

/** @param {string} folder @returns {string[]} */
const filesUnder = (folder) =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesUnder(path) : [path];
  });

/** Lays a `.br` beside every file that becomes smaller by it, so that the relay compresses nothing while it serves. */
const precompress = () => {
  for (const path of filesUnder(APP)) {
    if (!COMPRESSIBLE.has(extname(path))) continue;
    const content = readFileSync(path);
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
    const compressed = brotliCompressSync(content, { params });
    if (compressed.length < content.length) writeFileSync(`${path}.br`, compressed);
  }
};

const buildApp = async () => {
  await build({ root: ROOT, configFile: join(ROOT, 'vite.config.ts'), logLevel: 'warn' });
  // What was built from what is for scripts/size.mjs, not for visitors.
  renameSync(join(APP, '.vite/manifest.json'), join(ROOT, 'dist/manifest.json'));
  rmSync(join(APP, '.vite'), { recursive: true });
  precompress();
};

/** One file of our own code; packages stay in node_modules. @param {string} hash */
const buildRelay = (hash) =>
  build({
    root: ROOT,
    configFile: false,
    logLevel: 'warn',
    define: { __BUILD__: JSON.stringify(hash.slice(0, 16)) },
    publicDir: false,
    build: {
      ssr: 'relay/main.ts',
      outDir: 'dist/relay',
      emptyOutDir: true,
      target: 'node20',
      minify: false,
      sourcemap: true,
      rollupOptions: { output: { entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' } },
    },
  });

/** Builds everything and notes the sources' hash. */
export const buildAll = async () => {
  const hash = sourceHash();
  mkdirSync(join(ROOT, 'dist'), { recursive: true });
  await buildApp();
  await buildRelay(hash);
  writeFileSync(join(ROOT, 'dist/build.json'), `${JSON.stringify({ hash })}\n`);
};

if (process.argv[1] === import.meta.filename) await buildAll();
