/** A byte pipe whose other end is the test: every write is kept, and what comes is said by the test. */
import type { BytePipe } from '#adapters/framing/byte-pipe.ts';
import type { LinkEnd } from '#ports/transport.ts';

export interface MemoryPipe {
  readonly pipe: BytePipe;
  /** One entry for each write. */
  readonly writes: readonly Uint8Array[];
  readonly closedWith: () => LinkEnd | undefined;
  readonly isFinished: () => boolean;
  /** Writes that come now wait until it is called with false. */
  hold(held: boolean): void;
  arrive(bytes: readonly number[]): void;
  /** The peer's direction ends. */
  arriveEnd(): void;
  breakReading(): void;
  breakWriting(): void;
  /** The session is over, for this reason. */
  endSession(reason: LinkEnd): void;
}

export const createMemoryPipe = (): MemoryPipe => {
  const writes: Uint8Array[] = [];
  const arrived: (Uint8Array | undefined | Error)[] = [];
  const readers: { resolve: (chunk: Uint8Array | undefined) => void; reject: (error: Error) => void }[] = [];
  let heldBack: (() => void)[] = [];
  let isHeld = false;
  let isBroken = false;
  let finished = false;
  let closedWith: LinkEnd | undefined;
  let endSession: (reason: LinkEnd) => void = () => undefined;
  const closed = new Promise<LinkEnd>((resolve) => {
    endSession = resolve;
  });
  const pump = (): void => {
    while (readers.length > 0 && arrived.length > 0) {
      const [reader, next] = [readers.shift(), arrived.shift()];
      if (next instanceof Error) reader?.reject(next);
      else reader?.resolve(next);
    }
  };
  const put = (next: Uint8Array | undefined | Error): void => {
    arrived.push(next);
    pump();
  };
  return {
    writes,
    closedWith: () => closedWith,
    isFinished: () => finished,
    hold: (held) => {
      isHeld = held;
      const released = heldBack;
      heldBack = [];
      for (const go of released) go();
    },
    arrive: (bytes) => put(Uint8Array.from(bytes)),
    arriveEnd: () => put(undefined),
    breakReading: () => put(new Error('broken')),
    breakWriting: () => {
      isBroken = true;
    },
    endSession: (reason) => endSession(reason),
    pipe: {
      read: () =>
        new Promise((resolve, reject) => {
          readers.push({ resolve, reject });
          pump();
        }),
      write: async (bytes) => {
        if (isBroken) throw new Error('broken');
        writes.push(bytes);
        if (isHeld) await new Promise<void>((go) => heldBack.push(go));
      },
      finish: async () => {
        finished = true;
      },
      close: (reason) => {
        closedWith ??= reason;
        endSession(reason);
        put(new Error('closed'));
      },
      closed,
    },
  };
};
