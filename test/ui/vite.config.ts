import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { texts } from '../../scripts/texts-plugin.mjs';

/** Serves test/ui/index.html: every screen of the interface over a node made of fixtures, for looking at it. */
export default defineConfig({
  define: { __BUILD__: JSON.stringify('fixture') },
  plugins: [svelte(), texts()],
  optimizeDeps: { include: ['temporal-polyfill', 'uqr'] },
  server: { port: 5199, strictPort: true, host: '127.0.0.1' },
});
