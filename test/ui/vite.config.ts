import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

/** Serves test/ui/index.html: every screen of the interface over a node made of fixtures, for looking at it. */
export default defineConfig({
  define: { __BUILD__: JSON.stringify('fixture') },
  plugins: [
    paraglideVitePlugin({
      project: './project.inlang',
      outdir: './src/ui/paraglide',
      strategy: ['localStorage', 'preferredLanguage', 'baseLocale'],
    }),
    svelte(),
  ],
  optimizeDeps: { include: ['temporal-polyfill', 'uqr'] },
  server: { port: 5199, strictPort: true, host: '127.0.0.1' },
});
