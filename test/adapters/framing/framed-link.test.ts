import { describe, expect, test } from 'vitest';
import { createFramedLink } from '#adapters/framing/framed-link.ts';
import type { LinkClock } from '#adapters/framing/link-clock.ts';
import { DEAD_MS, HEARTBEAT_MS } from '#adapters/framing/pulse.ts';
import { encodeGoodbye } from '#adapters/framing/stream-frame.ts';
import type { Millis } from '#core/brand.ts';
import { MAX_BUFFERED, MAX_BULK_BUFFERED } from '#ports/transport.ts';
import { createMemoryPipe } from '#test/adapters/framing/memory-pipe.ts';
import { createHeard } from '#test/contracts/transport-peer.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

const openLink = async () => {
  const clock = createVirtualClock();
  const linkClock: LinkClock = {
    now: clock.now,
    after: (milliseconds, callback) => clock.wakeAt((clock.now() + milliseconds) as Millis, callback),
  };
  const memory = createMemoryPipe();
  const framed = createFramedLink({ transport: 'memory', remote: 'test', pipe: memory.pipe, clock: linkClock });
  const heard = createHeard();
  framed.start(heard.handlers);
  await clock.run(0);
  /** What was written since the last question, write by write. */
  let seen = 0;
  const written = (): number[][] => {
    const fresh = memory.writes.slice(seen).map((bytes) => [...bytes]);
    seen = memory.writes.length;
    return fresh;
  };
  return { ...framed, clock, memory, heard, written };
};

describe('writing', () => {
  test('opens the stream with a heartbeat', async () => {
    const { written } = await openLink();
    expect(written()).toEqual([[0]]);
  });

  test('the first frame of a turn leaves at once, the rest of the turn in one write after it', async () => {
    const { link, clock, written } = await openLink();
    written();
    for (let byte = 0; byte < 5; byte += 1) link.send(Uint8Array.of(byte));
    await clock.run(0);
    expect(written()).toEqual([
      [1, 0],
      [1, 1, 1, 2, 1, 3, 1, 4],
    ]);
  });

  test('what is sent while a write is under way is one write after it', async () => {
    const { link, clock, memory, written } = await openLink();
    written();
    memory.hold(true);
    link.send(Uint8Array.of(1));
    await clock.run(0);
    link.send(Uint8Array.of(2));
    await clock.run(0);
    link.send(Uint8Array.of(3));
    await clock.run(0);
    expect(written()).toEqual([[1, 1]]);
    memory.hold(false);
    await clock.run(0);
    expect(written()).toEqual([[1, 2, 1, 3]]);
  });

  test('what waits is bounded, and bytes under way count', async () => {
    const { link, clock, memory } = await openLink();
    memory.hold(true);
    const frame = new Uint8Array(65_536);
    let taken = 0;
    for (let turn = 0; turn < 10; turn += 1) {
      while (link.send(frame)) taken += 1;
      await clock.run(0);
    }
    expect(taken * (frame.length + 4)).toBeLessThanOrEqual(MAX_BUFFERED);
    expect((taken + 1) * (frame.length + 4)).toBeGreaterThan(MAX_BUFFERED);
    memory.hold(false);
    await clock.run(0);
    expect(link.send(frame)).toBe(true);
  });

  test('what somebody waits for overtakes bulk, and each lane keeps its order', async () => {
    const { link, clock, memory, written } = await openLink();
    written();
    memory.hold(true);
    link.send(Uint8Array.of(1), 'bulk');
    await clock.run(0);
    for (const byte of [2, 3]) link.send(Uint8Array.of(byte), 'bulk');
    for (const byte of [4, 5]) link.send(Uint8Array.of(byte));
    memory.hold(false);
    await clock.run(0);
    expect(written()).toEqual([
      [1, 1],
      [1, 4, 1, 5],
      [1, 2, 1, 3],
    ]);
  });

  test('a slow line takes bulk in small blocks, a quick one in large blocks', async () => {
    const { link, clock, memory } = await openLink();
    const fill = (): void => {
      for (let frame = 0; frame < 600; frame++) link.send(new Uint8Array(1_000), 'bulk');
    };
    const sizes = (from: number): number[] => memory.writes.slice(from).map(({ length }) => length);
    fill();
    await clock.run(0);
    expect(Math.max(...sizes(0))).toBeGreaterThan(100_000);
    const quick = memory.writes.length;
    fill();
    for (let block = 0; block < 12; block++) {
      memory.hold(true);
      await clock.run(50);
      memory.hold(false);
    }
    memory.hold(true);
    const slow = memory.writes.length;
    await clock.run(50);
    memory.hold(false);
    await clock.run(0);
    expect(sizes(slow)[0]).toBeLessThanOrEqual(2_100);
    expect(sizes(quick).reduce((sum, size) => sum + size)).toBe(600 * 1_002);
  });

  test('bulk that waits leaves room for what somebody waits for', async () => {
    const { link, memory } = await openLink();
    memory.hold(true);
    const frame = new Uint8Array(65_536);
    while (link.send(frame, 'bulk'));
    expect(link.send(frame)).toBe(true);
    let prompt = 1;
    while (link.send(frame)) prompt += 1;
    expect(prompt * (frame.length + 4)).toBeGreaterThan(MAX_BUFFERED - MAX_BULK_BUFFERED - 2 * frame.length);
  });

  test('a goodbye leaves behind bulk too', async () => {
    const { link, clock, memory, written } = await openLink();
    written();
    memory.hold(true);
    link.send(Uint8Array.of(1));
    await clock.run(0);
    link.send(Uint8Array.of(2), 'bulk');
    link.send(Uint8Array.of(3));
    link.close('closed');
    memory.hold(false);
    await clock.run(0);
    expect(written()).toEqual([
      [1, 1],
      [1, 3, 1, 2, ...encodeGoodbye('closed')],
    ]);
  });

  test('a write that fails ends the link with the reason of the session', async () => {
    const { link, clock, memory, heard } = await openLink();
    memory.breakWriting();
    link.send(Uint8Array.of(1));
    await clock.run(0);
    memory.endSession('overloaded');
    await clock.run(1);
    expect(heard.ends).toEqual(['overloaded']);
  });
});

describe('heartbeats', () => {
  test('come every three seconds while nothing else flows, and keep the link', async () => {
    const { clock, memory, heard, written } = await openLink();
    written();
    for (let beat = 0; beat < 10; beat += 1) {
      await clock.run(HEARTBEAT_MS);
      memory.arrive([0]);
    }
    expect(written()).toEqual(Array.from({ length: 10 }, () => [0]));
    expect(heard.ends).toEqual([]);
    expect(heard.frames).toEqual([]);
  });

  test('do not come while frames flow', async () => {
    const { link, clock, memory, written } = await openLink();
    written();
    for (let second = 0; second < 12; second += 1) {
      link.send(Uint8Array.of(7));
      memory.arrive([0]);
      await clock.run(1_000);
    }
    expect(
      written()
        .flat()
        .filter((byte) => byte === 0),
    ).toEqual([]);
  });

  test('do not pile up behind a peer that reads nothing', async () => {
    const { link, clock, memory, written } = await openLink();
    memory.hold(true);
    link.send(Uint8Array.of(7));
    await clock.run(0);
    written();
    for (let second = 0; second < 60; second += 1) {
      memory.arrive([0]);
      await clock.run(1_000);
    }
    memory.hold(false);
    await clock.run(0);
    expect(written()).toEqual([]);
  });

  test('ten silent seconds are the end', async () => {
    const { clock, memory, heard, done } = await openLink();
    await clock.run(DEAD_MS - 1);
    expect(heard.ends).toEqual([]);
    await clock.run(1);
    expect(heard.ends).toEqual(['lost']);
    expect(memory.closedWith()).toBe('lost');
    await done;
  });

  test('a machine that slept hears its peer out before it judges', async () => {
    const { clock, memory, heard } = await openLink();
    clock.jump(60_000);
    await clock.run(0);
    memory.arrive([0, 1, 5]);
    await clock.run(5_000);
    expect(heard.ends).toEqual([]);
    expect(heard.frames).toEqual([Uint8Array.of(5)]);
    await clock.run(DEAD_MS);
    expect(heard.ends).toEqual(['lost']);
  });
});

describe('ending', () => {
  test('a goodbye follows what was sent, then the direction ends, then the session', async () => {
    const { link, clock, memory, heard, written, done } = await openLink();
    written();
    link.send(Uint8Array.of(1));
    link.close('overloaded');
    await clock.run(0);
    expect(written().flat()).toEqual([1, 1, ...encodeGoodbye('overloaded')]);
    expect(memory.isFinished()).toBe(true);
    expect(memory.closedWith()).toBeUndefined();
    memory.arriveEnd();
    await clock.run(0);
    expect(memory.closedWith()).toBe('overloaded');
    expect(heard.ends).toEqual(['overloaded']);
    await done;
  });

  test('a peer that never answers a goodbye holds nothing up for long', async () => {
    const { link, clock, memory, done } = await openLink();
    link.close('closed');
    await clock.run(5_000);
    expect(memory.closedWith()).toBe('closed');
    await done;
  });

  test('nor does one that reads nothing', async () => {
    const { link, clock, memory, done } = await openLink();
    memory.hold(true);
    link.send(Uint8Array.of(1));
    await clock.run(0);
    link.close('closed');
    await clock.run(5_000);
    expect(memory.closedWith()).toBe('closed');
    await done;
  });

  test('frames that arrive after our goodbye are not told', async () => {
    const { link, clock, memory, heard } = await openLink();
    link.close('closed');
    memory.arrive([1, 9]);
    await clock.run(5_000);
    expect(heard.frames).toEqual([]);
    expect(heard.ends).toEqual(['closed']);
  });

  test('frames before a goodbye in the same bytes are told', async () => {
    const { clock, memory, heard } = await openLink();
    memory.arrive([1, 9, ...encodeGoodbye('shutting-down')]);
    await clock.run(0);
    expect(heard.frames).toEqual([Uint8Array.of(9)]);
    expect(heard.ends).toEqual(['shutting-down']);
  });

  test('an owner that closes from inside a frame gets no further frame of the same bytes', async () => {
    const clock = createVirtualClock();
    const memory = createMemoryPipe();
    const frames: number[] = [];
    const framed = createFramedLink({ transport: 'memory', remote: 'test', pipe: memory.pipe });
    framed.start({
      onFrame: (frame) => {
        frames.push(frame[0] ?? 0);
        framed.link.close('closed');
      },
      onEnd: () => undefined,
    });
    memory.arrive([1, 1, 1, 2]);
    await clock.run(0);
    expect(frames).toEqual([1]);
  });

  test('a link that was closed before it was started still tells its end', async () => {
    const clock = createVirtualClock();
    const heard = createHeard();
    const framed = createFramedLink({ transport: 'memory', remote: 'test', pipe: createMemoryPipe().pipe });
    framed.link.close('refused');
    framed.start(heard.handlers);
    await clock.run(0);
    expect(heard.ends).toEqual(['refused']);
  });

  test('a broken stream waits a moment for the session to say why', async () => {
    const first = await openLink();
    first.memory.breakReading();
    first.memory.endSession('shutting-down');
    await first.clock.run(1_000);
    expect(first.heard.ends).toEqual(['shutting-down']);
    const second = await openLink();
    second.memory.breakReading();
    await second.clock.run(1_000);
    expect(second.heard.ends).toEqual(['lost']);
  });
});
