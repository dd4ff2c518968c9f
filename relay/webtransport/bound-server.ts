/**
 * One native server on one UDP port with one certificate, from its binding until its port is free again.
 *
 * `NapiServer.close()` waits for a lock that a pending `accept()` holds, and freezes the process. So nobody calls it while
 * one is pending: `stop` ends the loop by connecting to itself. The port becomes free when the object is collected.
 * docs/decisions/0005-webtransport-on-node.md
 */
import { settleWithin, systemLinkClock } from '#adapters/framing/link-clock.ts';
import { type Certificate, createCertificate } from '#relay/webtransport/certificate.ts';
import { findFreeUdpPort } from '#relay/webtransport/free-port.ts';
import type { NativeRequest, NativeServer, NativeWebTransport } from '#relay/webtransport/native.ts';

export interface BoundServer {
  readonly port: number;
  readonly certificate: Certificate;
  readonly boundAt: number;
  /** Turns new clients away from now on. Sessions that are open stay open. */
  retire(): void;
  /** Ends every session and frees the port as soon as that is possible. */
  stop(): Promise<void>;
}

export interface BindOptions {
  readonly native: NativeWebTransport;
  readonly host: string;
  /** Tried in this order; none given means any free port. */
  readonly ports: readonly number[];
  readonly now: number;
  readonly onRequest: (request: NativeRequest) => void;
}

const ANY_PORT_TRIES = 5;
/** An accept that fails is about one client; if it fails again and again, this keeps it from spinning. */
const FAILURE_PAUSE_MS = 100;
const STOP_MS = 1_000;

/** Rejects when no port could be bound, with the last reason. */
export const bindServer = async (options: BindOptions): Promise<BoundServer> => {
  const certificate = await createCertificate(options.now);
  const { server, port } = await bindFirst(options, certificate);
  const accepting = acceptAll(server, options.onRequest);
  return {
    port,
    certificate,
    boundAt: options.now,
    retire: accepting.retire,
    stop: async () => {
      accepting.stop();
      const client = options.native.NapiClient.withCertificateHashes([certificate.hash]);
      const host = isAny(options.host) ? '127.0.0.1' : options.host;
      client.connect(`https://${bracketed(host)}:${port}/`).then(
        (session) => session.close(0, ''),
        () => undefined,
      );
      await settleWithin(systemLinkClock, STOP_MS, accepting.done);
      if (accepting.isDone()) server.close();
    },
  };
};

const isAny = (host: string): boolean => host === '0.0.0.0' || host === '::';

/** An IPv6 address as it stands before a port. */
export const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

const bindFirst = async (
  { native, host, ports }: BindOptions,
  certificate: Certificate,
): Promise<{ server: NativeServer; port: number }> => {
  let failure: unknown;
  const tries = ports.length > 0 ? ports : Array<number>(ANY_PORT_TRIES).fill(0);
  for (const wanted of tries) {
    try {
      const port = wanted === 0 ? await findFreeUdpPort(host) : wanted;
      const address = `${bracketed(host)}:${port}`;
      return { server: native.NapiServer.bind(address, certificate.certificatePem, certificate.keyPem), port };
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
};

const acceptAll = (server: NativeServer, onRequest: (request: NativeRequest) => void) => {
  let state: 'open' | 'retired' | 'stopped' | 'done' = 'open';
  const loop = async (): Promise<void> => {
    while (state === 'open' || state === 'retired') {
      try {
        const request = await server.accept();
        if (request === null) break;
        if (state === 'open') onRequest(request);
        else void request.reject(503).catch(() => undefined);
      } catch {
        await new Promise((resolve) => setTimeout(resolve, FAILURE_PAUSE_MS));
      }
    }
    state = 'done';
  };
  const enter = (next: 'retired' | 'stopped'): void => {
    if (state !== 'done') state = next;
  };
  return {
    done: loop(),
    isDone: () => state === 'done',
    retire: () => enter('retired'),
    stop: () => enter('stopped'),
  };
};
