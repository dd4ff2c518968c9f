/**
 * The number on the app's icon (https://www.w3.org/TR/badging/): answers and requests that nobody has read, and whatever
 * else counts itself. A browser without it, or an app that is not installed, shows nothing.
 */
const counts = new Map<string, number>();

/** Shows how many things of this kind are new; the icon carries the sum of all kinds, and nothing when it is 0. */
export const showBadge = (count: number, of: 'answers' | 'slots' = 'slots'): void => {
  counts.set(of, count);
  const sum = [...counts.values()].reduce((all, one) => all + one, 0);
  if (!('setAppBadge' in navigator)) return;
  const shown = sum > 0 ? navigator.setAppBadge(sum) : navigator.clearAppBadge();
  // Not installed, or not allowed: the icon says nothing then.
  shown.catch(() => undefined);
};
