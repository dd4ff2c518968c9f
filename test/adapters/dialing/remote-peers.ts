/** The other side of a browser's link, which is in the process of test/contracts/browser-setup.ts. */

import type { LinkEnd } from '#ports/transport.ts';
import type { ControlCall } from '#test/contracts/browser-setup.ts';
import type { RawPeer, TestPeer } from '#test/contracts/transport-peer.ts';

type Ask = (call: Omit<ControlCall, 'call'>) => Promise<unknown>;

export interface RemotePeers {
  /** The peer of the link that was accepted next. */
  next(from: 'next' | 'nextSocketOnly'): Promise<TestPeer>;
  nextRaw(): Promise<RawPeer>;
  close(): void;
}

const toText = (bytes: Uint8Array): string => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
const toBytes = (text: string): Uint8Array => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

export const connectRemotePeers = async (url: string): Promise<RemotePeers> => {
  const socket = new WebSocket(url);
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let last = 0;
  socket.onmessage = ({ data }) => {
    const { call, value, error } = JSON.parse(String(data));
    const caller = waiting.get(call);
    waiting.delete(call);
    if (error === undefined) caller?.resolve(value);
    else caller?.reject(new Error(error));
  };
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  const ask: Ask = (call) =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      socket.send(JSON.stringify({ ...call, call: last }));
    });
  return {
    next: async (from) => createRemotePeer(ask, Number(await ask({ peer: 0, method: from }))),
    nextRaw: async () => createRemoteRawPeer(ask, Number(await ask({ peer: 0, method: 'nextRaw' }))),
    close: () => socket.close(),
  };
};

const createRemotePeer = (ask: Ask, peer: number): TestPeer => ({
  send: async (frames) => (await ask({ peer, method: 'send', frames: frames.map(toText) })) as boolean[],
  close: async (reason) => void (await ask({ peer, method: 'close', reason })),
  received: async (count) => ((await ask({ peer, method: 'received', count })) as string[]).map(toBytes),
  ended: async () => (await ask({ peer, method: 'ended' })) as LinkEnd,
  ends: async () => Number(await ask({ peer, method: 'ends' })),
});

const createRemoteRawPeer = (ask: Ask, peer: number): RawPeer => ({
  write: async (bytes) => void (await ask({ peer, method: 'write', frames: [toText(bytes)] })),
  finish: async () => void (await ask({ peer, method: 'finish' })),
  close: async (reason) => void (await ask({ peer, method: 'close', reason })),
});
