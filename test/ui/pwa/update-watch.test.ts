import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watchForUpdate } from '#ui/pwa/update-watch.ts';

/** A worker and a registration as a browser has them, as far as updates go. */
const createWorker = () => {
  const told: unknown[] = [];
  return Object.assign(new EventTarget(), {
    state: 'installed',
    told,
    postMessage: (data: unknown) => told.push(data),
  });
};
const setUp = (controlled: boolean) => {
  const container = Object.assign(new EventTarget(), { controller: controlled ? {} : null });
  const reload = vi.fn();
  vi.stubGlobal('navigator', { serviceWorker: container });
  vi.stubGlobal('location', { reload });
  const waiting = createWorker();
  const registration = Object.assign(new EventTarget(), { installing: null, waiting, update: async () => undefined });
  const offers: { update: (() => void) | undefined } = { update: undefined };
  watchForUpdate(registration as EventTarget as ServiceWorkerRegistration, offers);
  const takeOver = () => container.dispatchEvent(new Event('controllerchange'));
  return { offers, reload, waiting, takeOver };
};

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('a version that waits is offered, and the page reloads only after the person agreed', () => {
  const { offers, reload, waiting, takeOver } = setUp(true);
  expect(waiting.told).toEqual([]);
  offers.update?.();
  expect(waiting.told).toEqual(['activate']);
  expect(reload).not.toHaveBeenCalled();
  takeOver();
  expect(reload).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(60_000);
  expect(reload).toHaveBeenCalledOnce();
});

test('where the browser forgets to let the new version take over, the page is loaded anew all the same', () => {
  const { offers, reload } = setUp(true);
  vi.advanceTimersByTime(60_000);
  expect(reload).not.toHaveBeenCalled();
  offers.update?.();
  vi.advanceTimersByTime(5_000);
  expect(reload).toHaveBeenCalledOnce();
});

test('a version that another tab brought reloads nothing here, and is offered', () => {
  const { offers, reload, takeOver } = setUp(true);
  takeOver();
  expect(reload).not.toHaveBeenCalled();
  offers.update?.();
  expect(reload).toHaveBeenCalledOnce();
});

test('the first worker of all is no update', () => {
  const { offers, reload, takeOver } = setUp(false);
  takeOver();
  expect(offers.update).toBeUndefined();
  expect(reload).not.toHaveBeenCalled();
});
