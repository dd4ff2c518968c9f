/**
 * How long a message takes from a browser through the relay to a browser and back, and until it is durable; beside it, in
 * the same run and in turns, bare WebTransport echoes and Socket.IO with the same 352 bytes. The relay is the real one:
 * its server, its engine and its store on disk, with limits that a flood of messages does not reach.
 */
import { webcrypto } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright';
import { Server as SocketIoServer } from 'socket.io';
import { createSystemClock } from '#adapters/system/clock.ts';
import { createCounters } from '#adapters/system/counters.ts';
import { createSystemRng } from '#adapters/system/rng.ts';
import { createWebCrypto } from '#adapters/webcrypto/web-crypto.ts';
import { parseConfig } from '#relay/config/config.ts';
import { openFileKeyStore } from '#relay/crypto/file-key-store.ts';
import { startRelayNode } from '#relay/relay-node.ts';
import { startRelayServer } from '#relay/serve.ts';
import { openLevelStore } from '#relay/store/level-store.ts';
import { bindServer } from '#relay/webtransport/bound-server.ts';
import { loadNative, type NativeRequest, type NativeSession } from '#relay/webtransport/native.ts';
import { CHROMIUM_FLAGS, findChromium } from '../scripts/chromium.mjs';
import { bundleForPage } from './page-bundle.ts';
import type { Places } from './relay-page.ts';
import type { Report } from './row.ts';
import { median, milliseconds, percentile, rounded } from './statistics.ts';

export interface RelayResult {
  readonly transitP50Ms: number;
  readonly transitP99Ms: number;
  readonly durableP50Ms: number;
  /** Round trip over two bare echoes: the message is received and sent on twice as often. */
  readonly echoRatio: number;
  readonly socketioRatio: number;
}

const ROUNDS = 60;
const MESSAGES_PER_ROUND = 25;
const WARM_UP = 100;
const UNLIMITED = { burst: 1e6, perSecond: 1e6 };
const HOST = '127.0.0.1';

interface Part<T> {
  readonly value: T;
  close(): Promise<void>;
}

const startRelay = async (folder: string): Promise<Part<string>> => {
  const config = parseConfig(
    JSON.stringify({ port: 0, app: 'app', data: 'data' }),
    {},
    { file: folder, working: folder },
  );
  if (!config.ok) throw new Error(config.code.join('\n'));
  const random = createSystemRng();
  const keys = await openFileKeyStore(join(folder, 'keys.json'));
  const store = await openLevelStore(join(folder, 'store'));
  const node = await startRelayNode({
    store,
    keys,
    crypto: createWebCrypto({ subtle: webcrypto.subtle as SubtleCrypto, keys, random }),
    clock: createSystemClock(),
    random,
    metrics: createCounters(),
    registrars: [],
    limits: { bundlesPerRemote: UNLIMITED, framesPerLink: UNLIMITED },
    onBroken: (failure) => {
      throw new Error(`the relay's store is broken: ${failure}`);
    },
  });
  const server = await startRelayServer(config.value, {
    accept: node.driver.accept,
    identityAddress: node.address,
    metricsText: async () => '',
    onNotice: (text) => void process.stderr.write(`${text}\n`),
  });
  return {
    value: server.origin,
    close: async () => {
      await server.close();
      await node.driver.stop();
      await store.close();
    },
  };
};

/** Sends back every byte of the first stream of a session; the library ends a session that nobody holds on to. */
const echoAll = async (request: NativeRequest, held: Set<NativeSession>): Promise<void> => {
  const session = await request.ok();
  held.add(session);
  const stream = await session.acceptBi();
  const [receiver, sender] = [stream.takeRecv(), stream.takeSend()];
  for (let bytes = await receiver.read(65_536); bytes !== null; bytes = await receiver.read(65_536)) {
    await sender.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }
};

const startEcho = async (): Promise<Part<Places['echo']>> => {
  const loaded = loadNative();
  if (!loaded.ok) throw new Error(loaded.reason);
  const held = new Set<NativeSession>();
  const server = await bindServer({
    native: loaded.native,
    host: HOST,
    ports: [],
    now: Date.now(),
    // A session ends by failing when the page goes.
    onRequest: (request) => void echoAll(request, held).catch(() => undefined),
  });
  const url = `https://${HOST}:${server.port}/echo`;
  return {
    value: { url, certificateHash: [...server.certificate.hash] },
    close: async () => {
      for (const session of held) session.close(0, '');
      await server.stop();
    },
  };
};

/** Whatever one client says, the others hear. */
const startSocketIo = async (): Promise<Part<string>> => {
  const http = createServer();
  const server = new SocketIoServer(http, { cors: { origin: '*' }, serveClient: false });
  server.on('connection', (socket) => {
    socket.on('message', (message: unknown) => void socket.broadcast.emit('message', message));
  });
  await new Promise<void>((resolve) => http.listen(0, HOST, resolve));
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { value: `http://${HOST}:${address.port}`, close: () => server.close() };
};

const summarize = (times: { transit: number[]; durable: number[]; echo: number[]; socketIo: number[] }) => {
  const transit = median(times.transit);
  return {
    transitP50Ms: rounded(transit),
    transitP99Ms: rounded(percentile(times.transit, 0.99)),
    durableP50Ms: rounded(median(times.durable)),
    echoRatio: rounded(transit / (2 * median(times.echo))),
    socketioRatio: rounded(transit / median(times.socketIo)),
  };
};

const measureIn = async (page: Page, places: Places, report: Report): Promise<RelayResult> => {
  await page.evaluate((where) => globalThis.relayPage.open(where), places);
  await page.evaluate((times) => globalThis.relayPage.round(times), WARM_UP);
  const times = {
    transit: [] as number[],
    durable: [] as number[],
    ping: [] as number[],
    echo: [] as number[],
    socketIo: [] as number[],
  };
  for (let round = 0; round < ROUNDS; round++) {
    const measured = await page.evaluate((count) => globalThis.relayPage.round(count), MESSAGES_PER_ROUND);
    times.transit.push(...measured.relay.map(({ transit }) => transit));
    times.durable.push(...measured.relay.map(({ durable }) => durable));
    times.ping.push(...measured.ping);
    times.echo.push(...measured.echo);
    times.socketIo.push(...measured.socketIo);
  }
  const result = summarize(times);
  report({ what: 'browser → relay → browser and back, p50', value: milliseconds(result.transitP50Ms) });
  report({ what: 'the same, p99', value: milliseconds(result.transitP99Ms) });
  report({ what: 'until custody is here (on disk, signed), p50', value: milliseconds(result.durableP50Ms) });
  report({ what: 'two pings that the relay answers, p50', value: milliseconds(2 * median(times.ping)) });
  report({ what: 'beside it: two bare WebTransport echoes, p50', value: milliseconds(2 * median(times.echo)) });
  report({ what: 'beside it: Socket.IO, there and back, p50', value: milliseconds(median(times.socketIo)) });
  report({ what: 'beside it: Socket.IO, p99', value: milliseconds(percentile(times.socketIo, 0.99)) });
  report({ what: 'round trip over two echoes', value: `${result.echoRatio}`, goal: 'at most 1.5' });
  report({ what: 'round trip over Socket.IO', value: `${result.socketioRatio}`, goal: 'below 1' });
  return result;
};

const measureWith = async (folder: string, report: Report): Promise<RelayResult> => {
  await mkdir(join(folder, 'app'));
  await writeFile(join(folder, 'app/page.js'), await bundleForPage('relay-page.ts'));
  await writeFile(
    join(folder, 'app/index.html'),
    '<!doctype html><title>bench</title><script src="/page.js"></script>',
  );
  const relay = await startRelay(folder);
  const echo = await startEcho();
  const socketIo = await startSocketIo();
  const browser = await chromium.launch({ executablePath: findChromium() ?? '', args: CHROMIUM_FLAGS });
  try {
    const page = await browser.newPage();
    await page.goto(relay.value);
    return await measureIn(page, { relay: relay.value, echo: echo.value, socketIo: socketIo.value }, report);
  } finally {
    await browser.close();
    await Promise.all([relay.close(), echo.close(), socketIo.close()]);
  }
};

export const measureRelay = async (report: Report = () => undefined): Promise<RelayResult> => {
  const folder = await mkdtemp(join(tmpdir(), 'terminfunk-bench-'));
  try {
    return await measureWith(folder, report);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
