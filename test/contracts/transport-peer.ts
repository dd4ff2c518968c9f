/** What the sides of a link heard, and how the transport contract speaks to the other side. */
import type { Link, LinkEnd, LinkHandlers } from '#ports/transport.ts';

/** Everything that one side of a link was told. */
export interface Heard {
  readonly handlers: LinkHandlers;
  readonly frames: readonly Uint8Array[];
  readonly ends: readonly LinkEnd[];
  /** The first so many frames, once they are there. Rejects when the link ends before. */
  received(count: number): Promise<readonly Uint8Array[]>;
  /** The reason of the end, once there is one. */
  ended(): Promise<LinkEnd>;
}

/** The other side, behaved. */
export interface TestPeer {
  send(frames: readonly Uint8Array[]): Promise<boolean[]>;
  close(reason: LinkEnd): Promise<void>;
  received(count: number): Promise<readonly Uint8Array[]>;
  ended(): Promise<LinkEnd>;
  /** How often it was told of an end so far. */
  ends(): Promise<number>;
}

/** The other side as bare bytes: never beats, never says goodbye, never reads. */
export interface RawPeer {
  write(bytes: Uint8Array): Promise<void>;
  /** Ends its direction of the stream. */
  finish(): Promise<void>;
  /** Ends the session with a reason and without a goodbye on the stream. */
  close(reason: LinkEnd): Promise<void>;
}

export const createHeard = (): Heard => {
  const frames: Uint8Array[] = [];
  const ends: LinkEnd[] = [];
  let waiting: (() => void)[] = [];
  const wake = (): void => {
    const woken = waiting;
    waiting = [];
    for (const go of woken) go();
  };
  const change = (): Promise<void> => new Promise((go) => waiting.push(go));
  return {
    frames,
    ends,
    handlers: {
      onFrame: (frame) => {
        if (ends.length > 0) throw new Error('a frame after the end');
        frames.push(frame);
        wake();
      },
      onEnd: (reason) => {
        ends.push(reason);
        wake();
      },
    },
    received: async (count) => {
      while (frames.length < count) {
        if (ends.length > 0) throw new Error(`ended (${ends[0]}) after ${frames.length} of ${count} frames`);
        await change();
      }
      return frames.slice(0, count);
    },
    ended: async () => {
      for (;;) {
        const [reason] = ends;
        if (reason !== undefined) return reason;
        await change();
      }
    },
  };
};

/** The peer of a link in the same process. */
export const createLocalPeer = (link: Link, heard: Heard): TestPeer => ({
  send: async (frames) => frames.map((frame) => link.send(frame)),
  close: async (reason) => link.close(reason),
  received: (count) => heard.received(count),
  ended: () => heard.ended(),
  ends: async () => heard.ends.length,
});
