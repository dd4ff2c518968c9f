/**
 * The part of the relay benchmark that runs in a page: two links to the relay that exchange bundles, a bare WebTransport
 * stream whose other end echoes, and two Socket.IO clients that do as the links do. Times are milliseconds.
 */
import { io, type Socket } from 'socket.io-client';
import { createRelayDialer } from '#adapters/dialing/relay-dialer.ts';
import type { Bucket, MessageId, Millis } from '#core/brand.ts';
import { messageIdOf } from '#core/crypto/address.ts';
import { toWireMinute } from '#core/domain/wire-time.ts';
import { encodeBundle } from '#core/wire/bundle.ts';
import { decodeCustody } from '#core/wire/custody.ts';
import { decodeEnvelope } from '#core/wire/envelope.ts';
import { encodeHello } from '#core/wire/hello.ts';
import { KIND } from '#core/wire/kinds.ts';
import { encodeListen } from '#core/wire/listen.ts';
import { encodePing } from '#core/wire/ping.ts';
import type { Link } from '#ports/transport.ts';

export interface Places {
  readonly relay: string;
  readonly socketIo: string;
  readonly echo: { readonly url: string; readonly certificateHash: number[] };
}

export interface Durations {
  /** From sending until the answer of the other side is here. */
  readonly transit: number;
  /** From sending until the relay's signed custody is here. */
  readonly durable: number;
}

const MESSAGE_BYTES = 352;
const BUNDLE_BODY_BYTES = MESSAGE_BYTES - 13;
const GIVE_UP_MS = 10_000;
const BUCKETS = { a: 1 as Bucket, b: 2 as Bucket };

const randomBytes = (length: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(length));

const within = <T>(what: string, promise: Promise<T>): Promise<T> => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${GIVE_UP_MS} ms`)), GIVE_UP_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
};

const createBundle = (bucket: Bucket): Uint8Array =>
  encodeBundle({
    kind: 'bundle',
    bucket,
    created: toWireMinute(Date.now() as Millis),
    commitment: randomBytes(8),
    body: randomBytes(BUNDLE_BODY_BYTES),
  });

/** A link that said hello and waits in one bucket. */
const openLink = async (origin: string, bucket: Bucket, onFrame: (frame: Uint8Array) => void): Promise<Link> => {
  const dialled = await createRelayDialer().dial({ origin }, { onFrame, onEnd: () => undefined });
  if (!dialled.ok) throw new Error(`the relay cannot be reached: ${dialled.code}`);
  const link = dialled.value;
  if (link.transport !== 'webtransport') throw new Error('the relay was not reached over WebTransport');
  const buckets = new Uint8Array(32);
  buckets[bucket >> 3] = 1 << (bucket & 7);
  link.send(
    encodeHello({
      kind: 'hello',
      clock: Date.now() as Millis,
      wantsSync: false,
      salt: randomBytes(8),
      relay: undefined,
    }),
  );
  link.send(encodeListen({ kind: 'listen', buckets }));
  return link;
};

const idsInCustody = (frame: Uint8Array): readonly MessageId[] => {
  const envelope = decodeEnvelope(frame);
  const custody = envelope.ok ? decodeCustody(envelope.value.payload) : envelope;
  return custody.ok ? custody.value.ids : [];
};

interface Pair {
  /** A sends a bundle, B answers with another one. */
  exchange(): Promise<Durations>;
  /** The relay's engine answers A: nothing is stored or signed. */
  ping(): Promise<number>;
}

const openPair = async (origin: string): Promise<Pair> => {
  let answered = (): void => undefined;
  let ponged = (): void => undefined;
  let kept = (_ids: readonly MessageId[]): void => undefined;
  const isBundle = (frame: Uint8Array): boolean => frame[0] === KIND.bundle;
  const a = await openLink(origin, BUCKETS.a, (frame) => {
    if (isBundle(frame)) answered();
    else if (frame[0] === KIND.pong) ponged();
    else if (frame[0] === KIND.broadcast || frame[0] === KIND.unicast) kept(idsInCustody(frame));
  });
  // Made before the clock runs, as an echo makes nothing either.
  let reply = createBundle(BUCKETS.a);
  const b = await openLink(origin, BUCKETS.b, (frame) => {
    if (isBundle(frame)) b.send(reply);
  });
  const ping = (): Promise<number> => {
    const frame = encodePing({ kind: 'ping', nonce: randomBytes(8) });
    const begun = performance.now();
    const pong = new Promise<number>((resolve) => {
      ponged = () => resolve(performance.now() - begun);
    });
    a.send(frame);
    return within('a pong', pong);
  };
  const exchange = async (): Promise<Durations> => {
    const bundle = createBundle(BUCKETS.b);
    reply = createBundle(BUCKETS.a);
    const id = messageIdOf(bundle);
    const begun = performance.now();
    const transit = new Promise<number>((resolve) => {
      answered = () => resolve(performance.now() - begun);
    });
    const durable = new Promise<number>((resolve) => {
      kept = (ids) => ids.includes(id) && resolve(performance.now() - begun);
    });
    a.send(bundle);
    return { transit: await within('an answer', transit), durable: await within('custody', durable) };
  };
  return { exchange, ping };
};

/** One stream whose other end sends back what it gets. */
const openEcho = async ({ url, certificateHash }: Places['echo']): Promise<() => Promise<number>> => {
  const value = Uint8Array.from(certificateHash);
  const session = new WebTransport(url, { serverCertificateHashes: [{ algorithm: 'sha-256', value }] });
  await within('the echo session', session.ready);
  const stream = await session.createBidirectionalStream();
  const writer = stream.writable.getWriter();
  const reader = stream.readable.getReader();
  const message = randomBytes(MESSAGE_BYTES);
  return async () => {
    const begun = performance.now();
    void writer.write(message);
    for (let left = MESSAGE_BYTES; left > 0; ) {
      const { value: bytes } = await within('an echo', reader.read());
      left -= bytes?.length ?? MESSAGE_BYTES;
    }
    return performance.now() - begun;
  };
};

const connectSocket = (origin: string): Promise<Socket> =>
  within(
    'a Socket.IO client',
    new Promise((resolve) => {
      const socket = io(origin, { transports: ['websocket'], forceNew: true });
      socket.on('connect', () => resolve(socket));
    }),
  );

const openSockets = async (origin: string): Promise<() => Promise<number>> => {
  const a = await connectSocket(origin);
  const b = await connectSocket(origin);
  let reply = randomBytes(MESSAGE_BYTES);
  b.on('message', () => b.emit('message', reply));
  return () => {
    const message = randomBytes(MESSAGE_BYTES);
    reply = randomBytes(MESSAGE_BYTES);
    const begun = performance.now();
    const answered = new Promise<number>((resolve) => {
      a.once('message', () => resolve(performance.now() - begun));
    });
    a.emit('message', message);
    return within('a Socket.IO answer', answered);
  };
};

/**
 * Every measurement begins after the same pause: an exchange ends when the disk is done, milliseconds after its answer came, and
 * what sleeps meanwhile (threads, caches, the processor's clock) has to be as asleep before an echo.
 */
const PAUSE_MS = 5;
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));

const repeat = async <T>(times: number, once: () => Promise<T>): Promise<T[]> => {
  const results: T[] = [];
  for (let i = 0; i < times; i++) {
    await pause();
    results.push(await once());
  }
  return results;
};

const open = async (places: Places) => {
  const [pair, echo, socket] = [
    await openPair(places.relay),
    await openEcho(places.echo),
    await openSockets(places.socketIo),
  ];
  /** One after the other in turn, so that whatever else the machine does meets all of them. */
  return async (times: number) => ({
    relay: await repeat(times, pair.exchange),
    ping: await repeat(times, pair.ping),
    echo: await repeat(times, echo),
    socketIo: await repeat(times, socket),
  });
};

let round: Awaited<ReturnType<typeof open>> | undefined;
const page = {
  open: async (places: Places): Promise<void> => {
    round = await open(places);
  },
  round: (times: number) => {
    if (round === undefined) throw new Error('open comes first');
    return round(times);
  },
};

declare global {
  var relayPage: typeof page;
}
globalThis.relayPage = page;
