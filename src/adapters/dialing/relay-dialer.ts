/**
 * The dialler that a browser's node uses: WebTransport where it works, and a WebSocket where it does not. WebTransport
 * gets a head start; networks that swallow UDP say nothing, so the other does not wait for a failure.
 */
import type { DialSettings } from '#adapters/dialing/session-dial.ts';
import { createWebSocketDialer } from '#adapters/websocket/websocket-dialer.ts';
import { createWebTransportDialer } from '#adapters/webtransport/webtransport-dialer.ts';
import type { Result } from '#core/result.ts';
import type { AbortSignalLike, Dialer, DialFailure, Link, LinkEnd, LinkHandlers } from '#ports/transport.ts';

export interface RelayDialerSettings extends DialSettings {
  /** Which to try, the preferred one first. Both by default. */
  readonly dialers?: { readonly preferred: Dialer; readonly fallback: Dialer };
}

/** How long WebTransport may take before the WebSocket sets off as well. Its own set-up takes a few round trips. */
const HEAD_START_MS = 800;
/** For how long a relay that could not be reached by WebTransport is dialled by WebSocket alone. */
const AVOID_MS = 10 * 60_000;
const MAX_AVOIDED = 64;

type Dialled = Result<Link, DialFailure>;

/** Its links say which transport won. */
export const createRelayDialer = (settings: RelayDialerSettings = {}): Dialer => {
  const { preferred, fallback } = settings.dialers ?? {
    preferred: createWebTransportDialer(settings),
    fallback: createWebSocketDialer(settings),
  };
  /** Origins whose WebTransport failed, and until when that is believed. */
  const avoided = new Map<string, number>();

  const isAvoided = (origin: string): boolean => (avoided.get(origin) ?? 0) > performance.now();
  const avoid = (origin: string): void => {
    avoided.delete(origin);
    avoided.set(origin, performance.now() + AVOID_MS);
    const [oldest] = avoided.keys();
    if (avoided.size > MAX_AVOIDED && oldest !== undefined) avoided.delete(oldest);
  };
  return {
    transport: preferred.transport,
    dial: async (endpoint, handlers, signal) => {
      const enter = (dialer: Dialer): Entrant => enterRace(dialer, endpoint.origin, handlers, signal);
      if (isAvoided(endpoint.origin)) {
        const dialled = await finish(enter(fallback), []);
        // Neither works now, so nothing is known about either.
        if (!dialled.ok) avoided.delete(endpoint.origin);
        return dialled;
      }
      const first = enter(preferred);
      const early = await Promise.race([first.result, pause(HEAD_START_MS)]);
      if (early?.ok || (early !== undefined && signal?.aborted)) return finish(first, []);
      const second = enter(fallback);
      const winner = await firstLinked(first, second);
      if (winner === second) avoid(endpoint.origin);
      // When both failed, the fallback's reason is told: the preferred one's may only be that it does not exist here.
      return winner === first ? finish(first, [second]) : finish(second, [first]);
    },
  };
};

interface Entrant {
  readonly result: Promise<Dialled>;
  /** Passes on what the link already brought, and all that follows. */
  win(): void;
  lose(): void;
}

/** Dials, and keeps what arrives on the link until it is known whether it is the one that the caller gets. */
const enterRace = (
  dialer: Dialer,
  origin: string,
  handlers: LinkHandlers,
  signal: AbortSignalLike | undefined,
): Entrant => {
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  let early: Uint8Array[] = [];
  let endedWith: LinkEnd | undefined;
  let won = false;
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort);
  const onFrame = (frame: Uint8Array): void => (won ? handlers.onFrame(frame) : void early.push(frame));
  const onEnd = (reason: LinkEnd): void => {
    endedWith = reason;
    if (won) handlers.onEnd(reason);
  };
  const result = dialer.dial({ origin }, { onFrame, onEnd }, stop.signal);
  void result.then(() => signal?.removeEventListener('abort', abort));
  return {
    result,
    win: () => {
      won = true;
      for (const frame of early) handlers.onFrame(frame);
      early = [];
      if (endedWith !== undefined) handlers.onEnd(endedWith);
    },
    lose: () => {
      early = [];
      stop.abort();
      void result.then((dialled) => dialled.ok && dialled.value.close('closed'));
    },
  };
};

/** The first of the two to have a link; undefined when neither gets one. */
const firstLinked = (one: Entrant, other: Entrant): Promise<Entrant | undefined> => {
  const linked = async (entrant: Entrant): Promise<Entrant> => {
    if ((await entrant.result).ok) return entrant;
    throw new Error('no link');
  };
  return Promise.any([linked(one), linked(other)]).catch(() => undefined);
};

const finish = async (winner: Entrant, losers: readonly Entrant[]): Promise<Dialled> => {
  for (const loser of losers) loser.lose();
  const dialled = await winner.result;
  if (dialled.ok) winner.win();
  return dialled;
};

const pause = (milliseconds: number): Promise<undefined> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds, undefined));
