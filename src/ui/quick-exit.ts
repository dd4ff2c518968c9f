/**
 * Leaving at once, for somebody who must not be seen here. The page is empty before anything else happens; a harmless site
 * takes its place in the history, or an empty page without internet. Entries from before stay in the tab's history: whoever
 * goes back to one is sent away again before anything is shown.
 */
const NEUTRAL = 'https://www.wikipedia.org/';
const KEY = 'left';

const ESCAPES = 3;
const WITHIN_MS = 2_000;

const mark = (): void => {
  try {
    sessionStorage.setItem(KEY, '1');
  } catch {
    // Without storage "back" shows the app again; leaving itself works.
  }
};

export const leaveQuickly = (): void => {
  document.title = '';
  document.documentElement.replaceChildren();
  mark();
  // Kept alive by the browser and shown again, it is still empty, and goes again.
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) leaveQuickly();
  });
  location.replace(navigator.onLine ? NEUTRAL : 'about:blank');
};

/** This page was left, and only "back" or "forward" brought it up again. Opened anew, it is the app as ever. */
export const wasLeft = (): boolean => {
  try {
    if (sessionStorage.getItem(KEY) === null) return false;
    const [entry] = performance.getEntriesByType('navigation');
    if (entry instanceof PerformanceNavigationTiming && entry.type === 'back_forward') return true;
    sessionStorage.removeItem(KEY);
  } catch {
    // No storage: nothing was marked.
  }
  return false;
};

/** Counts presses by their times in milliseconds; true at the third within two seconds. */
export const createEscapeCount = (): ((at: number) => boolean) => {
  let times: number[] = [];
  return (at) => {
    times = [...times, at].slice(-ESCAPES);
    const first = times[0] ?? at;
    if (times.length < ESCAPES || at - first > WITHIN_MS) return false;
    times = [];
    return true;
  };
};
