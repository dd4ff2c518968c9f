/**
 * A new version of the app waits until the person wants it. Nothing reloads by itself: where another tab brought the new
 * version, this one goes on as it is and offers the same.
 */
interface Offered {
  update: (() => void) | undefined;
}

/** A tab may stay open for weeks. */
const LOOK_EVERY_MS = 6 * 3_600_000;
/**
 * Chromium forgets the wish when the old worker was answering just then, and asking again does not remind it. Loading the
 * page anew does.
 */
const TAKEOVER_MS = 2_000;

export const watchForUpdate = (registration: ServiceWorkerRegistration, offers: Offered): void => {
  const { serviceWorker } = navigator;
  let asked = false;
  let patience: ReturnType<typeof setTimeout> | undefined;
  // The first worker of all takes over a page that had none: the same version.
  let controlled = serviceWorker.controller !== null;
  const offer = (waiting: ServiceWorker): void => {
    offers.update = () => {
      asked = true;
      waiting.postMessage('activate');
      clearTimeout(patience);
      patience = setTimeout(() => location.reload(), TAKEOVER_MS);
    };
  };
  const look = (): void => {
    const { installing, waiting } = registration;
    if (waiting !== null && controlled) offer(waiting);
    installing?.addEventListener('statechange', () => {
      if (installing.state === 'installed' && controlled) offer(installing);
    });
  };
  registration.addEventListener('updatefound', look);
  look();
  serviceWorker.addEventListener('controllerchange', () => {
    // Once: whoever is asked by the browser and stays is not asked again.
    clearTimeout(patience);
    if (asked) return location.reload();
    if (controlled) offers.update = () => location.reload();
    controlled = true;
  });
  setInterval(() => void registration.update().catch(() => undefined), LOOK_EVERY_MS);
};
