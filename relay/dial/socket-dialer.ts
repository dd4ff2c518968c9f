/** Dials relays over a WebSocket that speaks QMux from Node, which has no WebSocket of its own before version 22. */
import '#relay/websocket/with-resolvers.ts';
import Session from '@moq/qmux';
import { WebSocket } from 'ws';
import { createDialer, type DialSettings, openSessionPipe } from '#adapters/dialing/session-dial.ts';
import type { BytePipe } from '#adapters/framing/byte-pipe.ts';
import { QMUX_CONFIG, QMUX_SUBPROTOCOL } from '#adapters/framing/qmux.ts';
import type { Dialer } from '#ports/transport.ts';
import { createSocketStream } from '#relay/websocket/socket-stream.ts';

export const createSocketDialer = (settings: DialSettings = {}): Dialer =>
  createDialer(
    {
      transport: 'websocket',
      open: ({ websocket }, token, signal) =>
        websocket === null ? undefined : openSocketPipe(websocket, token, signal),
    },
    settings,
  );

/** Rejects when the upgrade is refused, nothing answers, or the signal fires. */
export const openSocketPipe = (url: string, token: string, signal: AbortSignal): Promise<BytePipe> => {
  const protocols = [QMUX_SUBPROTOCOL];
  const socket = new WebSocket(`${url}/${token}`, protocols, { perMessageDeflate: false });
  return openSessionPipe(new Session(createSocketStream(socket), { config: QMUX_CONFIG }), signal);
};
