/**
 * Accepts links over WebTransport (HTTP/3 over QUIC). A request shows a token in its path, then opens the link's one
 * stream. Before its certificate grows old the listener binds another server on another port, names only that one to
 * new clients, and lets the old links run out.
 * docs/protocol/links.md, docs/decisions/0005-webtransport-on-node.md
 */
import type { FramedLink } from '#adapters/framing/framed-link.ts';
import type { LinkClock } from '#adapters/framing/link-clock.ts';
import type { Listener } from '#ports/transport.ts';
import type { Admission, Ticket } from '#relay/limits/admission.ts';
import { type Accept, createLinkSet, type LinkSet } from '#relay/limits/link-set.ts';
import { type BoundServer, bindServer } from '#relay/webtransport/bound-server.ts';
import { RENEW_AFTER_MS } from '#relay/webtransport/certificate.ts';
import type { NativeBiStream, NativeRequest, NativeSession, NativeWebTransport } from '#relay/webtransport/native.ts';
import { createNativePipe } from '#relay/webtransport/native-pipe.ts';

export const LINK_PATH = '/link';

export interface WebTransportListener extends Listener {
  /** Where new clients connect, with the hashes of the certificates that they may meet. After `listen`. */
  endpoint(): { readonly port: number; readonly certificateHashes: readonly Buffer[] };
  /** Moves to a new certificate and port when the current certificate is old enough. Called by itself every hour. */
  renewIfDue(): Promise<void>;
}

export interface WebTransportListenerOptions {
  readonly native: NativeWebTransport;
  readonly host: string;
  /** UDP ports; at least two, so that a new certificate finds one free, or none for any free ones. */
  readonly ports: readonly number[];
  readonly admission: Admission;
  /** Wall time, for certificates. */
  readonly now: () => number;
  readonly clock?: LinkClock;
  /** Something that an operator should know; no address, no content. */
  readonly onNotice: (text: string) => void;
}

const RENEW_CHECK_MS = 3_600_000;
/** A new session that opens no stream is given up after this. */
const STREAM_WAIT_MS = 10_000;
/** Links on the old port are asked to move after this, so that the port is free for the next certificate. */
const OLD_LINKS_MS = 86_400_000;

interface Generation {
  readonly server: BoundServer;
  readonly links: LinkSet;
}

export const createWebTransportListener = (options: WebTransportListenerOptions): WebTransportListener => {
  const { native, host, ports, admission, now, clock, onNotice } = options;
  const timers = new Set<NodeJS.Timeout>();
  const generations = new Set<Generation>();
  let current: Generation | undefined;
  let accept: Accept | undefined;
  let closed = false;

  const bind = async (avoid: number | undefined): Promise<Generation> => {
    const links = createLinkSet('webtransport', clock);
    const onRequest = (request: NativeRequest): void => {
      if (accept !== undefined) void answer(request, admission, links, accept);
    };
    const free = ports.filter((port) => port !== avoid);
    const generation = { server: await bindServer({ native, host, ports: free, now: now(), onRequest }), links };
    generations.add(generation);
    return generation;
  };
  const end = async (generation: Generation): Promise<void> => {
    generations.delete(generation);
    await generation.links.closeAll('shutting-down');
    await generation.server.stop();
  };
  const retire = (generation: Generation): void => {
    generation.server.retire();
    const timer = setTimeout(() => {
      timers.delete(timer);
      void end(generation);
    }, OLD_LINKS_MS);
    timers.add(timer.unref());
  };
  const renewIfDue = async (): Promise<void> => {
    const old = current;
    if (old === undefined || closed || now() - old.server.boundAt < RENEW_AFTER_MS) return;
    try {
      current = await bind(old.server.port);
      retire(old);
    } catch (error) {
      onNotice(`WebTransport keeps its old certificate for now, no other port could be bound: ${String(error)}`);
    }
  };
  return {
    transport: 'webtransport',
    listen: async (handler) => {
      accept = handler;
      current = await bind(undefined);
      timers.add(setInterval(() => void renewIfDue(), RENEW_CHECK_MS).unref());
    },
    close: async () => {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
      for (const { server } of generations) server.retire();
      await Promise.all([...generations].map(end));
    },
    endpoint: () => {
      if (current === undefined) throw new Error('endpoint() before listen()');
      return { port: current.server.port, certificateHashes: [current.server.certificate.hash] };
    },
    renewIfDue,
  };
};

const answer = async (request: NativeRequest, admission: Admission, links: LinkSet, accept: Accept): Promise<void> => {
  let ticket: Ticket | undefined;
  try {
    const token = tokenOf(await request.url);
    const redeemed = token === undefined ? undefined : admission.redeem(token);
    if (redeemed === undefined || !redeemed.ok) {
      await request.reject(redeemed === undefined ? 404 : redeemed.code === 'not-found' ? 403 : 503);
      return;
    }
    ticket = redeemed.value;
    const session = await request.ok();
    const stream = await firstStream(session);
    endOnStrays(session, links.open(createNativePipe(session, stream), ticket, accept));
  } catch {
    // The client left, or never opened its stream: nothing was promised to it.
    ticket?.release();
  }
};

const tokenOf = (url: string): string | undefined => {
  const path = URL.canParse(url) ? new URL(url).pathname : '';
  return path.startsWith(`${LINK_PATH}/`) ? path.slice(LINK_PATH.length + 1) : undefined;
};

const firstStream = async (session: NativeSession): Promise<NativeBiStream> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      session.close(1, 'lost');
      reject(new Error('no stream'));
    }, STREAM_WAIT_MS);
  });
  try {
    return await Promise.race([session.acceptBi(), late]);
  } finally {
    clearTimeout(timer);
  }
};

/** A link has one stream. Whatever else a client opens would be buffered without a bound, so it ends the session. */
const endOnStrays = (session: NativeSession, framed: FramedLink): void => {
  const end = (): void => framed.abort('protocol-violation');
  const ignore = (): void => undefined;
  session.acceptBi().then(end, ignore);
  session.acceptUni().then(end, ignore);
  session.recvDatagram().then(end, ignore);
};
