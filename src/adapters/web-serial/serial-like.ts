/**
 * The part of Web Serial that is used here (https://wicg.github.io/serial/), which TypeScript's libraries do not know: in
 * windows and dedicated workers of Chromium.
 */
export interface SerialLike extends EventTarget {
  getPorts(): Promise<readonly SerialPortLike[]>;
}

export interface SerialPortLike {
  readonly readable: ReadableStream<Uint8Array> | null;
  readonly writable: WritableStream<Uint8Array> | null;
  getInfo(): { readonly usbVendorId?: number; readonly usbProductId?: number };
  open(options: { readonly baudRate: number; readonly bufferSize: number }): Promise<void>;
  setSignals(signals: { readonly dataTerminalReady: boolean; readonly requestToSend: boolean }): Promise<void>;
  close(): Promise<void>;
}

/** Undefined where the browser has none. */
export const serialOf = (navigator: object): SerialLike | undefined =>
  'serial' in navigator ? (navigator.serial as SerialLike) : undefined;
