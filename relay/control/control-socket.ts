/**
 * How an operator's command reaches a relay that runs: a socket in the data folder, which nobody but the folder's owner can
 * open. One line of JSON in, one out, then it closes. Nothing of it can be reached over the network.
 */
import { chmod, mkdir, rm } from 'node:fs/promises';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { ok, type Result, refuse } from '#core/result.ts';

const MAX_TEXT = 1_024;
/** Commands at once; an operator types one. */
const MAX_COMMANDS = 4;
/** A command is written in one go. */
const PATIENCE_MS = 15_000;
const OWNER_ONLY = 0o700;

/** Answers a command, which came from the owner's own machine and may still be anything; who rejects answers nothing. */
export type Answer = (request: unknown) => Promise<object>;

export interface ControlSocket {
  close(): Promise<void>;
}

const folderOf = (data: string): string => join(data, 'control');
/** Longer ones are cut by some systems, without a word. */
const MAX_PATH_BYTES = 103;
const isUsable = (path: string): boolean => Buffer.byteLength(path) <= MAX_PATH_BYTES;
const pathOf = (data: string): string => join(folderOf(data), 'socket');

const parseLine = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};

/** The first line that comes; undefined when it ends, breaks, is too long or does not come in time. */
const readLine = (socket: Socket): Promise<string | undefined> =>
  new Promise((done) => {
    let text = '';
    const finish = (line: string | undefined): void => {
      socket.removeAllListeners('data');
      done(line);
    };
    socket.setEncoding('utf8');
    socket.setTimeout(PATIENCE_MS, () => finish(undefined));
    socket.on('data', (chunk: string) => {
      text += chunk;
      const end = text.indexOf('\n');
      if (text.length > MAX_TEXT) finish(undefined);
      else if (end >= 0) finish(text.slice(0, end));
    });
    socket.on('error', () => finish(undefined));
    socket.on('close', () => finish(undefined));
  });

const listening = (server: Server, path: string): Promise<void> =>
  new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(path, done);
  });
const connected = (socket: Socket): Promise<void> =>
  new Promise((done, fail) => {
    socket.once('error', fail);
    socket.once('connect', done);
  });

/** Rejects where there can be no such socket: a path that is too long, a system without them. */
export const openControlSocket = async (data: string, answer: Answer): Promise<ControlSocket> => {
  const path = pathOf(data);
  if (!isUsable(path)) throw new Error(`the path ${path} is longer than ${MAX_PATH_BYTES} bytes`);
  await mkdir(folderOf(data), { recursive: true, mode: OWNER_ONLY });
  await chmod(folderOf(data), OWNER_ONLY);
  // The store's lock says that no other relay runs on this folder: what lies here was left by one that was killed.
  await rm(path, { force: true });
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    void serve(socket, answer);
  });
  server.maxConnections = MAX_COMMANDS;
  await listening(server, path);
  return {
    close: async () => {
      const closed = new Promise((done) => server.close(done));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
};

const serve = async (socket: Socket, answer: Answer): Promise<void> => {
  const line = await readLine(socket);
  if (line === undefined) return void socket.destroy();
  try {
    socket.end(`${JSON.stringify(await answer(parseLine(line)))}\n`);
  } catch {
    socket.destroy();
  }
};

/** `unreachable`: no relay runs on this folder, or it is not ours. `malformed`: what answers is no relay. */
export const askControlSocket = async (
  data: string,
  request: object,
): Promise<Result<unknown, 'unreachable' | 'malformed'>> => {
  if (!isUsable(pathOf(data))) return refuse('unreachable');
  const socket = createConnection(pathOf(data));
  try {
    const answered = readLine(socket);
    await connected(socket);
    socket.write(`${JSON.stringify(request)}\n`);
    const line = await answered;
    const reply = line === undefined ? undefined : parseLine(line);
    return reply === undefined ? refuse('malformed') : ok(reply);
  } catch {
    return refuse('unreachable');
  } finally {
    socket.destroy();
  }
};
