/**
 * A socket of `ws` with the face of the browsers' WebSocketStream, which QMux speaks through: what is read waits in the
 * kernel when nobody takes it, and a write is done when little is left before it.
 */
import type Session from '@moq/qmux';
import type { RawData, WebSocket } from 'ws';

export type WebSocketStreamLike = Extract<Parameters<typeof Session.accept>[0], { readonly opened: unknown }>;

type Opened = Awaited<WebSocketStreamLike['opened']>;
type Closed = Awaited<WebSocketStreamLike['closed']>;

/** Bytes that may lie in the socket before a write has to wait for its turn. */
const HIGH_WATER = 256 * 1024;
/** Messages that were received and not yet taken before the socket is paused. */
const READ_AHEAD = 16;

/** Takes the socket over, open or still connecting. Call it in the turn in which the socket came to be. */
export const createSocketStream = (socket: WebSocket): WebSocketStreamLike => {
  const closed = new Promise<Closed>((resolve) => {
    socket.once('close', (code: number) => resolve({ closeCode: code, reason: '' }));
  });
  const readable = readFrom(socket);
  const writable = writeTo(socket);
  const describe = (): Opened => ({ readable, writable, extensions: '', protocol: socket.protocol });
  const opened = new Promise<Opened>((resolve, reject) => {
    if (socket.readyState === socket.OPEN) resolve(describe());
    else socket.once('open', () => resolve(describe()));
    socket.once('close', () => reject(new Error('the socket closed before it was open')));
  });
  // A refused upgrade and a broken connection end in `close` as well; without a listener they would end the process.
  socket.on('error', () => undefined);
  opened.catch(() => undefined);
  return { url: socket.url, opened, closed, close: () => socket.close() };
};

const readFrom = (socket: WebSocket): ReadableStream<Uint8Array> =>
  new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        let open = true;
        socket.on('message', (data: RawData, isBinary: boolean) => {
          if (!open) return;
          if (!isBinary || !Buffer.isBuffer(data)) {
            open = false;
            controller.error(new Error('a text message'));
            socket.close(1003);
            return;
          }
          controller.enqueue(data);
          if ((controller.desiredSize ?? 0) <= 0) socket.pause();
        });
        socket.once('close', () => {
          if (open) controller.close();
          open = false;
        });
      },
      pull: () => {
        if (socket.isPaused) socket.resume();
      },
      cancel: () => socket.close(),
    },
    { highWaterMark: READ_AHEAD },
  );

const writeTo = (socket: WebSocket): WritableStream<Uint8Array | string> =>
  new WritableStream({
    write: (chunk) =>
      new Promise<void>((resolve, reject) => {
        const mayReturn = socket.bufferedAmount < HIGH_WATER;
        socket.send(chunk, (error) => (error ? reject(error) : resolve()));
        if (mayReturn) resolve();
      }),
    close: () => socket.close(),
    abort: () => socket.terminate(),
  });
