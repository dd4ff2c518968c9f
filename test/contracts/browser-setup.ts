/**
 * What tests in a browser talk to: a real relay and a misbehaving one, in this process, and a control socket through which
 * a test speaks for the side of a link that is here; and emulated radio boards, whose time stands still until a test moves it.
 */
import type { AddressInfo } from 'node:net';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { LinkEnd } from '#ports/transport.ts';
import type { RawPeer, TestPeer } from '#test/contracts/transport-peer.ts';
import { createLocalPeer } from '#test/contracts/transport-peer.ts';
import { type Addresses, startEmulator } from '#test/emulator/emulator.ts';
import { createRawPeer, startRawRelay } from '#test/relay/raw-relay.ts';
import { startTestRelay, testConfig } from '#test/relay/relay-place.ts';

export interface BrowserRelays {
  readonly origin: string;
  /** The same without WebTransport. */
  readonly socketOnlyOrigin: string;
  readonly rawOrigin: string;
  readonly control: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    relays: BrowserRelays;
    bench: Addresses;
  }
}

/** One call of a test; frames are base64. */
export interface ControlCall {
  readonly call: number;
  readonly peer: number;
  readonly method:
    | 'next'
    | 'nextSocketOnly'
    | 'nextRaw'
    | 'finish'
    | 'send'
    | 'write'
    | 'close'
    | 'received'
    | 'ended'
    | 'ends';
  readonly frames?: readonly string[];
  readonly reason?: LinkEnd;
  readonly count?: number;
}

const toBytes = (texts: readonly string[] = []): Uint8Array[] => texts.map((text) => Buffer.from(text, 'base64'));

interface Provided {
  provide(key: 'relays', value: BrowserRelays): void;
  provide(key: 'bench', value: Addresses): void;
}

/** Three stations that hear each other. */
const BOARDS = [
  { name: 'hub', kind: 'esp32', serialNumber: '1' },
  { name: 'one', kind: 'nrf52', serialNumber: '2', position: { x: 500, y: 0 } },
  { name: 'other', kind: 'avr', serialNumber: '3', position: { x: 0, y: 500 } },
] as const;

export default async ({ provide }: Provided) => {
  const relay = await startTestRelay();
  const socketOnly = await startTestRelay(testConfig({ webtransport: { enabled: false } }));
  const raw = await startRawRelay();
  const emulator = await startEmulator({ boards: BOARDS, seed: 1, speed: 0, port: 0, loss: 0 }, '');
  provide('bench', emulator.addresses);
  const peers: TestPeer[] = [];
  const rawPeers: RawPeer[] = [];

  const behaved = async ({ peer, method, frames, reason = 'closed', count = 0 }: ControlCall): Promise<unknown> => {
    const target = peers[peer];
    switch (method) {
      case 'send':
        return target?.send(toBytes(frames));
      case 'close':
        return target?.close(reason);
      case 'received':
        return (await target?.received(count))?.map((frame) => Buffer.from(frame).toString('base64'));
      case 'ended':
        return target?.ended();
      default:
        return target?.ends();
    }
  };
  const misbehaved = async ({ peer, method, frames, reason = 'closed' }: ControlCall): Promise<unknown> => {
    const target = rawPeers[peer];
    if (method === 'write') for (const bytes of toBytes(frames)) await target?.write(bytes);
    else if (method === 'finish') await target?.finish();
    else await target?.close(reason);
    return undefined;
  };
  const perform = async (call: ControlCall): Promise<unknown> => {
    if (call.method === 'next' || call.method === 'nextSocketOnly') {
      const { link, heard } = await (call.method === 'next' ? relay : socketOnly).next();
      return peers.push(createLocalPeer(link, heard)) - 1;
    }
    if (call.method === 'nextRaw') return -rawPeers.push(createRawPeer(await raw.next()));
    return call.peer < 0 ? misbehaved({ ...call, peer: -call.peer - 1 }) : behaved(call);
  };

  const control = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  control.on('connection', (socket: WebSocket) => {
    socket.on('message', (data: RawData) => {
      const call: ControlCall = JSON.parse(String(data));
      void perform(call).then(
        (value) => socket.send(JSON.stringify({ call: call.call, value })),
        (error: unknown) => socket.send(JSON.stringify({ call: call.call, error: String(error) })),
      );
    });
  });
  await new Promise((resolve) => control.once('listening', resolve));
  const isInfo = (address: AddressInfo | string | null): address is AddressInfo => typeof address === 'object';
  const address = control.address();
  if (!isInfo(address)) throw new Error('no port');
  provide('relays', {
    origin: relay.server.origin,
    socketOnlyOrigin: socketOnly.server.origin,
    rawOrigin: raw.origin,
    control: `ws://127.0.0.1:${address.port}`,
  });
  return async () => {
    for (const socket of control.clients) socket.terminate();
    control.close();
    await Promise.all([relay.server.close(), socketOnly.server.close(), raw.close(), emulator.close()]);
  };
};
