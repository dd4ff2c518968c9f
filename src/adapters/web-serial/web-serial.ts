/** Serial ports over Web Serial. Errors of the line (break, framing, parity, overrun) cost bytes, not the line. */
import type { SerialLike, SerialPortLike } from '#adapters/web-serial/serial-like.ts';
import { ok, refuse } from '#core/result.ts';
import type { SerialHandlers, SerialLine, SerialPlug, SerialPorts } from '#ports/serial.ts';

const BAUD_RATE = 115_200;
/** The usual 255 bytes are less than one frame. */
const BUFFER_BYTES = 16_384;

export const createWebSerialPorts = (serial: SerialLike): SerialPorts => ({
  find: async () => (await serial.getPorts()).map(toPlug),
  onChange: (listener) => {
    const events = ['connect', 'disconnect'];
    for (const event of events) serial.addEventListener(event, listener);
    return () => {
      for (const event of events) serial.removeEventListener(event, listener);
    };
  },
});

const toPlug = (port: SerialPortLike): SerialPlug => ({
  usbVendor: port.getInfo().usbVendorId,
  usbProduct: port.getInfo().usbProductId,
  open: async (handlers) => {
    try {
      await port.open({ baudRate: BAUD_RATE, bufferSize: BUFFER_BYTES });
      return ok(openLine(port, handlers));
    } catch (error) {
      // Open already, in this very page: an earlier line was not closed yet.
      return refuse(error instanceof DOMException && error.name === 'InvalidStateError' ? 'gone' : 'busy');
    }
  },
});

const openLine = (port: SerialPortLike, handlers: SerialHandlers): SerialLine => {
  let isOpen = true;
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  const writer = port.writable?.getWriter();

  const readStream = async (stream: ReadableStream<Uint8Array>): Promise<void> => {
    reader = stream.getReader();
    try {
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        if (isOpen) handlers.onBytes(value);
      }
    } catch {
      // What was lost is lost; a line that lives has another stream.
    } finally {
      reader.releaseLock();
      reader = undefined;
    }
  };
  const read = async (): Promise<void> => {
    for (let stream = port.readable; isOpen && stream !== null; stream = port.readable) await readStream(stream);
    if (!isOpen) return;
    isOpen = false;
    handlers.onLost();
  };
  const reading = Promise.resolve().then(read);

  return {
    write: (bytes) => {
      // A line that is lost says so where it is read.
      writer?.write(bytes).catch(() => undefined);
    },
    setSignals: ({ dtr, rts }) =>
      port.setSignals({ dataTerminalReady: dtr, requestToSend: rts }).catch(() => undefined),
    close: async () => {
      isOpen = false;
      await reader?.cancel().catch(() => undefined);
      await reading;
      await writer?.abort().catch(() => undefined);
      writer?.releaseLock();
      await port.close().catch(() => undefined);
    },
  };
};
