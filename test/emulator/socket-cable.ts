/** A cable over a WebSocket to the emulator: for pages and workers. */
import type { Cable, CableDevice, CableListener } from '#test/emulator/cable.ts';
import type { FromPage, ToPage } from '#test/emulator/wire.ts';

export const createSocketCable = (address: string): Cable => {
  const socket = new WebSocket(address);
  socket.binaryType = 'arraybuffer';
  let device: CableDevice | undefined;
  let isGranted = false;
  let listener: CableListener | undefined;
  let markReady = (): void => undefined;
  const ready = new Promise<void>((done) => {
    markReady = done;
  });
  /** Answers come in the order of what was asked. */
  const waiting: ((ok: boolean) => void)[] = [];

  const tell = (message: FromPage): void => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  };
  const ask = (message: FromPage): Promise<boolean> =>
    new Promise((done) => {
      if (socket.readyState !== WebSocket.OPEN) return done(false);
      waiting.push(done);
      tell(message);
    });
  const hear = (message: ToPage): void => {
    switch (message.kind) {
      case 'device':
        device = message.device;
        isGranted = message.isGranted;
        listener?.onChange();
        return markReady();
      case 'done':
        return waiting.shift()?.(message.ok);
      case 'line-error':
        return listener?.onLineError(message.error);
      case 'misunderstood':
        throw new Error(message.error);
    }
  };
  socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (data instanceof ArrayBuffer) listener?.onBytes(new Uint8Array(data));
    else hear(JSON.parse(String(data)));
  });
  // An emulator that is gone is a machine without boards.
  socket.addEventListener('close', () => {
    device = undefined;
    for (const done of waiting.splice(0)) done(false);
    listener?.onChange();
    markReady();
  });

  return {
    get device() {
      return device;
    },
    get isGranted() {
      return isGranted;
    },
    look: async () => {
      await ready;
      await ask({ kind: 'look' });
    },
    grant: async (is) => {
      isGranted = is;
      await ask({ kind: 'grant', isGranted: is });
    },
    open: (baudRate) => ask({ kind: 'open', baudRate }),
    close: async () => void (await ask({ kind: 'close' })),
    write: (bytes) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(Uint8Array.from(bytes));
    },
    setSignals: (signals) => tell({ kind: 'signals', signals }),
    get listener() {
      return listener;
    },
    set listener(next) {
      listener = next;
    },
  };
};
