/** The transport contract in Chromium: the diallers of the browser, against a relay in another process. */
import { describe, expect, inject, test } from 'vitest';
import { createRelayDialer } from '#adapters/dialing/relay-dialer.ts';
import type { DialSettings } from '#adapters/dialing/session-dial.ts';
import { createWebSocketDialer } from '#adapters/websocket/websocket-dialer.ts';
import { createWebTransportDialer } from '#adapters/webtransport/webtransport-dialer.ts';
import type { Dialer } from '#ports/transport.ts';
import { connectRemotePeers } from '#test/adapters/dialing/remote-peers.ts';
import { type Opened, type StreamPlace, streamTransportContract } from '#test/contracts/transport.ts';
import { createHeard } from '#test/contracts/transport-peer.ts';
import { quickLinkClock } from '#test/relay/quick-clock.ts';

const relays = inject('relays');

const dial = async (dialer: Dialer, origin: string): Promise<Opened> => {
  const heard = createHeard();
  const dialled = await dialer.dial({ origin }, heard.handlers);
  if (!dialled.ok) throw new Error(dialled.code);
  return { link: dialled.value, heard };
};

const createPlace = async (create: (settings: DialSettings) => Dialer): Promise<StreamPlace> => {
  const peers = await connectRemotePeers(relays.control);
  return {
    open: async () => {
      const opened = await dial(create({}), relays.origin);
      return { ...opened, peer: await peers.next('next') };
    },
    openRaw: async (quick) => {
      const opened = await dial(create(quick ? { clock: quickLinkClock } : {}), relays.rawOrigin);
      return { ...opened, raw: await peers.nextRaw() };
    },
    close: async () => peers.close(),
  };
};

streamTransportContract('WebTransport, dialled from Chromium', () => createPlace(createWebTransportDialer));
streamTransportContract('WebSocket, dialled from Chromium', () => createPlace(createWebSocketDialer));

describe('the dialler that chooses', () => {
  test('takes WebTransport where it works', async () => {
    const peers = await connectRemotePeers(relays.control);
    const { link, heard } = await dial(createRelayDialer(), relays.origin);
    expect(link.transport).toBe('webtransport');
    const peer = await peers.next('next');
    link.close('closed');
    expect([await heard.ended(), await peer.ended()]).toEqual(['closed', 'closed']);
    peers.close();
  });

  test('takes WebSocket where a relay has nothing else', async () => {
    const peers = await connectRemotePeers(relays.control);
    const { link, heard } = await dial(createRelayDialer(), relays.socketOnlyOrigin);
    expect(link.transport).toBe('websocket');
    const peer = await peers.next('nextSocketOnly');
    expect(await peer.send([Uint8Array.of(1, 2)])).toEqual([true]);
    expect(await heard.received(1)).toEqual([Uint8Array.of(1, 2)]);
    link.close('closed');
    await peer.ended();
    peers.close();
  });

  test('says that nobody answers', async () => {
    const dialled = await createRelayDialer().dial({ origin: 'http://127.0.0.1:9' }, createHeard().handlers);
    expect(dialled).toEqual({ ok: false, code: 'unreachable' });
  });

  test('says that a relay speaks something else', async () => {
    const dialled = await createRelayDialer().dial({ origin: location.origin }, createHeard().handlers);
    expect(dialled.ok).toBe(false);
  });

  test('stops when it is told to', async () => {
    const stop = new AbortController();
    const dialling = createRelayDialer().dial({ origin: relays.origin }, createHeard().handlers, stop.signal);
    stop.abort();
    expect(await dialling).toEqual({ ok: false, code: 'aborted' });
  });

  test('works in a worker', async () => {
    const worker = new Worker(new URL('./dial.worker.ts', import.meta.url), { type: 'module' });
    const peers = await connectRemotePeers(relays.control);
    const answer = new Promise((resolve) => {
      worker.onmessage = ({ data }) => resolve(data);
    });
    worker.postMessage(relays.origin);
    const peer = await peers.next('next');
    await peer.send([Uint8Array.of(9)]);
    expect(await answer).toEqual({ transport: 'webtransport', frame: Uint8Array.of(9) });
    worker.terminate();
    peers.close();
  });
});
