/** Emulated boards talk through the ether: receptions, silence while sending, listening before, airtime and its limits. */
import { describe, expect, test } from 'vitest';
import { rnodeAirtime, timeOnAir } from '#core/radio/airtime.ts';
import { createLossTable } from '#sim/ether/path-losses.ts';
import { countedAirtimeMs } from '#test/emulator/phy.ts';
import { createRadioScene, data, OFF, ON, packet, packets } from '#test/emulator/radio-scene.ts';
import type { Scene } from '#test/emulator/scene.ts';
import type { BoardOptions } from '#test/emulator/workbench.ts';

const A: BoardOptions = { name: 'a', kind: 'esp32' };
const B: BoardOptions = { name: 'b', kind: 'nrf52', position: { x: 500, y: 0 } };
const SF8 = { bandwidthHz: 125_000, sf: 8, cr: 5, preambleSymbols: 18 };

/** How long it is silent from now on, and what it says then. */
const silence = (scene: Scene, name: string): { readonly ms: number; readonly frames: readonly string[] } => {
  const begun = scene.now();
  let frames: readonly string[] = [];
  while (frames.length === 0 && scene.now() < begun + 60_000) {
    scene.run(1);
    frames = scene.frames(name);
  }
  return { ms: scene.now() - begun, frames };
};
const statistics = (scene: Scene, name: string): readonly string[] =>
  scene.frames(name).filter((frame) => frame.startsWith('25'));
const airtimes = (frame: string): readonly number[] => {
  const values = frame.split(' ').map((pair) => Number.parseInt(pair, 16));
  return [1, 3, 5, 7].map((at) => ((values[at] ?? 0) << 8) | (values[at + 1] ?? 0));
};

describe('a packet', () => {
  test('arrives as RSSI, SNR and DATA, in this order', () => {
    const losses = { a: { b: 120 }, b: { a: 120 } };
    const scene = createRadioScene([A, B], {}, { paths: createLossTable(losses) });
    scene.send('a', 'c0 00 68 db dc 69 c0');
    scene.run(5_000);
    const heard = scene.frames('b').filter((frame) => !frame.startsWith('25'));
    // −106 dBm, and 11 dB above the noise of −117.
    expect(heard).toEqual(['23 33', '24 2c', '00 68 c0 69']);
  });
  test('with a negative SNR has it signed', () => {
    const losses = { a: { b: 136 }, b: { a: 136 } };
    const scene = createRadioScene([A, B], {}, { paths: createLossTable(losses) });
    scene.send('a', data(3));
    scene.run(5_000);
    const heard = scene.frames('b').filter((frame) => !frame.startsWith('25'));
    expect(heard).toEqual(['23 23', '24 ec', '00 01 01 01']);
  });
  test('of 254 bytes is one radio frame', () => {
    const scene = createRadioScene([A, B]);
    scene.send('a', data(254));
    scene.run(8_000);
    expect(packets(scene, 'b')).toEqual([packet(254)]);
  });
  test('goes to a receiver that is on only', () => {
    const scene = createRadioScene([A, B]);
    scene.ask('b', OFF);
    scene.send('a', data(3));
    scene.run(5_000);
    expect(scene.frames('b')).toEqual([]);
  });
});

describe('while it sends', () => {
  test('it says nothing and reads nothing; then it tells the airtime and answers', () => {
    const scene = createRadioScene([A, B]);
    scene.send('a', data(254));
    scene.send('a', data(1));
    while (scene.workbench.ether.next === Number.POSITIVE_INFINITY) scene.run(1);
    scene.bytes('a');
    scene.send('a', 'c0 08 73 c0');
    const { ms, frames } = silence(scene, 'a');
    expect(Math.abs(ms - rnodeAirtime(SF8, 254) - rnodeAirtime(SF8, 1))).toBeLessThan(3);
    expect(frames.map((frame) => frame.slice(0, 5))).toEqual(['25 02', '08 46']);
  });
});

describe('before it sends', () => {
  test('it waits for DIFS at least', () => {
    const scene = createRadioScene([A, B]);
    scene.send('a', data(1));
    scene.run(47);
    expect(scene.workbench.ether.next).toBe(Number.POSITIVE_INFINITY);
  });
  test('it waits until nobody else sends, and both arrive', () => {
    const scene = createRadioScene([A, B, { ...A, name: 'c' }]);
    scene.send('a', data(254, 1));
    while (scene.workbench.ether.next === Number.POSITIVE_INFINITY) scene.run(1);
    scene.run(10);
    scene.send('b', data(50, 2));
    scene.run(10_000);
    expect(packets(scene, 'c')).toEqual([packet(254, 1), packet(50, 2)]);
  });
  test('it waits until it knows the noise, after the first ON', () => {
    const scene = createRadioScene([A, B]);
    scene.act((now) => scene.workbench.board('a').restart(now));
    scene.run(2_000);
    scene.ask('a', 'c0 01 33 d3 e6 08 c0 c0 02 00 01 e8 48 c0 c0 03 0e c0 c0 04 08 c0');
    scene.send('a', ON + data(1));
    scene.run(680);
    expect(scene.workbench.ether.next).toBe(Number.POSITIVE_INFINITY);
    scene.run(5_000);
    expect(packets(scene, 'b')).toEqual(['01']);
  });
  test('strong energy of another kind keeps it waiting, and is told as interference', () => {
    const scene = createRadioScene([A, B]);
    const seat = scene.workbench.ether.join('jammer');
    const jam = { ...SF8, sf: 12, frequency: 869_525_000, power: 14 };
    seat.tune(jam, scene.now());
    const ends = seat.transmit(new Uint8Array(200), scene.now());
    scene.send('a', data(1));
    scene.run(ends - scene.now() - 1_000);
    expect(packets(scene, 'b')).toEqual([]);
    expect(statistics(scene, 'a').at(-1)).toMatch(/ (?!ff)..$/);
    scene.run(5_000);
    expect(packets(scene, 'b')).toEqual(['01']);
  });
});

describe('airtime', () => {
  test('is told after sending, in hundredths of a percent of 15 s and of an hour: 710 ms of the 728 that it was', () => {
    const scene = createRadioScene([A, B]);
    scene.send('a', data(254));
    scene.run(3_000);
    expect(airtimes(statistics(scene, 'a').at(-1) ?? '').slice(0, 2)).toEqual([473, 1]);
  });
  test('is counted about four symbols too low, and not rounded up', () => {
    const { preambleSymbols } = SF8;
    const settings = { ...SF8, frequency: 869_525_000, power: 14 };
    const missing = (payloadBytes: number): number => {
      const counted = countedAirtimeMs(settings, preambleSymbols, payloadBytes);
      return (timeOnAir(SF8, { preambleSymbols, payloadBytes }) - counted) / 2.048;
    };
    const all = Array.from({ length: 255 }, (_, at) => missing(at + 1));
    expect(Math.min(...all)).toBeGreaterThan(4);
    expect(Math.max(...all)).toBeLessThan(9);
  });
  test.each([
    ['shortLimit', 500],
    ['longLimit', 20],
  ] as const)('beyond its %s it sends no more, says READY all the same, and goes on later', (limit, hundredths) => {
    const scene = createRadioScene([A, B], { [limit]: hundredths });
    for (let sent = 0; sent < 20; sent++) scene.send('a', data(254, sent + 1));
    scene.run(16_500);
    // All that waited left at once: the lock is looked at before the queue, not between its packets.
    expect(packets(scene, 'b')).toHaveLength(20);
    scene.send('a', data(3));
    scene.run(2_000);
    expect(packets(scene, 'b')).toEqual([]);
    expect(scene.ask('a', 'c0 0f 00 c0')).toContain('0f 01');
    scene.run(limit === 'shortLimit' ? 30_000 : 3_600_000);
    expect(packets(scene, 'b')).toEqual([packet(3)]);
  });
  test('is not limited on an AVR', () => {
    const scene = createRadioScene([{ ...A, kind: 'avr' }, B], { longLimit: 1 });
    for (let sent = 0; sent < 5; sent++) {
      scene.send('a', data(254));
      scene.run(3_000);
    }
    expect(packets(scene, 'b')).toHaveLength(5);
  });
  test('much of it puts it into a later band, which it tells', () => {
    const scene = createRadioScene([A, B]);
    for (let sent = 0; sent < 4; sent++) scene.send('a', data(254));
    scene.run(8_000);
    expect(scene.frames('a').filter((frame) => frame.startsWith('28'))).toEqual(['28 02 0f 1d']);
    scene.run(20_000);
    expect(scene.frames('a').filter((frame) => frame.startsWith('28'))).toEqual(['28 01 00 0e']);
  });
  test('of others is told as load', () => {
    const scene = createRadioScene([A, B, { ...A, name: 'c' }]);
    for (let sent = 0; sent < 30; sent++) {
      for (const name of ['a', 'b']) scene.send(name, data(254));
      scene.run(4_000);
    }
    const [short = 1, , load = 0] = airtimes(statistics(scene, 'c').at(-1) ?? '');
    expect(short).toBe(0);
    expect(load).toBeGreaterThan(1_000);
  });
});
