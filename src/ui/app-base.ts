/** The app's address without a fragment: what links for other devices begin with. */
export const appBase = (): string => location.origin + location.pathname;
