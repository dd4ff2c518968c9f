/** The app's address without a fragment: what links for other devices begin with. */
export const appBase = (): string => location.origin + location.pathname;

/** An address as a person types it: `https` is what browsers try by themselves. */
export const typedAddress = (base: string): string => base.replace(/^https:\/\//, '').replace(/\/$/, '');
