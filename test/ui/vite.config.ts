import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { icons } from '../../scripts/first-view-plugin.mjs';
import { texts } from '../../scripts/texts-plugin.mjs';

/**
 * Serves test/ui/index.html, every screen of the interface over a node made of fixtures, and test/ui/parts.html, every part
 * in every state: for looking at them. Built for e2e/parts.spec.ts after the
 * app itself.
 */
export default defineConfig(({ command }) => ({
  define: { __BUILD__: JSON.stringify('fixture') },
  plugins: [svelte(), icons(), texts({ beside: command === 'build' })],
  optimizeDeps: { include: ['temporal-polyfill', 'uqr'] },
  server: { port: 5199, strictPort: true, host: '127.0.0.1' },
  build: {
    outDir: '.cache/parts-page',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // One file: each frame of the page loads it.
    rolldownOptions: { input: 'test/ui/parts.html', output: { codeSplitting: false } },
  },
}));
