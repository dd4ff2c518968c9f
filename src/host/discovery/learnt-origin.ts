import { toOrigin } from '#host/node/relay-list.ts';

/** What others name is dialled only at public names; what a person types may be anything that `toOrigin` takes. */
const LOCAL_NAMES = ['local', 'localhost', 'internal', 'lan', 'home', 'arpa'];
const LOOPBACK = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/** On this very machine. */
export const isLoopbackOrigin = (origin: string): boolean => LOOPBACK.test(origin);

/**
 * An origin that somebody else named, as it will be dialled; undefined for what a stranger must not make this device ask:
 * addresses instead of names, names of a home or company network, plain HTTP. `local`: whoever named it runs on this very
 * machine and may name others that do.
 */
export const toLearntOrigin = (text: string, local: boolean): string | undefined => {
  const origin = toOrigin(text)?.replace(/^(https:.*):443$/, '$1');
  if (origin === undefined) return undefined;
  if (isLoopbackOrigin(origin)) return local ? origin : undefined;
  const host = origin.replace(/^https:\/\//, '').replace(/:\d+$/, '');
  const labels = host.replace(/\.$/, '').split('.');
  const top = labels.at(-1) ?? '';
  const isName = labels.length > 1 && labels.every((label) => label !== '') && /[a-z]/.test(top);
  return isName && !LOCAL_NAMES.includes(top) ? origin : undefined;
};
