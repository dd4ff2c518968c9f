/** What radios that share the air do to each other. */
import { describe, expect, test } from 'vitest';
import { timeOnAir } from '#core/radio/airtime.ts';
import { createDice } from '#sim/dice.ts';
import { createEther, type Ether, type EtherEvent } from '#sim/ether/ether.ts';
import { createLossTable, createPositions } from '#sim/ether/path-losses.ts';
import { noiseFloor } from '#sim/ether/propagation.ts';
import type { Tuning } from '#sim/ether/tuning.ts';

const TUNING: Tuning = {
  frequency: 869_525_000,
  bandwidthHz: 125_000,
  sf: 8,
  cr: 5,
  preambleSymbols: 18,
  power: 14,
};
const FRAME = Uint8Array.of(1, 2, 3);
const AIRTIME = timeOnAir(TUNING, { preambleSymbols: TUNING.preambleSymbols, payloadBytes: FRAME.length });

const tell = (events: readonly EtherEvent[]): string[] =>
  events.map((event) => {
    if (event.kind === 'sent') return `${event.station} sent`;
    if (event.kind === 'received') return `${event.station} < ${event.from}`;
    return `${event.station} ! ${event.from} ${event.reason}`;
  });

/** Stations that all listen from the beginning. */
const listening = (ether: Ether, names: readonly string[], tuning: Tuning = TUNING) =>
  names.map((name) => {
    const seat = ether.join(name);
    seat.tune(tuning, 0);
    return seat;
  });

/** Everybody hears everybody, as strongly as said. */
const inOneRoom = (losses: Readonly<Record<string, number>> = {}, loss = 0) => {
  const names = ['a', 'b', 'c'];
  const table = Object.fromEntries(
    names.map((from) => [from, Object.fromEntries(names.map((to) => [to, losses[`${from}${to}`] ?? 100]))]),
  );
  const ether = createEther({ dice: createDice(1), paths: createLossTable(table), loss });
  const [a, b, c] = listening(ether, names);
  if (a === undefined || b === undefined || c === undefined) throw new Error('three seats');
  return { ether, a, b, c };
};

describe('a frame', () => {
  test('arrives at everybody in reach when its time on air is over, not before', () => {
    const { ether, a } = inOneRoom();
    expect(a.transmit(FRAME, 10)).toBeCloseTo(10 + AIRTIME, 9);
    expect(ether.next).toBeCloseTo(10 + AIRTIME, 9);
    expect(ether.advance(10 + AIRTIME - 0.001)).toEqual([]);
    expect(tell(ether.advance(10 + AIRTIME))).toEqual(['a sent', 'b < a', 'c < a']);
    expect(ether.next).toBe(Number.POSITIVE_INFINITY);
  });
  test('arrives as strongly as the way leaves it', () => {
    const { ether, a } = inOneRoom({ ab: 120 });
    a.transmit(FRAME, 0);
    const [, heard] = ether.advance(1_000);
    expect(heard).toMatchObject({ frame: FRAME, rssi: -106, snr: -106 - noiseFloor(125_000) });
  });
  test('below the sensitivity of its spreading factor is not heard at all', () => {
    const { ether, a } = inOneRoom({ ab: 142, ac: 140 });
    a.transmit(FRAME, 0);
    expect(tell(ether.advance(1_000))).toEqual(['a sent', 'c < a']);
  });
  test('is heard on its own channel and spreading factor only, a few hertz aside', () => {
    const ether = createEther({ dice: createDice(1) });
    const tuned: Readonly<Record<string, Partial<Tuning>>> = {
      near: { frequency: TUNING.frequency - 61 },
      channel: { frequency: TUNING.frequency + 200_000 },
      factor: { sf: 7 },
      width: { bandwidthHz: 250_000 },
      rate: { cr: 8 },
    };
    for (const [name, own] of Object.entries(tuned)) ether.join(name).tune({ ...TUNING, ...own }, 0);
    const [sender] = listening(ether, ['sender']);
    sender?.transmit(FRAME, 0);
    expect(tell(ether.advance(1_000))).toEqual(['sender sent', 'near < sender', 'rate < sender']);
  });
  test('that is cut off reaches nobody', () => {
    const { ether, a } = inOneRoom();
    a.transmit(FRAME, 0);
    a.silence(20);
    expect(tell(ether.advance(20))).toEqual(['b ! a cut', 'c ! a cut']);
    expect(a.transmit(FRAME, 30)).toBeCloseTo(30 + AIRTIME, 9);
    expect(tell(ether.advance(1_000))).toEqual(['a sent', 'b < a', 'c < a']);
  });
  test('is not heard by a receiver that was turned on meanwhile, nor by one that is off', () => {
    const { ether, a, b, c } = inOneRoom();
    b.tune(undefined, 0);
    c.tune(undefined, 0);
    a.transmit(FRAME, 10);
    b.tune(TUNING, 11);
    expect(tell(ether.advance(1_000))).toEqual(['a sent', 'b ! a deaf']);
  });
  test('carries its bytes as they were when it was sent', () => {
    const { ether, a } = inOneRoom();
    const bytes = Uint8Array.of(7);
    a.transmit(bytes, 0);
    bytes[0] = 8;
    expect(ether.advance(1_000)[1]).toMatchObject({ frame: Uint8Array.of(7) });
  });
});

describe('two frames at once', () => {
  test('are both lost where both are about as strong', () => {
    const { ether, a, b } = inOneRoom();
    a.transmit(FRAME, 0);
    b.transmit(FRAME, AIRTIME - 0.1);
    expect(tell(ether.advance(1_000))).toEqual([
      'a sent',
      'b ! a sending',
      'c ! a collision',
      'b sent',
      'a ! b sending',
      'c ! b collision',
    ]);
  });
  test('one after the other both arrive', () => {
    const { ether, a, b } = inOneRoom();
    a.transmit(FRAME, 0);
    b.transmit(FRAME, AIRTIME);
    expect(tell(ether.advance(1_000)).filter((line) => line.startsWith('c'))).toEqual(['c < a', 'c < b']);
  });
  test.each([
    [94, ['c < a', 'c ! b collision']],
    [94.1, ['c ! a collision', 'c ! b collision']],
  ])('the stronger one survives from 6 dB on: %d dB of loss against 100', (loss, expected) => {
    const { ether, a, b } = inOneRoom({ ac: loss });
    a.transmit(FRAME, 0);
    b.transmit(FRAME, 1);
    expect(tell(ether.advance(1_000)).filter((line) => line.startsWith('c'))).toEqual(expected);
  });
  test('on two spreading factors do not harm each other', () => {
    const { ether, a, b, c } = inOneRoom();
    b.tune({ ...TUNING, sf: 9 }, 0);
    a.transmit(FRAME, 0);
    b.transmit(FRAME, 1);
    expect(tell(ether.advance(1_000))).toContain('c < a');
    expect(c.hearsCarrier(1_001)).toBe(false);
  });
  test('a third that ended long before the second began does no harm', () => {
    const { ether, a, b, c } = inOneRoom();
    a.transmit(FRAME, 0);
    c.tune({ ...TUNING, sf: 12 }, 1);
    c.transmit(new Uint8Array(100), 1);
    b.transmit(FRAME, 2 * AIRTIME);
    expect(tell(ether.advance(3 * AIRTIME))).toContain('a < b');
  });
});

describe('a station', () => {
  test('hears nothing while it sends', () => {
    const { ether, a, b } = inOneRoom();
    a.transmit(new Uint8Array(200), 0);
    b.transmit(FRAME, 50);
    expect(tell(ether.advance(50 + AIRTIME))).toContain('a ! b sending');
  });
  test('cannot send two frames at once, nor when it is off', () => {
    const { a } = inOneRoom();
    a.transmit(FRAME, 0);
    expect(() => a.transmit(FRAME, 1)).toThrow('already');
    a.tune(undefined, 1_000);
    expect(() => a.transmit(FRAME, 1_000)).toThrow('off');
  });
  test('senses a carrier two symbols after it began until it ends, and its strength', () => {
    const { a, b } = inOneRoom();
    a.transmit(FRAME, 0);
    expect([4, 4.1, AIRTIME - 0.1, AIRTIME].map((now) => b.hearsCarrier(now))).toEqual([false, true, true, false]);
    expect(b.rssi(AIRTIME)).toBeCloseTo(noiseFloor(125_000), 6);
    b.transmit(FRAME, 500);
    expect(a.rssi(501)).toBeCloseTo(-86, 2);
    expect(b.rssi(501)).toBeCloseTo(noiseFloor(125_000), 6);
  });
  test('senses no carrier of another spreading factor, but its energy', () => {
    const { a, b } = inOneRoom();
    a.tune({ ...TUNING, sf: 10 }, 0);
    a.transmit(FRAME, 0);
    expect([b.hearsCarrier(100), Math.round(b.rssi(100))]).toEqual([false, -86]);
  });
});

describe('places', () => {
  const inField = (range?: number) => {
    const ether = createEther({ dice: createDice(1), paths: createPositions(range) });
    const near = ether.join('near', { x: 0, y: 0 });
    const far = ether.join('far', { x: 3_000, y: 0 });
    for (const seat of [near, far]) seat.tune(TUNING, 0);
    return { ether, near, far };
  };
  test('three kilometres are in reach at SF8, four are not', () => {
    const { ether, near } = inField();
    near.transmit(FRAME, 0);
    expect(tell(ether.advance(1_000))).toEqual(['near sent', 'far < near']);
    ether.move('far', { x: 0, y: 4_000 });
    near.transmit(FRAME, 1_000);
    expect(tell(ether.advance(2_000))).toEqual(['near sent']);
  });
  test('a range ends what strength would allow', () => {
    const { ether, near } = inField(2_999);
    near.transmit(FRAME, 0);
    expect(tell(ether.advance(1_000))).toEqual(['near sent']);
  });
});

describe('losses', () => {
  const countReceived = (seed: number, change?: (ether: Ether) => void): number => {
    const ether = createEther({ dice: createDice(seed), loss: 0.1 });
    const [a] = listening(ether, ['a', 'b']);
    change?.(ether);
    let received = 0;
    for (let n = 0; n < 10_000; n++) {
      a?.transmit(FRAME, n * 1_000);
      received += ether.advance((n + 1) * 1_000).filter(({ kind }) => kind === 'received').length;
    }
    return received;
  };
  test('come as often as they should, the same for the same seed', () => {
    const received = countReceived(5);
    expect(Math.abs(received - 9_000)).toBeLessThan(120);
    expect(countReceived(5)).toBe(received);
    expect(countReceived(6)).not.toBe(received);
  });
  test('are a link’s own where it has any', () => {
    const received = countReceived(5, (ether) => ether.setLoss('a', 'b', 0.5));
    expect(Math.abs(received - 5_000)).toBeLessThan(200);
    expect(countReceived(5, (ether) => ether.setLoss('b', 'a', 0.5))).toBe(countReceived(5));
  });
});
