import type { Route } from '#ui/route.ts';

/**
 * A kiosk that runs shows its own screens only: whoever gets elsewhere, by "back" or by typing, is brought home. Small, and
 * asked at each move, because every page has to know; what the rest of the set-up says is kiosk-settings.ts.
 */
export const isLockedOut = (route: Route): boolean => {
  if (route.name === 'kiosk' || route.name === 'kiosk-setup') return false;
  try {
    return /"running":true/.test(localStorage.getItem('terminfunk.kiosk') ?? '');
  } catch {
    return false;
  }
};
