/**
 * What every adapter of the Transport port must do (src/ports/transport.ts). Each adapter's own test runs it in its own
 * runtime; the peer may live in another process, so everything it does is awaited.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MAX_FRAME_BYTES } from '#core/domain/limits.ts';
import { MAX_AIR_BUFFERED, MAX_AIR_MESSAGE } from '#core/radio/air/limits.ts';
import { type Lane, type Link, type LinkEnd, MAX_BUFFERED } from '#ports/transport.ts';
import type { Heard, RawPeer, TestPeer } from '#test/contracts/transport-peer.ts';

export interface Opened {
  readonly link: Link;
  readonly heard: Heard;
}

export interface TransportPlace {
  open(): Promise<Opened & { readonly peer: TestPeer }>;
  close(): Promise<void>;
}

/** Where a stream of bytes carries the frames, and a peer may write anything into it. */
export interface StreamPlace extends TransportPlace {
  /** `quick` lets the link's heartbeats go by a clock that runs fast. */
  openRaw(quick: boolean): Promise<Opened & { readonly raw: RawPeer }>;
}

/** A frame that says which one it is and how long it is. */
const frameOf = (index: number, length: number): Uint8Array => {
  const frame = new Uint8Array(length);
  for (let at = 0; at < length; at += 1) frame[at] = (index * 31 + at * 7 + (at >> 8)) & 0xff;
  return frame;
};
/** What a transport carries and holds: a radio less than a stream. */
export interface TransportSizes {
  /** Of frames: on both sides of every step that the adapter makes, the largest among them. */
  readonly lengths: readonly number[];
  /** Bytes that may wait in a link. */
  readonly buffered: number;
  /** Frames of mixed lengths, and small ones, that are handed over in one turn. */
  readonly mixed: number;
  readonly small: number;
}

/** Lengths on both sides of every step of the prefix. */
const STREAM_SIZES: TransportSizes = {
  lengths: [1, 2, 63, 64, 65, 300, 16_383, 16_384, 16_385, MAX_FRAME_BYTES - 1, MAX_FRAME_BYTES],
  buffered: MAX_BUFFERED,
  mixed: 120,
  small: 3_000,
};
/** Of links over the air: on both sides of one piece and of two; as many as may wait at once. */
export const AIR_SIZES: TransportSizes = {
  lengths: [1, 2, 243, 244, 245, 300, 484, 485, 1_000, 4_095, MAX_AIR_MESSAGE],
  buffered: MAX_AIR_BUFFERED,
  mixed: 11,
  small: 100,
};
const LARGE = frameOf(1, MAX_FRAME_BYTES);
const REASONS: readonly LinkEnd[] = ['closed', 'lost', 'refused', 'protocol-violation', 'overloaded', 'shutting-down'];

/** Compares many frames without a diff of megabytes when they differ. */
const expectSame = (received: readonly Uint8Array[], sent: readonly Uint8Array[]): void => {
  expect(received.map(({ length }) => length)).toEqual(sent.map(({ length }) => length));
  const differing = received.findIndex((frame, index) => frame.some((byte, at) => byte !== sent[index]?.[at]));
  expect(differing).toBe(-1);
};

export const transportContract = (
  name: string,
  createPlace: () => Promise<TransportPlace>,
  sizes: TransportSizes = STREAM_SIZES,
): void => {
  const { lengths } = sizes;
  const largest = Math.max(...lengths);
  const MIXED = Array.from({ length: sizes.mixed }, (_, index) => frameOf(index, lengths[index % lengths.length] ?? 1));
  describe(`transport contract: ${name}`, () => {
    let place: TransportPlace;
    beforeAll(async () => {
      place = await createPlace();
    });
    afterAll(() => place.close());

    test('says what it is and whom it counts under', async () => {
      const { link, heard } = await place.open();
      expect(['memory', 'webtransport', 'websocket', 'radio']).toContain(link.transport);
      expect(link.remote.length).toBeGreaterThan(0);
      link.close('closed');
      await heard.ended();
    });

    test('carries frames of every length whole and in order, there', async () => {
      const { link, heard, peer } = await place.open();
      for (const frame of MIXED) expect(link.send(frame)).toBe(true);
      expectSame(await peer.received(MIXED.length), MIXED);
      link.close('closed');
      await heard.ended();
    });

    test('carries both lanes whole, each in its order', async () => {
      const { link, heard, peer } = await place.open();
      const laneOf = (index: number): Lane => (index % 2 === 0 ? 'prompt' : 'bulk');
      for (const [index, frame] of MIXED.entries()) expect(link.send(frame, laneOf(index))).toBe(true);
      const received = await peer.received(MIXED.length);
      const sent = (lane: Lane) => MIXED.filter((_, index) => laneOf(index) === lane);
      // No two of them have the same length and the same first byte.
      const nameOf = (frame: Uint8Array): string => `${frame.length} ${frame[0]}`;
      for (const lane of ['prompt', 'bulk'] as const) {
        const names = new Set(sent(lane).map(nameOf));
        expectSame(
          received.filter((frame) => names.has(nameOf(frame))),
          sent(lane),
        );
      }
      link.close('closed');
      await heard.ended();
    });

    test('and back', async () => {
      const { link, heard, peer } = await place.open();
      expect(await peer.send(MIXED)).toEqual(MIXED.map(() => true));
      expectSame(await heard.received(MIXED.length), MIXED);
      link.close('closed');
    });

    test('carries both ways at once', async () => {
      const { link, heard, peer } = await place.open();
      const [sent] = await Promise.all([peer.send(MIXED), ...MIXED.map(async (frame) => link.send(frame))]);
      expect(sent).toEqual(MIXED.map(() => true));
      expectSame(await peer.received(MIXED.length), MIXED);
      expectSame(await heard.received(MIXED.length), MIXED);
      link.close('closed');
    });

    test('carries many small frames of one turn', async () => {
      const { link, peer } = await place.open();
      const small = Array.from({ length: sizes.small }, (_, index) => frameOf(index, 1 + (index % 200)));
      for (const frame of small) link.send(frame);
      expectSame(await peer.received(small.length), small);
      link.close('closed');
    });

    test('copies: the caller may change a frame after sending it', async () => {
      const { link, peer } = await place.open();
      const frame = frameOf(5, 1_000);
      link.send(frame);
      frame.fill(0);
      link.send(frame);
      expectSame(await peer.received(2), [frameOf(5, 1_000), new Uint8Array(1_000)]);
      link.close('closed');
    });

    test('refuses an empty frame and one that is too large, and goes on', async () => {
      const { link, heard, peer } = await place.open();
      expect(link.send(new Uint8Array())).toBe(false);
      expect(link.send(new Uint8Array(largest + 1))).toBe(false);
      expect(link.send(frameOf(1, 10))).toBe(true);
      expectSame(await peer.received(1), [frameOf(1, 10)]);
      expect(heard.ends).toEqual([]);
      link.close('closed');
    });

    test('answers false when too much waits, drops only that, and takes more later', async () => {
      const { link, peer } = await place.open();
      const large = frameOf(1, largest);
      let taken = 0;
      while (link.send(large)) taken += 1;
      const most = sizes.buffered / largest;
      expect(taken).toBeLessThanOrEqual(most);
      expect(taken).toBeGreaterThan(most / 2);
      await peer.received(taken);
      expect(link.send(frameOf(2, 100))).toBe(true);
      const frames = await peer.received(taken + 1);
      expectSame(frames.slice(taken), [frameOf(2, 100)]);
      expectSame(frames.slice(taken - 1, taken), [large]);
      link.close('closed');
    });

    test.each(REASONS)('delivers what was handed over and then the reason: %s', async (reason) => {
      const { link, heard, peer } = await place.open();
      for (const frame of MIXED) link.send(frame);
      link.close(reason);
      expect(heard.ends).toEqual([]);
      expect(link.send(frameOf(0, 1))).toBe(false);
      link.close('overloaded');
      expect(await heard.ended()).toBe(reason);
      expectSame(await peer.received(MIXED.length), MIXED);
      expect(await peer.ended()).toBe(reason);
      expect(await peer.ends()).toBe(1);
      expect(heard.ends).toEqual([reason]);
    });

    test.each(REASONS)('hears the peer end it: %s', async (reason) => {
      const { link, heard, peer } = await place.open();
      await peer.send(MIXED);
      await peer.close(reason);
      expectSame(await heard.received(MIXED.length), MIXED);
      expect(await heard.ended()).toBe(reason);
      expect(link.send(frameOf(0, 1))).toBe(false);
      link.close('closed');
      expect(await peer.ended()).toBe(reason);
      expect(heard.ends).toEqual([reason]);
      expect(await peer.ends()).toBe(1);
    });

    test('tells each side once when both end it', async () => {
      const { link, heard, peer } = await place.open();
      const closing = peer.close('overloaded');
      link.close('closed');
      await closing;
      await Promise.all([heard.ended(), peer.ended()]);
      const second = await place.open();
      second.link.close('closed');
      await second.peer.ended();
      expect(heard.ends).toHaveLength(1);
      expect(await peer.ends()).toBe(1);
    });

    test('keeps links apart', async () => {
      const [one, two] = [await place.open(), await place.open()];
      one.link.send(frameOf(1, 50));
      two.link.send(frameOf(2, 50));
      expectSame(await one.peer.received(1), [frameOf(1, 50)]);
      expectSame(await two.peer.received(1), [frameOf(2, 50)]);
      one.link.close('closed');
      await one.peer.ended();
      two.link.send(frameOf(3, 50));
      expectSame(await two.peer.received(2), [frameOf(2, 50), frameOf(3, 50)]);
      two.link.close('closed');
    });
  });
};

/** The contract, and what only a peer that does not keep to the framing can do. */
export const streamTransportContract = (name: string, createPlace: () => Promise<StreamPlace>): void => {
  transportContract(name, createPlace);
  describe(`transport contract, misbehaving peers: ${name}`, () => {
    let place: StreamPlace;
    beforeAll(async () => {
      place = await createPlace();
    });
    afterAll(() => place.close());
    misbehaviourTests(() => place);
  });
};

const misbehaviourTests = (placeOf: () => StreamPlace): void => {
  const openRaw = (quick = false) => placeOf().openRaw(quick);
  const GARBAGE: readonly [string, readonly number[]][] = [
    ['an eight-byte length', [0xc0, 0, 0, 0, 0, 0, 0, 1, 7]],
    ['a length that is not in its shortest form', [0x40, 0x05, 1, 2, 3, 4, 5]],
    ['a length beyond everything that has a meaning', [0xbf, 0xff, 0xff, 0xff]],
  ];
  test.each(GARBAGE)('garbage ends the link: %s', async (_what, garbage) => {
    const opened = await openRaw();
    await opened.raw.write(Uint8Array.from([2, 8, 9, ...garbage]));
    expect(await opened.heard.ended()).toBe('protocol-violation');
    expect(opened.heard.frames).toEqual([Uint8Array.of(8, 9)]);
    expect(opened.link.send(Uint8Array.of(1))).toBe(false);
  });

  test('a frame that never became whole is not delivered', async () => {
    const opened = await openRaw();
    await opened.raw.write(Uint8Array.of(1, 7, 5, 1, 2));
    await opened.raw.finish();
    expect(await opened.heard.ended()).toBe('protocol-violation');
    expect(opened.heard.frames).toEqual([Uint8Array.of(7)]);
  });

  test('an end between frames without a goodbye is an end', async () => {
    const opened = await openRaw();
    await opened.raw.write(Uint8Array.of(0, 1, 7, 0));
    await opened.raw.finish();
    expect(await opened.heard.ended()).toBe('closed');
    expect(opened.heard.frames).toEqual([Uint8Array.of(7)]);
  });

  test('a session that ends without a goodbye says why by its code', async () => {
    const opened = await openRaw();
    await opened.raw.close('overloaded');
    expect(await opened.heard.ended()).toBe('overloaded');
  });

  test('a peer that falls silent is noticed', async () => {
    const opened = await openRaw(true);
    await opened.raw.write(Uint8Array.of(1, 7));
    expect(await opened.heard.ended()).toBe('lost');
    expect(opened.link.send(Uint8Array.of(1))).toBe(false);
  });

  test('a peer that reads nothing holds up no more than what may wait', async () => {
    const opened = await openRaw();
    const { link, heard } = opened;
    let taken = 0;
    for (let pause = 0; pause < 20; pause += 1) {
      while (link.send(LARGE)) taken += 1;
      await new Promise((resolve) => setTimeout(resolve));
    }
    expect(taken).toBeGreaterThanOrEqual(MAX_BUFFERED / MAX_FRAME_BYTES / 2);
    link.close('overloaded');
    expect(await heard.ended()).toBe('overloaded');
    expect(heard.ends).toHaveLength(1);
  });
};
