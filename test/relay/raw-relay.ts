/**
 * A relay that can be reached like any other and then does nothing by itself: what it accepted is handed out as bare
 * streams, for peers that misbehave.
 */
import '#relay/websocket/with-resolvers.ts';
import type { AddressInfo } from 'node:net';
import Session from '@moq/qmux';
import { WebSocketServer } from 'ws';
import type { BytePipe } from '#adapters/framing/byte-pipe.ts';
import { QMUX_CONFIG, QMUX_SUBPROTOCOL } from '#adapters/framing/qmux.ts';
import { createSessionPipe } from '#adapters/framing/session-pipe.ts';
import type { Millis } from '#core/brand.ts';
import { createHttpServer } from '#relay/http/http-server.ts';
import { createAdmission } from '#relay/limits/admission.ts';
import { createSocketStream } from '#relay/websocket/socket-stream.ts';
import { bindServer } from '#relay/webtransport/bound-server.ts';
import { loadNative, type NativeRequest } from '#relay/webtransport/native.ts';
import { createNativePipe } from '#relay/webtransport/native-pipe.ts';
import type { RawPeer } from '#test/contracts/transport-peer.ts';

export interface RawRelay {
  readonly origin: string;
  /** The stream of the next session that somebody opens. */
  next(): Promise<BytePipe>;
  close(): Promise<void>;
}

/** A queue whose reader may come first. */
export const createHandover = <T>() => {
  const given: T[] = [];
  const waiting: ((value: T) => void)[] = [];
  return {
    put: (value: T): void => {
      const taker = waiting.shift();
      if (taker) taker(value);
      else given.push(value);
    },
    take: (): Promise<T> => {
      const value = given.shift();
      return value === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(value);
    },
  };
};

export const startRawRelay = async (): Promise<RawRelay> => {
  const pipes = createHandover<BytePipe>();
  const loaded = loadNative();
  if (!loaded.ok) throw new Error(loaded.reason);
  const onRequest = (request: NativeRequest): void => {
    void request.ok().then(async (session) => pipes.put(createNativePipe(session, await session.acceptBi())));
  };
  const native = await bindServer({ native: loaded.native, host: '127.0.0.1', ports: [], now: Date.now(), onRequest });
  const limits = { links: 10_000, linksPerAddress: 10_000, connectsPerMinute: 100_000 };
  const server = createHttpServer({
    version: { app: null },
    app: new Map(),
    admission: createAdmission(limits, () => performance.now() as Millis),
    tls: undefined,
    publicOrigin: undefined,
    allowedOrigins: ['*'],
    isTrustedProxy: () => false,
    publicMetrics: false,
    imprint: {},
    maxConnections: 1_000,
    describe: ({ origin }) => ({
      version: 1,
      address: '00'.repeat(16),
      webtransport: {
        url: `https://127.0.0.1:${native.port}/link`,
        certificateHashes: [native.certificate.hash.toString('base64')],
      },
      websocket: `${origin.replace('http', 'ws')}/link`,
      registrars: [],
    }),
    metricsText: async () => '',
    isHealthy: () => true,
  });
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => QMUX_SUBPROTOCOL });
  server.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const session = Session.accept(createSocketStream(webSocket), { config: QMUX_CONFIG });
      session.closed.catch(() => undefined);
      void session.incomingBidirectionalStreams
        .getReader()
        .read()
        .then(({ value }) => value && pipes.put(createSessionPipe(session, value)))
        .catch(() => undefined);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const isInfo = (address: AddressInfo | string | null): address is AddressInfo => typeof address === 'object';
  const address = server.address();
  if (!isInfo(address)) throw new Error('no port');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    next: pipes.take,
    close: async () => {
      await native.stop();
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** The misbehaving peer behind a bare stream. */
export const createRawPeer = (pipe: BytePipe): RawPeer => ({
  write: (bytes) => pipe.write(bytes),
  finish: () => pipe.finish(),
  close: async (reason) => pipe.close(reason),
});
