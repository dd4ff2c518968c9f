/**
 * Keeps the screen on while somebody may come (https://w3c.github.io/screen-wake-lock/). Whoever hides the page loses the lock
 * without being asked, so it is taken again each time that the page is seen.
 */
type Locks = Pick<WakeLock, 'request'>;
type Page = Pick<Document, 'visibilityState' | 'addEventListener' | 'removeEventListener'>;

export const canStayAwake = (): boolean => 'wakeLock' in navigator;

/** Returns how to end it. Without `locks`, as in a browser that has none, nothing happens. */
export const stayAwake = (locks: Locks | undefined, page: Page): (() => void) => {
  if (locks === undefined) return () => undefined;
  let isOver = false;
  let held: WakeLockSentinel | undefined;
  let turn = Promise.resolve();

  const take = async (): Promise<void> => {
    if (isOver || page.visibilityState !== 'visible' || held?.released === false) return;
    // Refused where the page was hidden meanwhile, or the device saves power.
    held = await locks.request('screen').catch(() => undefined);
    // The device may take it back while the page is seen: to save power, say.
    held?.addEventListener('release', takeInTurn, { once: true });
  };
  /** One after the other: a page that is hidden while it asks is seen again after the answer. */
  const takeInTurn = (): void => {
    turn = turn.then(take);
  };
  page.addEventListener('visibilitychange', takeInTurn);
  takeInTurn();

  return () => {
    isOver = true;
    page.removeEventListener('visibilitychange', takeInTurn);
    turn = turn.then(() => held?.release()).catch(() => undefined);
  };
};
