/**
 * Dials relays over a WebSocket that speaks QMux, where a browser or a network has no WebTransport.
 * docs/protocol/links.md
 */
import Session from '@moq/qmux';
import { createDialer, type DialSettings, openSessionPipe } from '#adapters/dialing/session-dial.ts';
import { QMUX_CONFIG, QMUX_PROTOCOLS } from '#adapters/framing/qmux.ts';
import type { Dialer } from '#ports/transport.ts';

export const createWebSocketDialer = (settings: DialSettings = {}): Dialer =>
  createDialer(
    {
      transport: 'websocket',
      open: ({ websocket }, token, signal) =>
        websocket === null
          ? undefined
          : openSessionPipe(new Session(`${websocket}/${token}`, { ...QMUX_PROTOCOLS, config: QMUX_CONFIG }), signal),
    },
    settings,
  );
