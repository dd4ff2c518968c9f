/** One host's hold on one board: what it opens it closes, and nobody else can use it meanwhile. */
import type { Cable, CableDevice, CableListener, LineError } from '#test/emulator/cable.ts';
import type { Pace } from '#test/emulator/pace.ts';
import type { Signals } from '#test/emulator/usb-board.ts';
import type { Workbench } from '#test/emulator/workbench.ts';

export interface BoardLine {
  device(): CableDevice | undefined;
  open(baudRate: number): boolean;
  close(): void;
  write(bytes: Uint8Array): void;
  setSignals(signals: Partial<Signals>): void;
  /** Closes what is open, and listens no more. */
  end(): void;
}

export interface LineListener {
  onBytes(bytes: Uint8Array): void;
  onPlugged(): void;
  onLineError(error: LineError): void;
}

export const createBoardLine = (workbench: Workbench, pace: Pace, name: string, listener: LineListener): BoardLine => {
  const board = workbench.board(name);
  let isOpen = false;
  const unlisten = workbench.listen(name, {
    onBytes: (bytes) => isOpen && listener.onBytes(bytes),
    onLineError: (error) => isOpen && listener.onLineError(error),
    onPlugged: () => {
      isOpen = false;
      listener.onPlugged();
    },
  });
  const close = (): void => {
    if (isOpen) pace.act((now) => board.close(now));
    isOpen = false;
  };
  return {
    device: () =>
      board.isPlugged
        ? {
            usbVendorId: board.usb.vendor,
            usbProductId: board.usb.product,
            hasSerialNumber: board.serialNumber !== undefined,
          }
        : undefined,
    open: (baudRate) => {
      if (isOpen) return false;
      isOpen = pace.act((now) => board.open(baudRate, now));
      return isOpen;
    },
    close,
    write: (bytes) => {
      if (isOpen) pace.act((now) => board.write(bytes, now));
    },
    setSignals: (signals) => {
      if (isOpen) pace.act((now) => board.setSignals(signals, now));
    },
    end: () => {
      close();
      unlisten();
    },
  };
};

/** A cable in this process, for tests without a browser. */
export const createDirectCable = (workbench: Workbench, pace: Pace, name: string, isGranted = true): Cable => {
  let granted = isGranted;
  let listener: CableListener | undefined;
  const line = createBoardLine(workbench, pace, name, {
    onBytes: (bytes) => listener?.onBytes(bytes),
    onLineError: (error) => listener?.onLineError(error),
    onPlugged: () => {
      // A browser forgets what it could not recognise again.
      if (line.device() === undefined && workbench.board(name).serialNumber === undefined) granted = false;
      listener?.onChange();
    },
  });
  return {
    get device() {
      return line.device();
    },
    get isGranted() {
      return granted;
    },
    look: async () => undefined,
    grant: async (is) => {
      granted = is;
      listener?.onChange();
    },
    open: async (baudRate) => line.open(baudRate),
    close: async () => line.close(),
    write: line.write,
    setSignals: line.setSignals,
    get listener() {
      return listener;
    },
    set listener(next) {
      listener = next;
    },
  };
};
