import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { compiledAhead, firstView, icons, oneFile } from './scripts/first-view-plugin.mjs';
import { sourceHash } from './scripts/source-hash.mjs';
import { texts } from './scripts/texts-plugin.mjs';

/**
 * Svelte makes an Error while this module is read. Where somebody watches the page, a profiler or a test, the browser then reads
 * the whole file again to learn its lines: of a small file that is nothing, of the first view's 50 ms on a slow phone.
 */
const MAKES_AN_ERROR = /svelte\/src\/internal\/client\/constants\.js$/;

/**
 * The app: window, node worker and service worker. Nothing is inlined and no polyfill is injected, so that the page runs
 * under a Content Security Policy without 'unsafe-inline' and 'unsafe-eval'. The relay is built by scripts/build.mjs.
 */
export default defineConfig({
  define: { __BUILD__: JSON.stringify(sourceHash().slice(0, 16)) },
  plugins: [
    svelte(),
    texts(),
    icons(),
    firstView(),
    compiledAhead(['first', 'spoken', 'way']),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'workers',
      filename: 'service.worker.ts',
      // The window registers the worker itself: an injected inline script would need a hole in the policy.
      injectRegister: false,
      // public/ holds the manifest: it is the same in every build and readable as a file.
      manifest: false,
      injectManifest: {
        globPatterns: ['**/*.{html,js,css,svg,png,webmanifest,woff2,bin}'],
        rollupFormat: 'iife',
        // The page has one address: the relay serves it at / alone.
        manifestTransforms: [
          (entries) => ({ manifest: entries.map((one) => (one.url === 'index.html' ? { ...one, url: '/' } : one)) }),
        ],
        maximumFileSizeToCacheInBytes: 4 * 1024 * 1024,
      },
      devOptions: { enabled: true, type: 'module' },
    }),
  ],
  worker: { format: 'es' },
  build: {
    outDir: 'dist/app',
    manifest: true,
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            oneFile('spoken', 'src/early.ts', 3, MAKES_AN_ERROR),
            oneFile('first', 'src/main.ts', 2),
            oneFile('way', 'src/ui/patient/way.ts', 1),
          ],
        },
      },
    },
  },
});
