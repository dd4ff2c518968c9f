/** Dials relays over WebTransport (HTTP/3): in a window, a worker or a service worker. docs/protocol/links.md */
import type { WebTransportEndpoint } from '#adapters/dialing/discovery.ts';
import { createDialer, type DialSettings, openSessionPipe } from '#adapters/dialing/session-dial.ts';
import type { Dialer } from '#ports/transport.ts';

/** Whether this realm has WebTransport at all. */
export const hasWebTransport = (): boolean => typeof WebTransport === 'function';

export const createWebTransportDialer = (settings: DialSettings = {}): Dialer =>
  createDialer(
    {
      transport: 'webtransport',
      open: ({ webtransport }, token, signal) =>
        webtransport === null || !hasWebTransport() ? undefined : openSessionPipe(connect(webtransport, token), signal),
    },
    settings,
  );

const connect = ({ url, certificateHashes }: WebTransportEndpoint, token: string): WebTransport =>
  new WebTransport(`${url}/${token}`, {
    congestionControl: 'low-latency',
    serverCertificateHashes: certificateHashes.map((hash) => ({ algorithm: 'sha-256', value: hash.slice() })),
  });
