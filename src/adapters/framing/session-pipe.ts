/**
 * The byte pipe of a WebTransport session, or of anything with the same face (QMux over a WebSocket): one bidirectional
 * stream, opened by the side that dialled. Described by shape, because browsers and Node name these types differently.
 */
import type { BytePipe } from '#adapters/framing/byte-pipe.ts';
import { goodbyeCode, goodbyeReason } from '#adapters/framing/stream-frame.ts';

type ReadResult<T> =
  | { readonly done: false; readonly value: T }
  | { readonly done: true; readonly value?: T | undefined };

interface Reader<T> {
  read(): Promise<ReadResult<T>>;
}

export interface ByteStream {
  readonly readable: { getReader(): Reader<Uint8Array> };
  readonly writable: {
    getWriter(): { readonly ready: Promise<unknown>; write(chunk: Uint8Array): Promise<void>; close(): Promise<void> };
  };
}

export interface StreamSession {
  readonly ready: Promise<unknown>;
  readonly closed: Promise<{ readonly closeCode?: number | undefined }>;
  close(info: { closeCode: number; reason: string }): void;
}

/** The pipe over a stream of a session. The stream's reader and writer belong to it from now on. */
export const createSessionPipe = (session: StreamSession, stream: ByteStream): BytePipe => {
  const reader = stream.readable.getReader();
  const writer = stream.writable.getWriter();
  writer.ready.catch(() => undefined);
  let closing = false;
  return {
    read: async () => {
      const result = await reader.read();
      return result.done ? undefined : result.value;
    },
    write: (bytes) => writer.write(bytes),
    finish: () => writer.close(),
    close: (reason) => {
      if (closing) return;
      closing = true;
      session.close({ closeCode: goodbyeCode(reason), reason });
    },
    closed: session.closed.then(
      ({ closeCode }) => goodbyeReason(closeCode ?? 0),
      () => 'lost',
    ),
  };
};
