/** One emulated board on WebSockets, for pages, and on TCP, for everything else. */
import { type AddressInfo, createServer, type Server } from 'node:net';
import type { RawData, WebSocket } from 'ws';
import { isBridge } from '#test/emulator/board-kind.ts';
import { createBoardLine } from '#test/emulator/board-line.ts';
import type { Pace } from '#test/emulator/pace.ts';
import { readFromPage } from '#test/emulator/read-page.ts';
import type { FromPage, ToPage } from '#test/emulator/wire.ts';
import type { Workbench } from '#test/emulator/workbench.ts';

export interface BoardSockets {
  /** `origin`: whose page it is; what one page of it was granted, all have. */
  accept(socket: WebSocket, origin: string): void;
}

const toBytes = (data: RawData): Uint8Array =>
  Array.isArray(data) ? Uint8Array.from(Buffer.concat(data)) : new Uint8Array(data);

export const createBoardSockets = (workbench: Workbench, pace: Pace, name: string): BoardSockets => {
  const granted = new Set<string>();
  const pages = new Set<{ readonly origin: string; tellDevice(): void }>();
  workbench.listen(name, {
    onPlugged: (isPlugged) => {
      // A browser forgets what it could not recognise again.
      if (!isPlugged && workbench.board(name).serialNumber === undefined) granted.clear();
    },
  });
  const grant = (origin: string, isGranted: boolean): void => {
    if (isGranted) granted.add(origin);
    else granted.delete(origin);
    for (const page of pages) if (page.origin === origin) page.tellDevice();
  };

  return {
    accept: (socket, origin) => {
      const tell = (message: ToPage): void => socket.send(JSON.stringify(message));
      const line = createBoardLine(workbench, pace, name, {
        onBytes: (bytes) => socket.send(bytes),
        onPlugged: () => page.tellDevice(),
        onLineError: (error) => tell({ kind: 'line-error', error }),
      });
      const page = {
        origin,
        tellDevice: () => {
          const device = line.device();
          tell({ kind: 'device', ...(device && { device }), isGranted: granted.has(origin) });
        },
      };
      const hear = (message: FromPage): void => {
        const ok = message.kind !== 'open' || line.open(message.baudRate);
        if (message.kind === 'signals') return line.setSignals(message.signals);
        if (message.kind === 'grant') grant(origin, message.isGranted);
        else if (message.kind === 'close') line.close();
        else if (message.kind === 'look') page.tellDevice();
        tell({ kind: 'done', ok });
      };
      const hearText = (text: string): void => {
        try {
          hear(readFromPage(text));
        } catch (error) {
          tell({ kind: 'misunderstood', error: String(error) });
        }
      };
      pages.add(page);
      socket.on('message', (data, isBinary) => {
        if (isBinary) line.write(toBytes(data));
        else hearText(String(data));
      });
      socket.on('close', () => {
        pages.delete(page);
        line.end();
      });
      page.tellDevice();
    },
  };
};

/** Bytes as they are; the lines are set as the board wants them. Who is refused, or loses the board, is disconnected. */
export const listenOnTcp = async (workbench: Workbench, pace: Pace, name: string): Promise<Server> => {
  const server = createServer((socket) => {
    const line = createBoardLine(workbench, pace, name, {
      onBytes: (bytes) => socket.write(bytes),
      onPlugged: () => socket.destroy(),
      onLineError: () => undefined,
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', line.end);
    if (!line.open(115_200)) return socket.destroy();
    line.setSignals({ dtr: !isBridge(workbench.board(name).usb), rts: false });
    socket.on('data', (bytes) => line.write(bytes));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return server;
};

export const portOf = (address: AddressInfo | string | null): number => {
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
};
