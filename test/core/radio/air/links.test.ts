/** Links over the air as two stations and those around them see them (docs/protocol/radio.md, "Links over the air"). */
import { describe, expect, test } from 'vitest';
import type { StationId } from '#core/brand.ts';
import { decodeAck, encodeAck } from '#core/radio/air/ack.ts';
import { decodeFragment, encodeFragment, type Fragment } from '#core/radio/air/fragment.ts';
import { MAX_AIR_BUFFERED, MAX_AIR_LINKS, MAX_AIR_MESSAGE } from '#core/radio/air/limits.ts';
import type { AirLane } from '#core/radio/air/outgoing.ts';
import { ackPatience, MAX_TRIES } from '#core/radio/air/patience.ts';
import { rnodeAirtime } from '#core/radio/airtime.ts';
import { DEFAULT_CHANNEL } from '#core/radio/channel.ts';
import { createLinkWorld, type WorldStation } from '#test/core/radio/air/link-world.ts';

const [A, B] = [0x0a0a, 0x0b0b];
const HOUR = 3_600_000;
const frameOf = (length: number, first = 1): Uint8Array =>
  Uint8Array.from({ length }, (_, at) => (first + at * 7 + (at >> 8)) & 0xff);

const pair = (options: Partial<Parameters<typeof createLinkWorld>[0]> = {}) => {
  const world = createLinkWorld({ seed: 1, ...options });
  return { world, a: world.join(A), b: world.join(B) };
};
const send = (from: WorldStation, to: WorldStation, frame: Uint8Array, lane: AirLane = 'prompt') =>
  from.act({ kind: 'send', to: to.id, frame, lane });
const open = (from: WorldStation, to: WorldStation) => from.act({ kind: 'open', to: to.id });
const close = (from: WorldStation, to: WorldStation) => from.act({ kind: 'close', to: to.id, reason: 'closed' });
const received = ({ sessions }: WorldStation): Uint8Array[] => sessions.flatMap((session) => session.received);
const ends = ({ sessions }: WorldStation) => sessions.map(({ end }) => end);
const fragmentsOf = ({ onAir }: WorldStation): Fragment[] =>
  onAir.flatMap(({ as, body }) => {
    const decoded = as === 'fragment' ? decodeFragment(body) : undefined;
    return decoded?.ok ? [decoded.value] : [];
  });
const shape = (station: WorldStation): string[] =>
  station.onAir.map(({ as, body }) => {
    const decoded = as === 'fragment' ? decodeFragment(body) : decodeAck(body);
    if (!decoded.ok) return 'malformed';
    if (!('piece' in decoded.value)) return decoded.value.word;
    const { number, index, last, wantsAck, isGoodbye } = decoded.value;
    return `${isGoodbye ? 'bye ' : ''}${number}:${index}/${last}${wantsAck ? '?' : ''}`;
  });

describe('what is on the air', () => {
  test('one frame and one acknowledgement for 130 bytes, two and one for 352, and then silence', () => {
    const { world, a, b } = pair();
    open(a, b);
    send(a, b, frameOf(130));
    send(a, b, frameOf(352));
    world.run();
    expect(shape(a)).toEqual(['0:0/0?', '1:0/1', '1:1/1?']);
    expect(shape(b)).toEqual(['whole', 'whole']);
    expect(received(b)).toEqual([frameOf(130), frameOf(352)]);
    expect(world.now()).toBeLessThan(5_000);
  });
  test('a link through which nothing is said is made known after a second, by an empty message', () => {
    const { world, a, b } = pair();
    open(a, b);
    world.run(999);
    expect(a.onAir).toEqual([]);
    world.run();
    expect(shape(a)).toEqual(['0:0/0?']);
    expect(a.onAir[0]?.body).toHaveLength(6);
    expect([b.sessions.length, received(b)]).toEqual([1, []]);
  });
  test('only what is missing goes again', () => {
    const { world, a, b } = pair();
    open(a, b);
    send(a, b, frameOf(10));
    world.run();
    send(a, b, frameOf(MAX_AIR_MESSAGE));
    world.run(2_000);
    world.trouble.loss = 1;
    world.run(3_000);
    world.trouble.loss = 0;
    world.run();
    expect(received(b)).toEqual([frameOf(10), frameOf(MAX_AIR_MESSAGE)]);
    const pieces = fragmentsOf(a).filter(({ number }) => number === 1);
    expect(pieces.length).toBeGreaterThan(18);
    expect(pieces.length).toBeLessThan(24);
    expect(shape(b)).toEqual(['whole', 'part', 'whole']);
  });
  test('what came twice is acknowledged twice and delivered once', () => {
    const { world, a, b } = pair();
    open(a, b);
    send(a, b, frameOf(100));
    // The acknowledgement is on air.
    world.run(rnodeAirtime(DEFAULT_CHANNEL, 110) + 1);
    world.trouble.loss = 1;
    world.run(400);
    world.trouble.loss = 0;
    world.run();
    expect(shape(a)).toEqual(['0:0/0?', '0:0/0?']);
    expect(shape(b)).toEqual(['whole', 'whole']);
    expect(received(b)).toEqual([frameOf(100)]);
  });
  test('prompt frames overtake bulk ones that wait, and each lane keeps its order', () => {
    const { world, a, b } = pair();
    open(a, b);
    for (const first of [1, 2, 3]) send(a, b, frameOf(300, first), 'bulk');
    for (const first of [11, 12]) send(a, b, frameOf(20, first));
    world.run();
    expect(received(b).map(([first]) => first)).toEqual([1, 11, 12, 2, 3]);
  });
});

describe('an end', () => {
  test('comes after what was handed over before, and is acknowledged', () => {
    const { world, a, b } = pair();
    open(a, b);
    send(a, b, frameOf(352));
    close(a, b);
    expect(ends(a)).toEqual(['closed']);
    world.run();
    expect(received(b)).toEqual([frameOf(352)]);
    expect(ends(b)).toEqual(['closed']);
    expect(shape(a).at(-1)).toBe('bye 1:0/0?');
    expect(shape(b)).toEqual(['whole', 'whole']);
  });
  test('of a link that nobody heard of is nobody’s business', () => {
    const { world, a, b } = pair();
    open(a, b);
    close(a, b);
    world.run();
    expect([a.onAir, b.onAir]).toEqual([[], []]);
    expect(ends(a)).toEqual(['closed']);
  });
  test('when nobody answers: lost, after twelve tries and some minutes', () => {
    const { world, a, b } = pair({ loss: 1 });
    open(a, b);
    send(a, b, frameOf(50));
    world.run();
    expect(a.onAir).toHaveLength(MAX_TRIES);
    expect(ends(a)).toEqual(['lost']);
    const shortest = Array.from({ length: MAX_TRIES }, (_, tries) => ackPatience(DEFAULT_CHANNEL, tries, 0));
    const least = shortest.reduce((sum, ms) => sum + ms, 0);
    expect(world.now()).toBeGreaterThan(least);
    expect(world.now()).toBeLessThan(1.5 * least + 12_000);
    expect(least).toBeGreaterThan(400_000);
    expect(least).toBeLessThan(600_000);
  });
  test('a new link waits until the one before has said goodbye, and both are whole', () => {
    const { world, a, b } = pair({ loss: 0.3, seed: 4 });
    for (const first of [1, 2, 3]) {
      open(a, b);
      send(a, b, frameOf(600, first));
      close(a, b);
    }
    world.run();
    expect(b.sessions.map((session) => session.received)).toEqual([1, 2, 3].map((first) => [frameOf(600, first)]));
    expect(ends(b)).toEqual(['closed', 'closed', 'closed']);
  });
  test('both at once', () => {
    const { world, a, b } = pair();
    open(a, b);
    world.run();
    close(a, b);
    close(b, a);
    world.run();
    expect([ends(a), ends(b)]).toEqual([['closed'], ['closed']]);
    expect([a.links.next, b.links.next]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
  });
});

describe('the other side', () => {
  test('that opens a link at the same time shares it', () => {
    const { world, a, b } = pair({ delayMs: 200 });
    open(a, b);
    open(b, a);
    send(a, b, frameOf(300, 1));
    send(b, a, frameOf(300, 2));
    world.run();
    expect([received(a), received(b)]).toEqual([[frameOf(300, 2)], [frameOf(300, 1)]]);
    expect([ends(a), ends(b)]).toEqual([[undefined], [undefined]]);
  });
  test('that has forgotten the link says so at once', () => {
    const { world, a, b } = pair();
    open(a, b);
    send(a, b, frameOf(10));
    send(b, a, frameOf(10));
    world.run();
    b.stop();
    const again = world.join(B);
    send(a, b, frameOf(20));
    world.run(3_000);
    expect(ends(a)).toEqual(['lost']);
    expect(again.sessions).toEqual([]);
    open(a, again);
    send(a, again, frameOf(30));
    world.run();
    expect(received(again)).toEqual([frameOf(30)]);
  });
  test('that has forgotten the link and opens another ends the first', () => {
    const { world, a, b } = pair();
    open(a, b);
    send(a, b, frameOf(10));
    world.run();
    b.stop();
    const again = world.join(B);
    open(again, a);
    send(again, a, frameOf(40));
    world.run();
    expect(ends(a)).toEqual(['lost', undefined]);
    expect(a.sessions[1]?.received).toEqual([frameOf(40)]);
  });
  test('that is not there holds up nobody else', () => {
    const { world, a, b } = pair();
    const c = world.join(0x0c0c);
    c.stop();
    open(a, c);
    open(a, b);
    send(a, c, frameOf(4_000));
    for (let n = 0; n < 4; n++) send(a, b, frameOf(1_000, n));
    world.run(60_000);
    expect(received(b)).toHaveLength(4);
    expect(ends(a)).toEqual([undefined, undefined]);
    world.run();
    expect(ends(a)).toEqual(['lost', undefined]);
  });
});

describe('bounds', () => {
  test('of bytes that wait, of one frame, of none', () => {
    const { world, a, b } = pair();
    expect(a.links.takes(b.id, 1, 'prompt')).toBe(false);
    open(a, b);
    expect(a.links.takes(b.id, 0, 'prompt')).toBe(false);
    expect(a.links.takes(b.id, MAX_AIR_MESSAGE + 1, 'prompt')).toBe(false);
    let taken = 0;
    for (const lane of ['bulk', 'prompt'] as const)
      for (; a.links.takes(b.id, MAX_AIR_MESSAGE, lane); taken++) send(a, b, frameOf(MAX_AIR_MESSAGE, taken), lane);
    expect(taken * MAX_AIR_MESSAGE).toBe(MAX_AIR_BUFFERED);
    send(a, b, frameOf(1));
    world.run();
    expect(received(b)).toHaveLength(taken);
    expect(a.links.takes(b.id, MAX_AIR_MESSAGE, 'bulk')).toBe(true);
  });
  test('of links: who has been silent for long makes room, and nobody else does', () => {
    const { world, a } = pair();
    const others = Array.from({ length: MAX_AIR_LINKS + 1 }, (_, at) => world.join(100 + at));
    for (const other of others) {
      open(other, a);
      world.run();
    }
    expect(ends(others.at(-1)!)).toEqual(['overloaded']);
    a.act({ kind: 'open', to: 7 as StationId });
    expect(a.sessions.at(-1)).toMatchObject({ peer: 7, end: 'overloaded' });
    world.run(HOUR);
    open(others.at(-1)!, a);
    world.run();
    expect(others.at(-1)!.sessions.at(-1)?.end).toBeUndefined();
    expect(a.sessions.filter(({ end }) => end === 'lost')).toHaveLength(1);
  });
  test('of answers to those who have no link with us', () => {
    const { world, a } = pair();
    const fragment = { to: a.id, sender: 1, receiver: 2, number: 0, index: 0, last: 0 } as unknown as Fragment;
    const body = encodeFragment({ ...fragment, wantsAck: true, isGoodbye: false, piece: frameOf(3) });
    for (let n = 0; n < 100; n++) a.act({ kind: 'heard', from: n as StationId, as: 'fragment', body });
    world.run();
    expect(shape(a)).toEqual(Array.from({ length: 8 }, () => 'ended'));
  });
  test('of bitmaps that always lack something', () => {
    const { world, a, b } = pair();
    open(a, b);
    send(a, b, frameOf(10));
    world.run();
    b.stop();
    send(a, b, frameOf(400));
    const [first] = fragmentsOf(a);
    const [told] = b.onAir;
    const ack = told === undefined ? undefined : decodeAck(told.body);
    if (first === undefined || !ack?.ok) throw new Error('something was said');
    const { to, sender, receiver } = ack.value;
    const came = Array.from({ length: 8 }, () => false);
    const body = encodeAck({ to, sender, receiver, word: 'part', number: 1, came });
    for (let n = 0; n < 200; n++) {
      world.run(5_000);
      a.act({ kind: 'heard', from: b.id, as: 'ack', body });
    }
    expect(ends(a)).toEqual(['lost']);
    expect(a.onAir.length).toBeLessThan(100);
  });
});
