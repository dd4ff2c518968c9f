import type { Result } from '#core/result.ts';

/** Serial lines on USB that somebody allowed this app to use. */
export interface SerialPorts {
  /** Those that are plugged in. */
  find(): Promise<readonly SerialPlug[]>;
  /** Calls back when one comes or leaves; returns how to stop. */
  onChange(listener: () => void): () => void;
}

export interface SerialPlug {
  /** The vendor's number on USB; undefined where it is on no USB. */
  readonly usbVendor: number | undefined;
  /** The vendor's number for what it is. A board that leaves the bus and comes back has the same one. */
  readonly usbProduct: number | undefined;
  /** `busy`: another program has it, or the system lets nobody have it. `gone`: it is not there any more. Handlers are called after this resolved. */
  open(handlers: SerialHandlers): Promise<Result<SerialLine, 'busy' | 'gone'>>;
}

export interface SerialHandlers {
  onBytes(bytes: Uint8Array): void;
  /** The line is gone: unplugged, or the system took it. Called at most once, and not after `close`. */
  onLost(): void;
}

export interface SerialLine {
  write(bytes: Uint8Array): void;
  /** Data terminal ready, request to send. Fails silently where the line is lost. */
  setSignals(signals: SerialSignals): Promise<void>;
  close(): Promise<void>;
}

export interface SerialSignals {
  readonly dtr: boolean;
  readonly rts: boolean;
}
