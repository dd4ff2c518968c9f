/**
 * The relay's HTTP side: the built app, the discovery document, tokens for links, health and metrics. Writes no log.
 * docs/protocol/discovery.md, docs/operators.md
 */
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { TLSSocket } from 'node:tls';
import { CONNECT_PATH, DISCOVERY_PATH } from '#adapters/dialing/discovery.ts';
import { IMPRINT_PATH } from '#core/domain/imprint.ts';
import { VERSION_PATH } from '#core/domain/version.ts';
import type { AppFile, AppFiles } from '#relay/http/app-files.ts';
import { securityHeaders } from '#relay/http/headers.ts';
import { isAllowedOrigin, type OwnOrigin, ownOrigin } from '#relay/http/origin.ts';
import type { Admission } from '#relay/limits/admission.ts';
import { clientAddress, countedAddress, type IsTrusted, isLoopback } from '#relay/limits/remote-address.ts';

export interface HttpOptions {
  readonly app: AppFiles;
  /** What VERSION_PATH answers: which app this is. */
  readonly version: { readonly app: string | null };
  readonly admission: Admission;
  readonly tls: { readonly certificate: Buffer; readonly key: Buffer } | undefined;
  readonly publicOrigin: string | undefined;
  readonly allowedOrigins: readonly string[];
  readonly isTrustedProxy: IsTrusted;
  /** Whether /metrics answers to other machines. */
  readonly publicMetrics: boolean;
  readonly maxConnections: number;
  /** The discovery document for a client that reached the relay under this origin. */
  readonly describe: (own: OwnOrigin) => object;
  /** What IMPRINT_PATH answers. */
  readonly imprint: object;
  /** The metrics in Prometheus' text format. */
  readonly metricsText: () => Promise<string>;
  /** False while the relay starts or stops. */
  readonly isHealthy: () => boolean;
}

/** Nothing that a client sends over HTTP has a body that is read. */
const MAX_BODY_BYTES = 1_024;
const RETRY_AFTER_SECONDS = '10';
const JSON_TYPE = 'application/json; charset=utf-8';
const TEXT_TYPE = 'text/plain; charset=utf-8';

interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
}

export const createHttpServer = (options: HttpOptions): Server => {
  const listener: RequestListener = (request, response) => {
    void answer(options, request).then(
      (reply) => send(request, response, reply),
      () => send(request, response, text(500, 'Something went wrong in the relay.\n')),
    );
  };
  // What a slow or silent client may hold, and for how long.
  const bounds = { maxHeaderSize: 8_192, headersTimeout: 10_000, requestTimeout: 15_000, keepAliveTimeout: 10_000 };
  const { tls } = options;
  const server = tls
    ? createTlsServer({ ...bounds, cert: tls.certificate, key: tls.key }, listener)
    : createServer(bounds, listener);
  server.maxConnections = options.maxConnections;
  server.on('clientError', (_error, socket) => socket.destroy());
  return server;
};

const send = (request: IncomingMessage, response: ServerResponse, { status, headers, body }: Answer): void => {
  const overTls = request.socket instanceof TLSSocket;
  const content = body ?? '';
  response.writeHead(status, {
    ...securityHeaders(overTls),
    'Content-Length': Buffer.byteLength(content),
    ...headers,
  });
  response.end(request.method === 'HEAD' || status === 304 ? undefined : content);
};

const text = (status: number, body: string, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'Content-Type': TEXT_TYPE, 'Cache-Control': 'no-store', ...headers },
  body,
});

const json = (status: number, value: object, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'Content-Type': JSON_TYPE, 'Cache-Control': 'no-store', ...headers },
  body: `${JSON.stringify(value)}\n`,
});

const answer = async (options: HttpOptions, request: IncomingMessage): Promise<Answer> => {
  if (!(await hasSmallBody(request))) return text(413, 'Too large.\n', { Connection: 'close' });
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  switch (path) {
    case DISCOVERY_PATH:
      return answerDiscovery(options, request);
    case CONNECT_PATH:
      return answerConnect(options, request);
    case IMPRINT_PATH:
      return onlyReading(request) ?? json(200, options.imprint, { 'Cache-Control': 'no-cache' });
    case VERSION_PATH:
      return onlyReading(request) ?? json(200, options.version);
    case '/healthz':
      return onlyReading(request) ?? (options.isHealthy() ? text(200, 'ok\n') : text(503, 'not ready\n'));
    case '/metrics':
      return onlyReading(request) ?? (await answerMetrics(options, request));
    default:
      return onlyReading(request) ?? answerFile(request, options.app.get(path));
  }
};

/** Reads the body away; false when there is more of it than any request needs. */
const hasSmallBody = async (request: IncomingMessage): Promise<boolean> => {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return false;
  let bytes = 0;
  for await (const chunk of request) {
    bytes += Buffer.isBuffer(chunk) ? chunk.length : 0;
    if (bytes > MAX_BODY_BYTES) return false;
  }
  return true;
};

/** The refusal of a method that changes something, where nothing can be changed. */
const onlyReading = ({ method }: IncomingMessage): Answer | undefined =>
  method === 'GET' || method === 'HEAD' ? undefined : text(405, 'Only GET and HEAD.\n', { Allow: 'GET, HEAD' });

const isBehindProxy = (options: HttpOptions, request: IncomingMessage): boolean =>
  options.isTrustedProxy(request.socket.remoteAddress ?? '');

/** Lets pages of other origins read the answer, where the operator allows them. */
const crossOrigin = (origin: string | undefined): Record<string, string> =>
  origin === undefined ? { Vary: 'Origin' } : { Vary: 'Origin', 'Access-Control-Allow-Origin': origin };

/** Runs a handler for pages that may open links here, and answers the browser's question whether they may. */
const forAllowedOrigins = (
  options: HttpOptions,
  request: IncomingMessage,
  methods: readonly string[],
  handle: (own: OwnOrigin, headers: Record<string, string>) => Answer,
): Answer => {
  const own = ownOrigin(request, options.publicOrigin, isBehindProxy(options, request));
  if (own === undefined) return text(400, 'No Host.\n');
  const { origin } = request.headers;
  if (!isAllowedOrigin(origin, own, options.allowedOrigins)) {
    return text(403, 'This relay does not serve apps of that origin.\n', { Vary: 'Origin' });
  }
  const headers = crossOrigin(origin);
  const allow = methods.join(', ');
  if (request.method === 'OPTIONS') {
    return { status: 204, headers: { ...headers, 'Access-Control-Allow-Methods': allow, 'Cache-Control': 'no-store' } };
  }
  if (!methods.includes(request.method ?? '')) return text(405, `Only ${allow}.\n`, { ...headers, Allow: allow });
  return handle(own, headers);
};

const answerDiscovery = (options: HttpOptions, request: IncomingMessage): Answer =>
  forAllowedOrigins(options, request, ['GET', 'HEAD'], (own, headers) => json(200, options.describe(own), headers));

const answerConnect = (options: HttpOptions, request: IncomingMessage): Answer =>
  forAllowedOrigins(options, request, ['POST'], (_own, headers) => {
    if (!options.isHealthy()) return text(503, 'The relay is stopping.\n', headers);
    const forwarded = request.headers['x-forwarded-for'];
    const named = Array.isArray(forwarded) ? forwarded.join(',') : forwarded;
    const address = clientAddress(request.socket.remoteAddress ?? '', named, options.isTrustedProxy);
    const minted = options.admission.mint(countedAddress(address));
    if (minted.ok) return json(200, { token: minted.value }, headers);
    const status = minted.code === 'rate-limited' ? 429 : 503;
    return json(status, { code: minted.code }, { ...headers, 'Retry-After': RETRY_AFTER_SECONDS });
  });

/** A proxy on this machine makes every visitor look local, so what a proxy passed on is never local. */
const isLocal = ({ socket, headers }: IncomingMessage): boolean =>
  isLoopback(socket.remoteAddress ?? '') &&
  headers['x-forwarded-for'] === undefined &&
  headers.forwarded === undefined &&
  headers.via === undefined;

const answerMetrics = async (options: HttpOptions, request: IncomingMessage): Promise<Answer> => {
  if (!options.publicMetrics && !isLocal(request)) return text(404, 'Not found.\n');
  return text(200, await options.metricsText(), { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' });
};

const answerFile = (request: IncomingMessage, file: AppFile | undefined): Answer => {
  if (file === undefined) return text(404, 'Not found.\n');
  const validators = { ETag: file.etag, 'Cache-Control': file.cacheControl, Vary: 'Accept-Encoding' };
  if (request.headers['if-none-match'] === file.etag) return { status: 304, headers: validators };
  const headers = { ...validators, 'Content-Type': file.type };
  return file.brotli !== undefined && acceptsBrotli(request)
    ? { status: 200, headers: { ...headers, 'Content-Encoding': 'br' }, body: file.brotli }
    : { status: 200, headers, body: file.body };
};

const acceptsBrotli = ({ headers }: IncomingMessage): boolean =>
  /(^|,)\s*br\s*(;\s*q=(?!0(\.0*)?\s*(,|$))[\d.]+\s*)?(,|$)/.test(String(headers['accept-encoding'] ?? ''));
