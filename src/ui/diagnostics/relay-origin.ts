/** Whether a host name is this very machine, where plain HTTP is no risk. */
export const isOnThisMachine = (hostname: string): boolean => hostname === 'localhost' || hostname === '127.0.0.1';

/**
 * A relay's origin from what somebody typed: `https://host` or `https://host:port`, or undefined. Without encryption only
 * on this very machine. Pure.
 */
export const relayOrigin = (typed: string): string | undefined => {
  const text = typed.trim();
  if (text === '' || text.length > 200) return undefined;
  try {
    const url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`);
    const bare =
      url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '' && url.password === '';
    const near = isOnThisMachine(url.hostname);
    const sealed = url.protocol === 'https:' || (url.protocol === 'http:' && near);
    return sealed && bare && url.hostname !== '' ? url.origin : undefined;
  } catch {
    return undefined;
  }
};
