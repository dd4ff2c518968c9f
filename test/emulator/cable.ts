import type { Signals } from '#test/emulator/usb-board.ts';

/** What an emulated serial port needs of the board at its other end, wherever that is. */
export interface Cable {
  /** Undefined where it is not known yet, or nothing is plugged in. */
  readonly device: CableDevice | undefined;
  /** Whether this page was allowed to use it. */
  readonly isGranted: boolean;
  /** Settles when `device` and `isGranted` are what they are now. */
  look(): Promise<void>;
  /** Settles when every page of this origin has it. */
  grant(isGranted: boolean): Promise<void>;
  /** False when it is gone, or somebody else has it open. */
  open(baudRate: number): Promise<boolean>;
  close(): Promise<void>;
  write(bytes: Uint8Array): void;
  setSignals(signals: Partial<Signals>): void;
  listener: CableListener | undefined;
}

export interface CableDevice {
  readonly usbVendorId: number;
  readonly usbProductId: number;
  /** Whether a browser can recognise it when it comes back. */
  readonly hasSerialNumber: boolean;
}

export interface CableListener {
  onBytes(bytes: Uint8Array): void;
  onLineError(error: LineError): void;
  /** It was plugged in, unplugged, granted or taken back. */
  onChange(): void;
}

/** As Web Serial names them. */
export type LineError = 'BreakError' | 'FramingError' | 'ParityError' | 'BufferOverrunError';
