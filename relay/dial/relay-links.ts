/**
 * The links to the other relays that the operator named: dialled over WebTransport where it works and over a WebSocket
 * where it does not, kept alive as a browser keeps its own, and told of in the relay's output by their configured origins.
 */
import { createRelayDialer } from '#adapters/dialing/relay-dialer.ts';
import type { DialSettings } from '#adapters/dialing/session-dial.ts';
import type { NodeAddress } from '#core/brand.ts';
import type { Views } from '#engine/views.ts';
import type { Driver } from '#host/driver.ts';
import { createDialling } from '#host/node/dialling.ts';
import type { Clock } from '#ports/clock.ts';
import type { Rng } from '#ports/rng.ts';
import type { Dialer } from '#ports/transport.ts';
import { createNativeDialer } from '#relay/dial/native-dialer.ts';
import { createSocketDialer } from '#relay/dial/socket-dialer.ts';
import type { NativeWebTransport } from '#relay/webtransport/native.ts';

export interface RelayLinks {
  /** How many other relays this one is to be linked to, and to how many it is now: their hello came. */
  status(): { readonly wanted: number; readonly connected: number };
  stop(): void;
}

export interface RelayLinksParts {
  readonly origins: readonly string[];
  /** This relay's own address: whoever answers with it is this very relay, and is not linked. */
  readonly address: NodeAddress;
  readonly driver: Driver;
  readonly views: Pick<Views, 'relays'>;
  /** Undefined: WebSockets only. */
  readonly native: NativeWebTransport | undefined;
  readonly clock: Clock;
  readonly random: Rng;
  /** Tells the operator something, in one line; never an address but the origins above. */
  readonly say: (text: string) => void;
}

/** What the operator was last told of a relay. */
type Told = 'up' | 'lost' | 'unreachable';

const createDialer = (native: NativeWebTransport | undefined, settings: DialSettings): Dialer => {
  const fallback = createSocketDialer(settings);
  if (native === undefined) return fallback;
  return createRelayDialer({ dialers: { preferred: createNativeDialer(native, settings), fallback } });
};

export const startRelayLinks = (parts: RelayLinksParts): RelayLinks => {
  const { origins, address, driver, views, native, clock, random, say } = parts;
  const told = new Map<string, Told>();
  const ours = new Set<string>();
  let stopped = false;

  /** The hello would end a link to ourselves (docs/protocol/sync.md); it need not come so far. */
  const leaveOut = (origin: string): false => {
    if (!ours.has(origin)) say(`${origin} is this relay itself: not linked.`);
    ours.add(origin);
    dialling.remove(origin);
    return false;
  };
  const dialer = createDialer(native, {
    isWanted: (origin, discovery) => discovery.address !== address || leaveOut(origin),
  });

  const tell = (origin: string, news: Told, text: string): void => {
    told.set(origin, news);
    say(text);
  };
  const watch = (): void => {
    if (stopped) return;
    const greeted = new Set(views.relays());
    for (const { origin, state, transport } of dialling.status()) {
      const last = told.get(origin);
      if (greeted.has(origin)) {
        if (last !== 'up') tell(origin, 'up', `Linked to relay ${origin} over ${transport}.`);
      } else if (last === 'up') tell(origin, 'lost', `Lost the link to relay ${origin}. Trying again.`);
      else if (last === undefined && state === 'unreachable') {
        tell(origin, 'unreachable', `Relay ${origin} is not to be reached so far. Trying on.`);
      }
    }
  };
  const dialling = createDialling({ driver, dialer, clock, random, onChange: watch });
  const unsubscribe = driver.subscribe((topic) => {
    if (topic === 'status') watch();
  });
  for (const origin of origins) dialling.add(origin);
  return {
    status: () => {
      const greeted = new Set(views.relays());
      const wanted = dialling.status().map(({ origin }) => origin);
      return { wanted: wanted.length, connected: wanted.filter((origin) => greeted.has(origin)).length };
    },
    stop: () => {
      stopped = true;
      unsubscribe();
      dialling.stop();
    },
  };
};
