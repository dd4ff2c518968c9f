import { mount } from 'svelte';
import '#ui/tokens.css';
import '#ui/styles/base.css';
import '#ui/styles/controls.css';
import { createNodeClient } from '#host/rpc/client.ts';
import App from '#ui/app.svelte';

/** The window's composition root: the node in its worker, the interface over it, and the service worker behind both. */
const worker = new Worker(new URL('../workers/node.worker.ts', import.meta.url), { type: 'module' });
const node = createNodeClient(worker);

mount(App, { target: document.body, props: { node } });

// In development the modules are served one by one and nothing is precached.
if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  // After the first view: precaching must not compete with it. A refusal (a private window) leaves the app as a page.
  addEventListener('load', () => {
    navigator.serviceWorker.register('/service.worker.js', { scope: '/' }).catch(() => undefined);
  });
}
