/**
 * Accepts links over WebSockets that speak QMux, on the relay's own HTTP server: the way in for browsers and networks
 * without WebTransport. docs/protocol/links.md
 */
import '#relay/websocket/with-resolvers.ts';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import Session, { selectSubprotocol } from '@moq/qmux';
import { type WebSocket, WebSocketServer } from 'ws';
import type { LinkClock } from '#adapters/framing/link-clock.ts';
import { QMUX_CONFIG, QMUX_PROTOCOLS } from '#adapters/framing/qmux.ts';
import { createSessionPipe } from '#adapters/framing/session-pipe.ts';
import type { Listener } from '#ports/transport.ts';
import type { Admission, Ticket } from '#relay/limits/admission.ts';
import { type Accept, createLinkSet, type LinkSet } from '#relay/limits/link-set.ts';
import { createSocketStream } from '#relay/websocket/socket-stream.ts';

export interface WebSocketListener extends Listener {
  /** Takes over an HTTP request that asks for an upgrade, whatever its path; answers the ones that are not for us. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** A QMux record and its header: no message is longer. */
const MAX_MESSAGE_BYTES = 128 * 1024;
const STREAM_WAIT_MS = 10_000;

export const createWebSocketListener = (path: string, admission: Admission, clock?: LinkClock): WebSocketListener => {
  const links = createLinkSet('websocket', clock);
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    handleProtocols: (offered) => selectSubprotocol([...offered], QMUX_PROTOCOLS) ?? false,
  });
  let accept: Accept | undefined;
  return {
    transport: 'websocket',
    listen: async (handler) => {
      accept = handler;
    },
    upgrade: (request, socket, head) => {
      socket.on('error', () => socket.destroy());
      const handler = accept;
      const token = tokenOf(request.url ?? '', path);
      if (handler === undefined) return refuseUpgrade(socket, '503 Service Unavailable');
      if (token === undefined) return refuseUpgrade(socket, '404 Not Found');
      if (selectSubprotocol(request.headers['sec-websocket-protocol'] ?? '', QMUX_PROTOCOLS) === undefined) {
        return refuseUpgrade(socket, '400 Bad Request');
      }
      const redeemed = admission.redeem(token);
      if (!redeemed.ok) {
        return refuseUpgrade(socket, redeemed.code === 'not-found' ? '403 Forbidden' : '503 Service Unavailable');
      }
      // A handshake that fails closes the socket without calling back.
      socket.once('close', redeemed.value.release);
      server.handleUpgrade(request, socket, head, (webSocket) => {
        void openLink(webSocket, redeemed.value, links, handler);
      });
    },
    close: async () => {
      accept = undefined;
      await links.closeAll('shutting-down');
    },
  };
};

const tokenOf = (url: string, path: string): string | undefined =>
  url.startsWith(`${path}/`) ? url.slice(path.length + 1) : undefined;

const refuseUpgrade = (socket: Duplex, status: string): void => {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
};

const openLink = async (webSocket: WebSocket, ticket: Ticket, links: LinkSet, accept: Accept): Promise<void> => {
  const session = Session.accept(createSocketStream(webSocket), { config: QMUX_CONFIG, protocol: webSocket.protocol });
  session.closed.catch(() => undefined);
  const waiting = setTimeout(() => webSocket.terminate(), STREAM_WAIT_MS);
  try {
    await session.ready;
    const streams = session.incomingBidirectionalStreams.getReader();
    const first = await streams.read();
    if (first.done) throw new Error('no stream');
    links.open(createSessionPipe(session, first.value), ticket, accept);
  } catch {
    // The client left, or spoke something else: nothing was promised to it.
    webSocket.terminate();
    ticket.release();
  } finally {
    clearTimeout(waiting);
  }
};
