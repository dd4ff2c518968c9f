/**
 * A SerialPort as Web Serial specifies it (https://wicg.github.io/serial/, section 4), over a cable to an emulated board. Runs in
 * a window, in a worker and in Node. Whoever loses its board has a port that can be closed and never opened again: when the
 * board is back, it is another port, as in Chromium.
 */
import type { Cable, CableDevice, LineError } from '#test/emulator/cable.ts';

export interface OpenOptions {
  readonly baudRate: number;
  readonly bufferSize?: number;
}

export interface OutputSignals {
  readonly dataTerminalReady?: boolean;
  readonly requestToSend?: boolean;
  readonly break?: boolean;
}

const DEFAULT_BUFFER_BYTES = 255;
const MAX_BUFFER_BYTES = 16 * 1024 * 1024;

const fail = (name: string, message: string): DOMException => new DOMException(message, name);
const lost = (): DOMException => fail('NetworkError', 'The device has been lost.');

export class FakeSerialPort extends EventTarget {
  onconnect: ((event: Event) => void) | null = null;
  ondisconnect: ((event: Event) => void) | null = null;
  readonly #cable: Cable;
  readonly #device: CableDevice;
  readonly #onForget: () => Promise<void>;
  #state: 'closed' | 'opening' | 'open' | 'closing' | 'forgotten' = 'closed';
  #isLost = false;
  #bufferSize = DEFAULT_BUFFER_BYTES;
  #readable: ReadableStream<Uint8Array> | null = null;
  #reader: ReadableByteStreamController | undefined;
  #writable: WritableStream<Uint8Array> | null = null;
  #writer: WritableStreamDefaultController | undefined;

  constructor(cable: Cable, device: CableDevice, onForget: () => Promise<void>) {
    super();
    this.#cable = cable;
    this.#device = device;
    this.#onForget = onForget;
    for (const type of ['connect', 'disconnect'] as const) {
      this.addEventListener(type, (event) => this[`on${type}`]?.(event));
    }
  }

  get connected(): boolean {
    return !this.#isLost && this.#state !== 'forgotten';
  }

  getInfo(): { readonly usbVendorId: number; readonly usbProductId: number } {
    const { usbVendorId, usbProductId } = this.#device;
    return { usbVendorId, usbProductId };
  }

  async open(options: OpenOptions): Promise<void> {
    const { baudRate, bufferSize = DEFAULT_BUFFER_BYTES } = options;
    if (this.#state !== 'closed') throw fail('InvalidStateError', 'The port is already open.');
    if (!Number.isInteger(baudRate) || baudRate <= 0) throw new TypeError('A baud rate is a positive number.');
    if (bufferSize <= 0 || bufferSize > MAX_BUFFER_BYTES) throw new TypeError('A buffer of this size is not possible.');
    this.#state = 'opening';
    const isOpen = !this.#isLost && (await this.#cable.open(baudRate));
    if (!isOpen) {
      this.#state = 'closed';
      throw fail('NetworkError', 'Failed to open serial port.');
    }
    this.#bufferSize = bufferSize;
    this.#state = 'open';
  }

  /** A fresh stream where the one before ended by an error of the line. */
  get readable(): ReadableStream<Uint8Array> | null {
    if (this.#state !== 'open' || this.#isLost) return null;
    this.#readable ??= new ReadableStream(
      {
        type: 'bytes',
        start: (controller) => {
          this.#reader = controller;
        },
        cancel: () => this.#forgetReadable(),
      },
      { highWaterMark: this.#bufferSize },
    );
    return this.#readable;
  }

  get writable(): WritableStream<Uint8Array> | null {
    if (this.#state !== 'open' || this.#isLost) return null;
    this.#writable ??= new WritableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#writer = controller;
        },
        write: (chunk) => {
          if (!ArrayBuffer.isView(chunk)) throw new TypeError('Only bytes can be written.');
          this.#cable.write(Uint8Array.from(chunk));
        },
        close: () => this.#forgetWritable(),
        abort: () => this.#forgetWritable(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: this.#bufferSize }),
    );
    return this.#writable;
  }

  async setSignals(signals: OutputSignals = {}): Promise<void> {
    this.#requireOpen();
    const { dataTerminalReady: dtr, requestToSend: rts } = signals;
    if (dtr === undefined && rts === undefined && signals.break === undefined) {
      throw new TypeError('At least one signal must be set.');
    }
    if (this.#isLost) throw fail('NetworkError', 'Failed to set control signals.');
    this.#cable.setSignals({ ...(dtr !== undefined && { dtr }), ...(rts !== undefined && { rts }) });
  }

  /** No board here drives a line of its own. */
  async getSignals(): Promise<Readonly<Record<string, boolean>>> {
    this.#requireOpen();
    if (this.#isLost) throw fail('NetworkError', 'Failed to get control signals.');
    return { dataCarrierDetect: false, clearToSend: false, ringIndicator: false, dataSetReady: false };
  }

  async close(): Promise<void> {
    this.#requireOpen();
    // A stream that somebody holds refuses, and the port stays open.
    await Promise.all([this.#readable?.cancel(), this.#writable?.abort()]);
    this.#state = 'closing';
    this.#forgetReadable();
    this.#forgetWritable();
    if (!this.#isLost) await this.#cable.close();
    this.#state = 'closed';
  }

  async forget(): Promise<void> {
    if (this.#state === 'open' && !this.#isLost) await this.#cable.close();
    this.#state = 'forgotten';
    await this.#onForget();
  }

  /** For the cable's end: bytes came. */
  take(bytes: Uint8Array): void {
    // What nobody waits for is held by the stream, as by a driver.
    if (this.readable !== null) this.#reader?.enqueue(Uint8Array.from(bytes));
  }

  /** For the cable's end: the stream ends, and there will be another. */
  takeLineError(error: LineError): void {
    const reader = this.#reader;
    this.#forgetReadable();
    reader?.error(fail(error, 'The serial line reports an error.'));
  }

  /** For the cable's end: the board is gone, for this port forever. */
  lose(): void {
    if (this.#isLost) return;
    this.#isLost = true;
    const [reader, writer] = [this.#reader, this.#writer];
    this.#forgetReadable();
    this.#forgetWritable();
    reader?.error(lost());
    writer?.error(lost());
  }

  #requireOpen(): void {
    if (this.#state !== 'open') throw fail('InvalidStateError', 'The port is not open.');
  }

  #forgetReadable(): void {
    this.#readable = null;
    this.#reader = undefined;
  }

  #forgetWritable(): void {
    this.#writable = null;
    this.#writer = undefined;
  }
}
