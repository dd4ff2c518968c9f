/** The transport contract in Node: the relay's listeners, and the diallers that run in Node. */

import { type Discovery, fetchDiscovery, fetchToken } from '#adapters/dialing/discovery.ts';
import type { DialSettings } from '#adapters/dialing/session-dial.ts';
import type { BytePipe } from '#adapters/framing/byte-pipe.ts';
import type { Dialer } from '#ports/transport.ts';
import { createNativeDialer, openNativePipe } from '#relay/dial/native-dialer.ts';
import { createSocketDialer, openSocketPipe } from '#relay/dial/socket-dialer.ts';
import { loadNative } from '#relay/webtransport/native.ts';
import { type Opened, type StreamPlace, streamTransportContract } from '#test/contracts/transport.ts';
import { createHeard, createLocalPeer } from '#test/contracts/transport-peer.ts';
import { quickLinkClock } from '#test/relay/quick-clock.ts';
import { createRawPeer, startRawRelay } from '#test/relay/raw-relay.ts';
import { startTestRelay, testConfig } from '#test/relay/relay-place.ts';

interface Kind {
  readonly dialer: (settings?: DialSettings) => Dialer;
  readonly openPipe: (discovery: Discovery, token: string) => Promise<BytePipe>;
}

const never = new AbortController().signal;
const loaded = loadNative();
if (!loaded.ok) throw new Error(loaded.reason);
const { native } = loaded;

const webTransport: Kind = {
  dialer: (settings) => createNativeDialer(native, settings),
  openPipe: ({ webtransport }, token) => {
    if (webtransport === null) throw new Error('no WebTransport');
    return openNativePipe(native, webtransport, token, never);
  },
};
const webSocket: Kind = {
  dialer: (settings) => createSocketDialer(settings),
  openPipe: ({ websocket }, token) => {
    if (websocket === null) throw new Error('no WebSocket');
    return openSocketPipe(websocket, token, never);
  },
};

const dial = async (dialer: Dialer, origin: string): Promise<Opened> => {
  const heard = createHeard();
  const dialled = await dialer.dial({ origin }, heard.handlers);
  if (!dialled.ok) throw new Error(dialled.code);
  return { link: dialled.value, heard };
};

/** The link under test is the one that was dialled. */
const createDiallingPlace = async (kind: Kind): Promise<StreamPlace> => {
  const relay = await startTestRelay();
  const raw = await startRawRelay();
  return {
    open: async () => {
      const opened = await dial(kind.dialer(), relay.server.origin);
      const other = await relay.next();
      return { ...opened, peer: createLocalPeer(other.link, other.heard) };
    },
    openRaw: async (quick) => {
      const opened = await dial(kind.dialer(quick ? { clock: quickLinkClock } : {}), raw.origin);
      return { ...opened, raw: createRawPeer(await raw.next()) };
    },
    close: async () => {
      await Promise.all([relay.server.close(), raw.close()]);
    },
  };
};

/** The link under test is the one that the relay accepted. */
const createAcceptingPlace = async (kind: Kind): Promise<StreamPlace> => {
  const [steady, quick] = [await startTestRelay(), await startTestRelay(testConfig(), quickLinkClock)];
  const get = async <T>(result: Promise<{ ok: true; value: T } | { ok: false; code: string }>): Promise<T> => {
    const settled = await result;
    if (!settled.ok) throw new Error(settled.code);
    return settled.value;
  };
  return {
    open: async () => {
      const other = await dial(kind.dialer(), steady.server.origin);
      return { ...(await steady.next()), peer: createLocalPeer(other.link, other.heard) };
    },
    openRaw: async (isQuick) => {
      const relay = isQuick ? quick : steady;
      const discovery = await get(fetchDiscovery(relay.server.origin, fetch, never));
      const pipe = await kind.openPipe(discovery, await get(fetchToken(relay.server.origin, fetch, never)));
      // The relay hears of a stream when its first byte comes.
      await pipe.write(Uint8Array.of(0));
      return { ...(await relay.next()), raw: createRawPeer(pipe) };
    },
    close: async () => {
      await Promise.all([steady.server.close(), quick.server.close()]);
    },
  };
};

streamTransportContract('WebTransport, dialled from Node', () => createDiallingPlace(webTransport));
streamTransportContract('WebTransport, accepted by the relay', () => createAcceptingPlace(webTransport));
streamTransportContract('WebSocket, dialled from Node', () => createDiallingPlace(webSocket));
streamTransportContract('WebSocket, accepted by the relay', () => createAcceptingPlace(webSocket));
