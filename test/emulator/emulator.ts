/** The emulator as a server on this machine: boards on WebSockets and TCP, a control socket, the script for pages. */
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { createSteadyClock } from '#adapters/system/clock.ts';
import { createBoardSockets, listenOnTcp, portOf } from '#test/emulator/board-sockets.ts';
import { answerControl } from '#test/emulator/control.ts';
import type { EmulatorOptions } from '#test/emulator/emulator-options.ts';
import { createPace, createStillPace } from '#test/emulator/pace.ts';
import { addressedScript } from '#test/emulator/page-script.ts';
import { createWorkbench } from '#test/emulator/workbench.ts';

export interface Addresses {
  /** For `context.addInitScript`, and to stand before a worker's own script. */
  readonly script: string;
  readonly control: string;
  readonly boards: Readonly<Record<string, { readonly socket: string; readonly tcp: number }>>;
}

export interface Emulator {
  readonly addresses: Addresses;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const boardPath = (name: string): string => `/boards/${encodeURIComponent(name)}`;
const CONTROL_PATH = '/control';
const SCRIPT_PATH = '/serial.js';

export const startEmulator = async (options: EmulatorOptions, pageScript: string): Promise<Emulator> => {
  const workbench = createWorkbench(options);
  const { speed } = options;
  const pace = speed === 0 ? createStillPace(workbench) : createPace(workbench, createSteadyClock(), speed);
  const sockets = new Map(workbench.names.map((name) => [boardPath(name), createBoardSockets(workbench, pace, name)]));
  const wires = new Map(
    await Promise.all(workbench.names.map(async (name) => [name, await listenOnTcp(workbench, pace, name)] as const)),
  );

  const http = createServer();
  await new Promise<void>((done) => http.listen(options.port, HOST, done));
  const authority = `${HOST}:${portOf(http.address())}`;
  const addresses: Addresses = {
    script: `http://${authority}${SCRIPT_PATH}`,
    control: `ws://${authority}${CONTROL_PATH}`,
    boards: Object.fromEntries(
      [...wires].map(([name, wire]) => [
        name,
        { socket: `ws://${authority}${boardPath(name)}`, tcp: portOf(wire.address()) },
      ]),
    ),
  };

  // Served from here on, in the same turn in which its addresses are known.
  const script = addressedScript(
    pageScript,
    Object.values(addresses.boards).map(({ socket }) => socket),
  );
  http.on('request', (request, response) => {
    const isScript = request.url === SCRIPT_PATH;
    response.writeHead(isScript ? 200 : 404, { 'Content-Type': 'text/javascript', 'Access-Control-Allow-Origin': '*' });
    response.end(isScript ? script : '');
  });
  const server = new WebSocketServer({ server: http, perMessageDeflate: false });
  server.on('connection', (socket, request) => {
    socket.on('error', () => socket.terminate());
    const path = request.url ?? '';
    const board = sockets.get(path);
    if (board !== undefined) board.accept(socket, request.headers.origin ?? '');
    else if (path !== CONTROL_PATH) socket.close();
    else socket.on('message', (data) => socket.send(answerControl(workbench, pace, String(data))));
  });
  return {
    addresses,
    close: async () => {
      pace.stop();
      for (const socket of server.clients) socket.terminate();
      for (const wire of wires.values()) wire.close();
      server.close();
      http.closeAllConnections();
      await new Promise((done) => http.close(done));
    },
  };
};
