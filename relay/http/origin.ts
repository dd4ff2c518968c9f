/** Under which origin a request reached the relay, and from which page's origin it came. */
import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';

export interface OwnOrigin {
  /** `https://relay.example.org`, no slash at the end. */
  readonly origin: string;
  /** Host name without port, IPv6 in brackets. */
  readonly hostname: string;
}

const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/i;

/**
 * The origin that the client used: the configured one, or else what its Host header says. `undefined` for a Host that is
 * none. `behindProxy` says whether X-Forwarded-Proto and -Host come from a proxy of the operator's.
 */
export const ownOrigin = (
  request: IncomingMessage,
  publicOrigin: string | undefined,
  behindProxy: boolean,
): OwnOrigin | undefined => {
  if (publicOrigin !== undefined) return { origin: publicOrigin, hostname: new URL(publicOrigin).hostname };
  const host = (behindProxy ? forwarded(request, 'x-forwarded-host') : undefined) ?? request.headers.host ?? '';
  const scheme = behindProxy ? forwarded(request, 'x-forwarded-proto') : undefined;
  const isTls = scheme === undefined ? request.socket instanceof TLSSocket : scheme === 'https';
  const url = `${isTls ? 'https' : 'http'}://${host}`;
  if (!HOST.test(host) || !URL.canParse(url)) return undefined;
  const { origin, hostname } = new URL(url);
  return { origin, hostname };
};

const forwarded = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name];
  return typeof value === 'string' ? value.split(',').pop()?.trim() : undefined;
};

/** Whether a page of this origin may open links here. No Origin header: not a page. `*` allows every page. */
export const isAllowedOrigin = (origin: string | undefined, own: OwnOrigin, allowed: readonly string[]): boolean =>
  origin === undefined || origin === own.origin || allowed.includes(origin) || allowed.includes('*');
