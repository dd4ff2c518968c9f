/**
 * From a relay's origin to an open link: discovery and token at the same time, then a session with one stream. The same
 * for WebTransport and for QMux over a WebSocket, whose sessions have one face.
 */
import { attempt, orAborted } from '#adapters/dialing/attempt.ts';
import { type Discovery, type Fetch, fetchDiscovery, fetchToken } from '#adapters/dialing/discovery.ts';
import type { BytePipe } from '#adapters/framing/byte-pipe.ts';
import { createFramedLink } from '#adapters/framing/framed-link.ts';
import type { LinkClock } from '#adapters/framing/link-clock.ts';
import { type ByteStream, createSessionPipe, type StreamSession } from '#adapters/framing/session-pipe.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import type { Dialer, DialFailure, Link, TransportKind } from '#ports/transport.ts';

export interface DialSettings {
  /** Defaults to the realm's own. */
  readonly fetch?: Fetch;
  readonly clock?: LinkClock;
  /** Asked once it is known who answers there; false ends the attempt as `refused`. Everybody is wanted by default. */
  readonly isWanted?: (origin: string, discovery: Discovery) => boolean;
  /** Told what a relay says of itself, as often as it is asked. */
  readonly onDiscovery?: (origin: string, discovery: Discovery) => void;
}

export interface OpenPipe {
  readonly transport: TransportKind;
  /** Opens a session at what the relay offers and its stream; undefined when it offers none of this transport. */
  readonly open: (discovery: Discovery, token: string, signal: AbortSignal) => Promise<BytePipe> | undefined;
}

/** A session that can be dialled, as WebTransport and QMux have it. */
export interface DialledSession extends StreamSession {
  createBidirectionalStream(): Promise<ByteStream>;
}

/** Waits for the session and opens the link's stream; closes the session when that fails or the signal fires. */
export const openSessionPipe = async (session: DialledSession, signal: AbortSignal): Promise<BytePipe> => {
  // Both reject when the session never comes to be, and nobody else listens then.
  session.ready.catch(() => undefined);
  session.closed.catch(() => undefined);
  try {
    await orAborted(session.ready, signal);
    return createSessionPipe(session, await orAborted(session.createBidirectionalStream(), signal));
  } catch (error) {
    session.close({ closeCode: 0, reason: '' });
    throw error;
  }
};

export const createDialer = (pipes: OpenPipe, settings: DialSettings): Dialer => {
  const ask: Fetch = settings.fetch ?? ((url, init) => fetch(url, init));
  const reach = async (origin: string, signal: AbortSignal): Promise<Result<BytePipe, DialFailure>> => {
    const [discovery, token] = await Promise.all([
      fetchDiscovery(origin, ask, signal),
      fetchToken(origin, ask, signal),
    ]);
    if (!discovery.ok) return discovery;
    if (settings.isWanted?.(origin, discovery.value) === false) return refuse('refused');
    settings.onDiscovery?.(origin, discovery.value);
    if (!token.ok) return token;
    const opening = pipes.open(discovery.value, token.value, signal);
    if (opening === undefined) return refuse('unsupported');
    return opening.then(ok, () => refuse(signal.aborted ? 'aborted' : 'unreachable'));
  };
  return {
    transport: pipes.transport,
    dial: async ({ origin }, handlers, outer): Promise<Result<Link, DialFailure>> => {
      const reached = await attempt(outer, (signal) => reach(origin, signal));
      if (!reached.ok) return reached;
      const options = { transport: pipes.transport, remote: origin, pipe: reached.value };
      const framed = createFramedLink(settings.clock ? { ...options, clock: settings.clock } : options);
      framed.start(handlers);
      return ok(framed.link);
    },
  };
};
