/**
 * The links to other relays: those that the operator named, those to which an operator assigned this one, and those that it
 * finds as every node does (src/host/discovery). Dialled over WebTransport where it works and over a WebSocket where it does
 * not, kept alive as a browser keeps its own, and told of in the relay's output by their origins.
 */
import { createRelayDialer } from '#adapters/dialing/relay-dialer.ts';
import type { DialSettings } from '#adapters/dialing/session-dial.ts';
import type { NodeAddress } from '#core/brand.ts';
import type { Views } from '#engine/views.ts';
import { createOrderedRelays } from '#host/discovery/assigned-relays.ts';
import { type RelayFinding, startRelayFinding } from '#host/discovery/relay-finding.ts';
import { createRendezvous } from '#host/discovery/rendezvous.ts';
import type { Driver } from '#host/driver.ts';
import type { Clock } from '#ports/clock.ts';
import type { Rng } from '#ports/rng.ts';
import type { Dialer } from '#ports/transport.ts';
import { createNativeDialer } from '#relay/dial/native-dialer.ts';
import { createSocketDialer } from '#relay/dial/socket-dialer.ts';
import type { NativeWebTransport } from '#relay/webtransport/native.ts';

export interface RelayLinks {
  /** How many other relays this one dials now, and to how many it is linked: their hello came. */
  status(): { readonly wanted: number; readonly connected: number };
  stop(): void;
}

export interface RelayLinksParts {
  readonly origins: readonly string[];
  /** Never dialled, unless they are among the origins; `*` stands for all others. */
  readonly avoid?: readonly string[];
  /** Whose assignments count like the origins above. */
  readonly operators?: readonly NodeAddress[];
  /** This relay's own address: whoever answers with it is this very relay, and is not linked. */
  readonly address: NodeAddress;
  readonly driver: Driver;
  readonly views: Views;
  /** Undefined: WebSockets only. */
  readonly native: NativeWebTransport | undefined;
  readonly clock: Clock;
  readonly random: Rng;
  /** Tells the operator something, in one line; never an address but the origins of relays. */
  readonly say: (text: string) => void;
}

/** What the operator was last told of a relay. */
type Told = 'up' | 'lost' | 'unreachable';

/** One that brings a second operator is dialled beside any number of one operator's: more than ever are named and assigned. */
const MOST = 32;
/** Names of this relay that are remembered, the last; others are found out again. */
const MAX_OWN_NAMES = 64;

const createDialer = (native: NativeWebTransport | undefined, settings: DialSettings): Dialer => {
  const fallback = createSocketDialer(settings);
  if (native === undefined) return fallback;
  return createRelayDialer({ dialers: { preferred: createNativeDialer(native, settings), fallback } });
};

interface Seen {
  readonly origin: string;
  readonly greeted: boolean;
  readonly unreachable: boolean;
  readonly transport: string | undefined;
}

/** Says of each relay what is new of it. */
const createTeller = (say: (text: string) => void): ((seen: readonly Seen[]) => void) => {
  const told = new Map<string, Told>();
  const tell = (origin: string, news: Told, text: string): void => {
    told.set(origin, news);
    say(text);
  };
  return (seen) => {
    for (const { origin, greeted, unreachable, transport } of seen) {
      const last = told.get(origin);
      if (greeted) {
        if (last !== 'up') tell(origin, 'up', `Linked to relay ${origin} over ${transport}.`);
      } else if (last === 'up') tell(origin, 'lost', `Lost the link to relay ${origin}. Trying again.`);
      else if (last === undefined && unreachable) {
        tell(origin, 'unreachable', `Relay ${origin} is not to be reached so far. Trying on.`);
      }
    }
    const dialled = new Set(seen.map(({ origin }) => origin));
    for (const [origin, last] of told) {
      if (dialled.has(origin)) continue;
      told.delete(origin);
      if (last !== 'unreachable') say(`Let go of relay ${origin}.`);
    }
  };
};

/** What this relay dials in any case, what never, and under which names it found itself. */
const createWishes = ({ origins, avoid = [], say }: RelayLinksParts, isOrdered: (origin: string) => boolean) => {
  const avoided = new Set(avoid);
  const own = new Set<string>();
  return {
    all: () => origins,
    isRemoved: (origin: string): boolean => {
      if (own.has(origin)) return true;
      if (origins.includes(origin)) return false;
      return avoided.has(origin) || (avoided.has('*') && !isOrdered(origin));
    },
    leaveOut: (origin: string): void => {
      if (!own.has(origin) && origins.includes(origin)) say(`${origin} is this relay itself: not linked.`);
      own.add(origin);
      const [oldest] = own;
      if (own.size > MAX_OWN_NAMES && oldest !== undefined) own.delete(oldest);
    },
  };
};

export const startRelayLinks = (parts: RelayLinksParts): RelayLinks => {
  const { address, driver, views, native, clock, random, operators = [] } = parts;
  const ordered = createOrderedRelays(views, operators);
  const rendezvous = createRendezvous();
  const wishes = createWishes(parts, (origin) => ordered.candidates().some((one) => one.origin === origin));
  const tell = createTeller(parts.say);
  let finding: RelayFinding | undefined;
  let stopped = false;

  /** The hello would end a link to ourselves (docs/protocol/sync.md); it need not come so far. */
  const leaveOut = (origin: string): false => {
    wishes.leaveOut(origin);
    void driver.command({ kind: 'assignment-failed', origin });
    finding?.dialling.remove(origin);
    return false;
  };
  const dialer = createDialer(native, {
    isWanted: (origin, discovery) => discovery.address !== address || leaveOut(origin),
    onDiscovery: (origin, { relays }) => rendezvous.learn(origin, relays),
  });
  const watch = (): void => {
    if (stopped || finding === undefined) return;
    const greeted = new Set(views.relays());
    const seen = finding.dialling.status().map(({ origin, state, transport }) => ({
      origin,
      greeted: greeted.has(origin),
      unreachable: state === 'unreachable',
      transport,
    }));
    tell(seen);
  };
  finding = startRelayFinding({
    driver,
    dialer,
    views,
    clock,
    random,
    relays: wishes,
    strategies: [ordered, rendezvous],
    most: MOST,
    onChange: watch,
  });
  const { dialling, stop } = finding;
  const unsubscribe = driver.subscribe((topic) => {
    if (topic === 'status') watch();
  });
  return {
    status: () => {
      const greeted = new Set(views.relays());
      const wanted = dialling.status().map(({ origin }) => origin);
      return { wanted: wanted.length, connected: wanted.filter((origin) => greeted.has(origin)).length };
    },
    stop: () => {
      stopped = true;
      unsubscribe();
      stop();
    },
  };
};
