/**
 * The number on the installed app's icon (https://w3c.github.io/badging/), from a page or a worker. Only a number: it says
 * nothing about whom it is for or what it counts. Browsers without it, and apps that are not installed, show nothing.
 */
export const showBadge = async (count: number): Promise<void> => {
  if (!('setAppBadge' in navigator)) return;
  // A browser may refuse, and then there is nobody to tell.
  await (count > 0 ? navigator.setAppBadge(count) : navigator.clearAppBadge()).catch(() => undefined);
};
