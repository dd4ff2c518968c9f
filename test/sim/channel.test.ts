/** What links do with frames: late, lost, doubled, overtaken, and never on a stream. */
import { describe, expect, test } from 'vitest';
import { type ChannelModel, carryOver, createChannel, WIRE } from '#sim/channel.ts';
import { createDice } from '#sim/dice.ts';

const FRAMES = 20_000;
const carryAll = (model: ChannelModel, bytes = 100, every = 1) => {
  const channel = createChannel(model, createDice(7), 'test');
  return Array.from({ length: FRAMES }, (_, n) => ({
    sent: n * every,
    arrivals: carryOver(channel, n * every, bytes),
  }));
};

describe('a stream', () => {
  test('without faults takes its latency', () => {
    const late = carryAll(WIRE).filter(({ sent, arrivals }) => arrivals.join() !== `${sent + WIRE.latency}`);
    expect(late).toEqual([]);
  });
  test('that loses packets delivers everything, in order, later', () => {
    const carried = carryAll({ ...WIRE, loss: 0.3, jitter: 5 });
    expect(carried.filter(({ arrivals }) => arrivals.length !== 1)).toEqual([]);
    const times = carried.map(({ arrivals }) => arrivals[0] ?? 0);
    expect(times.filter((at, n) => at < (times[n - 1] ?? 0))).toEqual([]);
    const last = times.at(-1) ?? 0;
    const [first] = carried;
    expect(last - (carried.at(-1)?.sent ?? 0)).toBeGreaterThanOrEqual((first?.arrivals[0] ?? 0) - 5);
  });
  test('of ten bytes a millisecond needs ten milliseconds for a hundred bytes, one frame after the other', () => {
    const channel = createChannel({ ...WIRE, bandwidth: 10 }, createDice(1), '');
    expect([carryOver(channel, 0, 100), carryOver(channel, 0, 100), carryOver(channel, 50, 100)]).toEqual([
      [30],
      [40],
      [80],
    ]);
  });
});

describe('a datagram link', () => {
  const RADIO: ChannelModel = { ...WIRE, kind: 'datagram' };
  const lost = (model: ChannelModel): boolean[] => carryAll(model).map(({ arrivals }) => arrivals.length === 0);

  test('loses as often as it says', () => {
    const share = lost({ ...RADIO, loss: 0.1 }).filter(Boolean).length / FRAMES;
    expect(Math.abs(share - 0.1)).toBeLessThan(0.01);
  });
  test('loses in bursts as long as it says, and no more often for that', () => {
    const losses = lost({ ...RADIO, loss: 0.1, burst: 8 });
    const runs = losses.filter((is, at) => is && !losses[at - 1]).length;
    const count = losses.filter(Boolean).length;
    expect(Math.abs(count / FRAMES - 0.1)).toBeLessThan(0.025);
    expect(Math.abs(count / runs - 8)).toBeLessThan(1.5);
  });
  test('doubles and swaps', () => {
    const carried = carryAll({ ...RADIO, duplicate: 0.05, reorder: 0.05 });
    const doubled = carried.filter(({ arrivals }) => arrivals.length === 2).length / FRAMES;
    const overtaken = carried.filter(
      ({ arrivals }, at) => (arrivals[0] ?? 0) > (carried[at + 1]?.arrivals[0] ?? Number.POSITIVE_INFINITY),
    ).length;
    expect(Math.abs(doubled - 0.05)).toBeLessThan(0.01);
    expect(overtaken).toBeGreaterThan(FRAMES * 0.03);
  });
  test('with a duty cycle of a hundredth is silent ninety-nine times as long as it spoke', () => {
    const channel = createChannel({ ...RADIO, bandwidth: 1, duty: 0.01 }, createDice(1), '');
    const arrivals = [0, 0, 0].flatMap((now) => carryOver(channel, now, 50));
    expect(arrivals).toEqual([70, 5_070, 10_070]);
  });
});
