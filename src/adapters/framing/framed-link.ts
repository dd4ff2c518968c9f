/**
 * A Link (src/ports/transport.ts) over any byte stream: frames with a length before them, everything sent while a write
 * is under way in the next one, heartbeats, and a goodbye that arrives after the last frame. Shared by WebTransport and
 * WebSocket, browser and Node.
 * docs/protocol/links.md
 */

import { createBulkLane } from '#adapters/framing/bulk-lane.ts';
import type { BytePipe } from '#adapters/framing/byte-pipe.ts';
import { type LinkClock, settleWithin, systemLinkClock } from '#adapters/framing/link-clock.ts';
import { createOutbox } from '#adapters/framing/outbox.ts';
import { type Pulse, startPulse } from '#adapters/framing/pulse.ts';
import { createFrameDecoder, encodeGoodbye, HEARTBEAT, lengthSize } from '#adapters/framing/stream-frame.ts';
import { MAX_FRAME_BYTES } from '#core/domain/limits.ts';
import {
  type Lane,
  type Link,
  type LinkEnd,
  type LinkHandlers,
  MAX_BUFFERED,
  MAX_BULK_BUFFERED,
  type TransportKind,
} from '#ports/transport.ts';

/** What was handed over before `close` gets this long to leave. */
const FLUSH_MS = 2_000;
/** How long the side that said goodbye waits for the other to end the session. */
const FAREWELL_MS = 1_000;
/** How long a broken stream waits for the session to say why. */
const LAST_WORD_MS = 250;

export interface FramedLinkOptions {
  readonly transport: TransportKind;
  readonly remote: string;
  readonly pipe: BytePipe;
  readonly clock?: LinkClock;
}

export interface FramedLink {
  readonly link: Link;
  /** Begins to read, and to beat. Once. */
  start(handlers: LinkHandlers): void;
  /** Ends the session at once: what waits is dropped, and no goodbye is waited for. */
  abort(reason: LinkEnd): void;
  /** Resolves when the session is closed and nothing more will be sent. */
  readonly done: Promise<void>;
}

export const createFramedLink = (options: FramedLinkOptions): FramedLink => {
  const { pipe, transport, remote, clock = systemLinkClock } = options;
  const outbox = createOutbox();
  const bulk = createBulkLane();
  let inFlight = 0;
  let flushing: Promise<void> | undefined;
  let ended: LinkEnd | undefined;
  let handlers: LinkHandlers | undefined;
  let pulse: Pulse | undefined;
  let receiving: Promise<void> = Promise.resolve();
  let closedWith: LinkEnd = 'lost';
  void pipe.closed.then((reason) => {
    closedWith = reason;
  });
  let markDone: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    markDone = resolve;
  });

  const waiting = (): number => outbox.length + bulk.length + inFlight;
  const drop = (): void => {
    outbox.clear();
    bulk.clear();
  };
  const drain = async (): Promise<void> => {
    try {
      for (;;) {
        const prompt = outbox.take();
        const block = prompt ?? bulk.take();
        if (block === undefined) break;
        const began = clock.now();
        inFlight = block.length;
        await pipe.write(block);
        inFlight = 0;
        if (prompt === undefined) bulk.left(clock.now() - began);
        pulse?.sent();
      }
    } catch {
      drop();
      inFlight = 0;
      void reasonGiven().then(breakOff);
    }
    flushing = undefined;
  };
  /** Why the session ended, when the stream broke: the session's own word comes a little later than that. */
  const reasonGiven = async (): Promise<LinkEnd> => {
    await settleWithin(clock, LAST_WORD_MS, pipe.closed);
    return closedWith;
  };
  const flush = (): void => {
    // At once: a frame that is passed on must not wait for the rest of the turn. What is sent meanwhile is in the next write.
    flushing ??= drain();
  };
  /** Tells the owner, once and never from inside its own call. */
  const announceEnd = (reason: LinkEnd): void => {
    ended = reason;
    pulse?.stop();
    const heard = handlers;
    if (heard !== undefined) queueMicrotask(() => heard.onEnd(reason));
  };
  /** The other side is gone or has said goodbye: nothing more can be sent. */
  const breakOff = (reason: LinkEnd): void => {
    if (ended !== undefined) return;
    announceEnd(reason);
    drop();
    pipe.close(reason);
    markDone();
  };
  const farewell = async (reason: LinkEnd): Promise<void> => {
    if (flushing !== undefined) await settleWithin(clock, FLUSH_MS, flushing);
    if (waiting() === 0) {
      await settleWithin(clock, FLUSH_MS, pipe.finish());
      await settleWithin(clock, FAREWELL_MS, Promise.race([pipe.closed, receiving]));
    }
    pipe.close(reason);
    markDone();
  };
  const close = (reason: LinkEnd): void => {
    if (ended !== undefined) return;
    announceEnd(reason);
    outbox.addRaw(bulk.takeAll());
    outbox.addRaw(encodeGoodbye(reason));
    flush();
    void farewell(reason);
  };
  const send = (frame: Uint8Array, lane: Lane = 'prompt'): boolean => {
    if (ended !== undefined || frame.length === 0 || frame.length > MAX_FRAME_BYTES) return false;
    const most = lane === 'bulk' ? MAX_BULK_BUFFERED : MAX_BUFFERED;
    if (waiting() + lengthSize(frame.length) + frame.length > most) return false;
    if (lane === 'bulk') bulk.add(frame);
    else outbox.addFrame(frame);
    flush();
    return true;
  };
  const beat = (): void => {
    // What waits already will be heard when the peer reads again; heartbeats behind it would only add to it.
    if (waiting() > 0) return;
    outbox.addRaw(HEARTBEAT);
    flush();
  };
  /** Reads until the stream ends; after our own goodbye only to hear when the peer has ended too. */
  const receive = async (heard: LinkHandlers): Promise<void> => {
    const decoder = createFrameDecoder();
    for (;;) {
      const chunk = await readOr(pipe);
      if (chunk === 'broken') return breakOff(await reasonGiven());
      if (chunk === undefined) return breakOff(decoder.isBetweenFrames() ? 'closed' : 'protocol-violation');
      pulse?.received();
      const { frames, end } = decoder.push(chunk);
      for (const frame of frames) if (ended === undefined) heard.onFrame(frame);
      if (end === 'garbage') close('protocol-violation');
      else if (end !== undefined) return breakOff(end);
    }
  };
  const start = (owner: LinkHandlers): void => {
    handlers = owner;
    if (ended !== undefined) {
      announceEnd(ended);
      return;
    }
    pulse = startPulse(clock, beat, () => breakOff('lost'));
    // A stream exists for the other side only when its first byte arrives.
    beat();
    receiving = receive(owner);
  };
  return { link: { transport, remote, send, close }, start, abort: breakOff, done };
};

const readOr = (pipe: BytePipe): Promise<Uint8Array | undefined | 'broken'> =>
  pipe.read().catch(() => 'broken' as const);
