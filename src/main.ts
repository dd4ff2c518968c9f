import { hydrate, mount } from 'svelte';
import '#ui/tokens.css';
import '#ui/styles/base.css';
import '#ui/styles/controls.css';
import '#ui/styles/fields.css';
import { showBadge } from '#adapters/app-badge/app-badge.ts';
import { noteLanguage } from '#adapters/noted-languages/noted-languages.ts';
import { createSteadyClock } from '#adapters/system/clock.ts';
import { createNodeClient } from '#host/rpc/client.ts';
import App from '#ui/app.svelte';
import { badge } from '#ui/badge.ts';
import { type InstallPrompt, offers } from '#ui/pwa/offers.svelte.ts';
import { watchForUpdate } from '#ui/pwa/update-watch.ts';
import { leaveQuickly, wasLeft } from '#ui/quick-exit.ts';
import { settings } from '#ui/settings.svelte.ts';
import { startTexts } from '#ui/text/spoken-texts.ts';
import { takeNodeWorker } from './early-node.ts';

/** The window's composition root: the node in its worker, the interface over it, and the service worker behind both. */

// Once, and perhaps long before it is of use: the browser does not say it again.
addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault();
  if ('prompt' in event) offers.installPrompt = event as Event & InstallPrompt;
});

/** Reading the code, waking the node and drawing are tasks of their own, so that a tap in between is heard. */
const nextTask = (): Promise<void> => new Promise((done) => setTimeout(done, 0));

await nextTask();
const worker = takeNodeWorker();
const node = createNodeClient(worker, createSteadyClock());

worker.addEventListener('error', (event) => node.fail(event.message));
/** The node hears again and again that somebody looks: then it knows within seconds when its relay is gone. */
const ATTEND_EVERY_MS = 30_000;
const attend = (): void => {
  if (document.visibilityState === 'visible') node.attend().catch(() => undefined);
};
setInterval(attend, ATTEND_EVERY_MS);

const tellVisible = (): void => node.setVisible(document.visibilityState === 'visible');
/** Back from the background, from sleep or from without a network: what the node believes of its links may be long over. */
const resume = (): void => {
  tellVisible();
  if (document.visibilityState === 'visible') node.resume().catch(() => undefined);
};
document.addEventListener('visibilitychange', resume);
document.addEventListener('resume', resume);
addEventListener('online', resume);
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) resume();
});
tellVisible();
attend();

/** Takes over the first view that the build drew, where it is what there is to see; otherwise draws what is. */
function showApp(): void {
  const target = document.getElementById('app') ?? document.body;
  const isDrawn = target.firstElementChild !== null;
  const fits = !document.documentElement.classList.contains('drawn-otherwise');
  if (!isDrawn || !fits) target.replaceChildren();
  (isDrawn && fits ? hydrate : mount)(App, { target, props: { node } });
  document.documentElement.classList.remove('drawn-otherwise');
}

if (wasLeft()) leaveQuickly();
else {
  await startTexts();
  await nextTask();
  showApp();
}

// In development the modules are served one by one and nothing is precached.
if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  // After the first view: precaching must not compete with it. A refusal (a private window) leaves the app as a page.
  const register = async (): Promise<void> => {
    // First: the worker keeps the texts of the language that it finds noted when it is installed.
    await noteLanguage(settings.locale);
    const registration = await navigator.serviceWorker
      .register('/service.worker.js', { scope: '/' })
      .catch(() => undefined);
    if (registration !== undefined) watchForUpdate(registration, offers);
  };
  // The page may have loaded while its texts were on their way.
  if (document.readyState === 'complete') void register();
  else addEventListener('load', register);
}

settings.onLocale = async (locale) => {
  await noteLanguage(locale);
  // A worker that is still being installed may have looked before: it hears of it as soon as it is there.
  (await navigator.serviceWorker?.ready)?.active?.postMessage('language');
};

badge.show = (count) => void showBadge(count);

/** Asks the browser to wake the service worker when there is a network, as long as something here waits to be sent. */
const guardQueue = async (): Promise<void> => {
  if ((await node.status()).queued === 0) return;
  const registration = await navigator.serviceWorker.ready;
  if ('sync' in registration) await registration.sync.register('terminfunk-drain');
};

if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  // A browser without Background Sync, or one that denies it, sends when the app is next open.
  node.subscribe((topic) => {
    if (topic === 'requests' || topic === 'inbox' || topic === 'practice') guardQueue().catch(() => undefined);
  });
}
