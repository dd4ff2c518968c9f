/**
 * Everything of the relay that faces the network, in one call: the HTTP server with the app and the discovery document,
 * and the listeners for links. What happens on a link is the caller's business.
 */
import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';
import { DISCOVERY_VERSION, MAX_LINKED_ORIGIN, MAX_LINKED_RELAYS } from '#adapters/dialing/discovery.ts';
import type { LinkClock } from '#adapters/framing/link-clock.ts';
import type { Millis, NodeAddress } from '#core/brand.ts';
import { isLoopbackOrigin } from '#host/discovery/learnt-origin.ts';
import type { RelayConfig } from '#relay/config/config.ts';
import { readApp } from '#relay/http/app-files.ts';
import { createHttpServer } from '#relay/http/http-server.ts';
import type { OwnOrigin } from '#relay/http/origin.ts';
import { type Admission, createAdmission } from '#relay/limits/admission.ts';
import type { Accept } from '#relay/limits/link-set.ts';
import { createTrustedProxies, isLoopback } from '#relay/limits/remote-address.ts';
import { createWebSocketListener, type WebSocketListener } from '#relay/websocket/websocket-listener.ts';
import { bracketed } from '#relay/webtransport/bound-server.ts';
import { loadNative } from '#relay/webtransport/native.ts';
import {
  createWebTransportListener,
  LINK_PATH,
  type WebTransportListener,
} from '#relay/webtransport/webtransport-listener.ts';

export interface ServeParts {
  /** Called for every new link. */
  readonly accept: Accept;
  /** The relay's node address, for the discovery document. */
  readonly identityAddress: NodeAddress;
  /** Origins of the relays that this one has dialled and greeted, for the discovery document. */
  readonly linkedRelays?: () => readonly string[];
  /** The metrics in Prometheus' text format. */
  readonly metricsText: () => Promise<string>;
  /** Tells the operator something, in one line; never an address or content. */
  readonly onNotice: (text: string) => void;
  /** The time that heartbeats go by; tests bring their own. */
  readonly linkClock?: LinkClock;
}

export interface RelayServer {
  /** `http://127.0.0.1:8080`, or the configured public origin. */
  readonly origin: string;
  readonly endpoints: {
    readonly http: { readonly host: string; readonly port: number };
    /** The UDP port; undefined when WebTransport is off or there is no library for this platform. */
    readonly webtransport: number | undefined;
    readonly websocket: boolean;
  };
  /** How many links are open. */
  links(): number;
  /** Stops accepting, ends every link with `shutting-down`, waits for what was handed over (bounded), frees the ports. */
  close(): Promise<void>;
}

/** Connections that are not links: page loads, tokens, metrics. */
const SPARE_CONNECTIONS = 512;

/** Rejects when the HTTP port cannot be bound or a file of the configuration cannot be read. */
export const startRelayServer = async (config: RelayConfig, parts: ServeParts): Promise<RelayServer> => {
  const admission = createAdmission(config.limits, () => performance.now() as Millis);
  let healthy = false;
  const webtransport = await listenWebTransport(config, parts, admission);
  const websocket = config.websocket.enabled
    ? createWebSocketListener(LINK_PATH, admission, parts.linkClock)
    : undefined;
  await websocket?.listen(parts.accept);
  const app = await readApp(config.app);
  const server = createHttpServer({
    app: app.files,
    version: { app: app.hash ?? null },
    admission,
    tls: await readTls(config),
    publicOrigin: config.publicOrigin,
    allowedOrigins: config.allowedOrigins,
    isTrustedProxy: createTrustedProxies(config.trustedProxies) ?? (() => false),
    publicMetrics: config.metrics.public,
    maxConnections: config.limits.links + SPARE_CONNECTIONS,
    describe: (own) => ({
      ...describe(own, config, parts.identityAddress, webtransport, websocket !== undefined),
      relays: namedTo(own, parts.linkedRelays?.() ?? []),
    }),
    imprint: config.imprint ?? {},
    metricsText: parts.metricsText,
    isHealthy: () => healthy,
  });
  server.on('upgrade', (request, socket, head) => {
    if (websocket === undefined) socket.destroy();
    else websocket.upgrade(request, socket, head);
  });
  const { port } = await bindHttp(server, config);
  healthy = true;
  return {
    origin: config.publicOrigin ?? `${config.tls ? 'https' : 'http'}://${bracketed(config.host)}:${port}`,
    endpoints: {
      http: { host: config.host, port },
      webtransport: webtransport?.endpoint().port,
      websocket: websocket !== undefined,
    },
    links: admission.links,
    close: async () => {
      healthy = false;
      await closeAll(server, websocket, webtransport);
    },
  };
};

const listenWebTransport = async (
  config: RelayConfig,
  parts: ServeParts,
  admission: Admission,
): Promise<WebTransportListener | undefined> => {
  if (!config.webtransport.enabled) return undefined;
  const loaded = loadNative();
  if (!loaded.ok) {
    parts.onNotice(`Links over WebSocket only: ${loaded.reason}.`);
    return undefined;
  }
  const listener = createWebTransportListener({
    native: loaded.native,
    host: config.webtransport.host,
    ports: config.webtransport.ports,
    admission,
    now: Date.now,
    onNotice: parts.onNotice,
    ...(parts.linkClock ? { clock: parts.linkClock } : {}),
  });
  try {
    await listener.listen(parts.accept);
    return listener;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    parts.onNotice(`Links over WebSocket only: no UDP port of webtransport.ports could be bound (${reason}).`);
    return undefined;
  }
};

const readTls = async ({ tls }: RelayConfig) =>
  tls === undefined ? undefined : { certificate: await readFile(tls.certificate), key: await readFile(tls.key) };

const describe = (
  own: OwnOrigin,
  config: RelayConfig,
  address: NodeAddress,
  webtransport: WebTransportListener | undefined,
  websocket: boolean,
): object => {
  const endpoint = webtransport?.endpoint();
  return {
    version: DISCOVERY_VERSION,
    address,
    webtransport: endpoint
      ? {
          url: `https://${webTransportHost(own, config)}:${endpoint.port}${LINK_PATH}`,
          certificateHashes: endpoint.certificateHashes.map((hash) => hash.toString('base64')),
        }
      : null,
    websocket: websocket ? `${own.origin.replace(/^http/, 'ws')}${LINK_PATH}` : null,
    registrars: config.registrars.map(({ publicKey, name, demo }) => ({
      publicKey: Buffer.from(publicKey).toString('base64'),
      name,
      demo,
    })),
  };
};

/** Whom a client that reached us here may be told of: relays on this very machine only when it is on it too. */
const namedTo = (own: OwnOrigin, linked: readonly string[]): string[] => {
  const local = isLoopbackOrigin(own.origin);
  return linked
    .filter((origin) => origin.length <= MAX_LINKED_ORIGIN && origin !== own.origin)
    .filter((origin) => local || !isLoopbackOrigin(origin))
    .slice(0, MAX_LINKED_RELAYS);
};

/** A name that resolves to both ::1 and 127.0.0.1 may lead QUIC to the one where nobody listens. */
const webTransportHost = (own: OwnOrigin, { webtransport }: RelayConfig): string =>
  webtransport.publicHost ?? (isLoopback(webtransport.host) ? bracketed(webtransport.host) : own.hostname);

const bindHttp = (server: Server, { host, port }: RelayConfig): Promise<AddressInfo> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.removeListener('error', reject);
      const bound = server.address();
      if (bound === null || typeof bound === 'string') reject(new Error('no port'));
      else resolve(bound);
    });
  });

const closeAll = async (
  server: Server,
  websocket: WebSocketListener | undefined,
  webtransport: WebTransportListener | undefined,
): Promise<void> => {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  await Promise.all([websocket?.close(), webtransport?.close()]);
  server.closeAllConnections();
  await closed;
};
