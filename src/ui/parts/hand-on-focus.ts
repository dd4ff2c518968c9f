/** Of several radio buttons the chosen one, as keys reach them. */
const TAKES_FOCUS = 'input:not([type="radio"]:not(:checked)), textarea, button:enabled, a[href]';

/**
 * What had the focus is gone with a part of the page: the nearest thing of what stands in its place gets it, or else the main
 * part, so that whoever works with keys goes on from there. Does nothing while something has it.
 */
export const handOnFocus = (place: Element | null): void => {
  if (document.activeElement !== document.body) return;
  const next = place?.isConnected ? place.querySelector<HTMLElement>(TAKES_FOCUS) : null;
  (next ?? document.getElementById('main'))?.focus({ preventScroll: true });
};
