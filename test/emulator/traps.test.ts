/** What RNode firmware does that a driver must know: each trap is there. */
import { describe, expect, test } from 'vitest';
import { createDice } from '#sim/dice.ts';
import { createRadioScene, data, OFF, ON, packet, packets, settingsOf } from '#test/emulator/radio-scene.ts';
import { createScene } from '#test/emulator/scene.ts';
import { createJoiner, toRadioFrames } from '#test/emulator/split-packet.ts';
import type { BoardOptions } from '#test/emulator/workbench.ts';

const A: BoardOptions = { name: 'a', kind: 'esp32' };
const B: BoardOptions = { name: 'b', kind: 'nrf52', position: { x: 500, y: 0 } };
const EMPTY = 'c0 00 c0';
const FAST = { bandwidth: 500_000, spreadingFactor: 7 };
const DETECT = 'c0 08 73 c0';

/** Of the pushed statistics: airtime in the last hour. */
const longAirtimes = (frames: readonly string[]): readonly string[] =>
  frames.filter((frame) => frame.startsWith('25')).map((frame) => frame.slice(9, 14));

describe('an empty DATA frame', () => {
  test('above 14 kbit/s wedges the modem, which only a reset ends', () => {
    const scene = createRadioScene([A, B], FAST);
    scene.send('a', EMPTY);
    scene.run(2_000);
    scene.send('a', data(5));
    scene.run(5_000);
    expect(packets(scene, 'b')).toEqual([]);
    expect(scene.ask('a', 'c0 0f 00 c0')).toContain('0f 00');
    scene.ask('a', OFF);
    scene.ask('a', ON);
    scene.send('a', data(5));
    scene.run(5_000);
    expect(packets(scene, 'b')).toEqual([]);
    scene.ask('a', 'c0 55 f8 c0');
    scene.ask('a', settingsOf(FAST));
    scene.ask('a', ON);
    scene.send('a', data(5));
    scene.run(5_000);
    expect(packets(scene, 'b')).toEqual([packet(5)]);
  });
  test('below does nothing', () => {
    const scene = createRadioScene([A, B]);
    scene.send('a', EMPTY);
    scene.run(2_000);
    scene.send('a', data(5));
    scene.run(5_000);
    expect(packets(scene, 'b')).toEqual([packet(5)]);
  });
});

describe('more than 254 bytes', () => {
  test.each([
    [254, 1],
    [255, 2],
    [507, 2],
    [508, 3],
  ])('%i bytes are %i radio frames', (length, expected) => {
    expect(toRadioFrames(new Uint8Array(length), createDice(1))).toHaveLength(expected);
  });
  test('arrive whole when every part does', () => {
    const scene = createRadioScene([A, B]);
    scene.send('a', data(508));
    scene.run(8_000);
    expect(packets(scene, 'b')).toEqual([packet(508)]);
  });
  test('509 are not sent', () => {
    const scene = createRadioScene([A, B]);
    scene.send('a', data(509));
    scene.run(8_000);
    expect(packets(scene, 'b')).toEqual([]);
  });
  test('of which a part was lost join a part of the next, where four random bits agree', () => {
    const joiner = createJoiner();
    expect(joiner.take(Uint8Array.of(0x31, 1, 2))).toBeUndefined();
    expect(joiner.take(Uint8Array.of(0x31, 7, 8))).toEqual(Uint8Array.of(1, 2, 7, 8));
    expect(joiner.take(Uint8Array.of(0x31, 9))).toBeUndefined();
    expect(joiner.take(Uint8Array.of(0x51, 5))).toBeUndefined();
    expect(joiner.take(Uint8Array.of(0x51, 6))).toEqual(Uint8Array.of(5, 6));
  });
  test('do no harm to what follows unsplit', () => {
    const joiner = createJoiner();
    joiner.take(Uint8Array.of(0x31, 1, 2));
    expect(joiner.take(Uint8Array.of(0x30, 4))).toEqual(Uint8Array.of(4));
    expect(joiner.take(Uint8Array.of(0x31, 9))).toBeUndefined();
  });
});

describe('frames', () => {
  test('may share one C0', () => {
    const scene = createRadioScene([{ ...A, kind: 'avr' }]);
    expect(scene.ask('a', 'c0 08 73 c0 06 ff c0 03 ff c0')).toEqual(['08 46', '06 01', '03 0e']);
  });
  test('but not with DATA before: what follows it is lost', () => {
    const scene = createRadioScene([{ ...A, kind: 'avr' }]);
    expect(scene.ask('a', 'c0 00 01 c0 08 73 c0')).toEqual([]);
    expect(scene.ask('a', DETECT)).toEqual(['08 46']);
  });
  test('are acted on before they end, and on every byte', () => {
    const scene = createRadioScene([{ ...A, kind: 'avr' }]);
    expect(scene.ask('a', 'c0 06 ff ff')).toEqual(['06 01', '06 01']);
  });
  test('that are cut off do not keep the next from being read', () => {
    const scene = createRadioScene([{ ...A, kind: 'avr' }]);
    expect(scene.ask('a', `c0 01 33 d3 ${DETECT} 11 22 c0 77 ${DETECT}`)).toEqual(['08 46', '08 46']);
  });
});

describe('the queue', () => {
  test('stays when the radio is turned off, and goes out when it is on again; the airtime ledger is empty then', () => {
    const scene = createRadioScene([A, B], { longLimit: 1 });
    scene.send('a', data(254, 1));
    scene.run(5_000);
    expect(packets(scene, 'b')).toEqual([packet(254, 1)]);
    scene.send('a', data(3, 2));
    scene.run(60_000);
    expect(packets(scene, 'b')).toEqual([]);
    expect(longAirtimes(scene.frames('a')).at(-1)).toBe('00 01');
    scene.ask('a', OFF);
    scene.send('a', ON);
    scene.run(5_000);
    expect(packets(scene, 'b')).toEqual([packet(3, 2)]);
    expect(longAirtimes(scene.frames('a'))[0]).toBe('00 00');
  });
  test('keeps what came while the radio was off', () => {
    const scene = createRadioScene([A, B]);
    scene.ask('a', OFF);
    scene.send('a', data(3));
    scene.run(5_000);
    scene.send('a', ON);
    scene.run(5_000);
    expect(packets(scene, 'b')).toEqual([packet(3)]);
  });
  test('that is full says error 4, and READY 0', () => {
    const scene = createRadioScene([{ ...A, kind: 'avr' }, B]);
    scene.ask('a', OFF);
    for (let sent = 0; sent < 12; sent++) scene.send('a', data(500));
    scene.frames('a');
    expect(scene.ask('a', `${data(200)} c0 0f 00 c0`)).toEqual(['90 04', '0f 00']);
  });
  test('is full after 200 packets', () => {
    const scene = createRadioScene([{ ...A, kind: 'avr' }]);
    scene.ask('a', OFF);
    for (let sent = 0; sent < 199; sent++) scene.send('a', data(1));
    expect(scene.ask('a', 'c0 0f 00 c0')).toEqual(['0f 01']);
    scene.send('a', data(1));
    expect(scene.ask('a', `c0 0f 00 c0 ${data(1)}`)).toEqual(['0f 00', '90 04']);
  });
  test('says nothing where the build is such', () => {
    const scene = createRadioScene([{ ...A, kind: 'avr', tellsFullQueue: false }]);
    scene.ask('a', OFF);
    for (let sent = 0; sent < 200; sent++) scene.send('a', data(1));
    expect(scene.ask('a', data(1))).toEqual([]);
  });
  test('that was sent is never told of', () => {
    const scene = createRadioScene([{ ...A, kind: 'avr' }, B]);
    expect(scene.ask('a', data(3))).toEqual([]);
    expect(packets(scene, 'b')).toEqual([packet(3)]);
  });
});

describe('RESET', () => {
  test('restarts: boot text, 55 F8, and everything is forgotten', () => {
    const scene = createRadioScene([A]);
    scene.bytes('a');
    scene.send('a', 'c0 55 f8 c0');
    scene.run(2_000);
    const bytes = scene.bytes('a');
    expect(new TextDecoder().decode(bytes)).toContain('rst:0x1');
    expect([...bytes.slice(-4)]).toEqual([0xc0, 0x55, 0xf8, 0xc0]);
    expect(scene.ask('a', 'c0 04 ff c0 c0 06 ff c0')).toEqual(['04 00', '06 00']);
  });
  test('of another byte does nothing', () => {
    const scene = createRadioScene([{ ...A, kind: 'avr' }]);
    expect(scene.ask('a', 'c0 55 f7 c0 c0 06 ff c0')).toEqual(['06 01']);
  });
  test('is not heard while it boots, nor is anything else', () => {
    const scene = createScene([A]);
    scene.open('a');
    scene.send('a', 'c0 55 f8 c0');
    scene.run(500);
    scene.send('a', DETECT);
    scene.run(2_000);
    expect(scene.frames('a').filter((frame) => frame.startsWith('08'))).toEqual([]);
  });
});
