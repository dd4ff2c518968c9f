/** Cables, lines and power: what a host does to a board without saying a word, and what sits there instead of one. */
import { describe, expect, test } from 'vitest';
import { createRadioScene, data, ON, packet, packets, settingsOf } from '#test/emulator/radio-scene.ts';
import { createScene, type Scene } from '#test/emulator/scene.ts';
import type { BoardOptions } from '#test/emulator/workbench.ts';

const DETECT = 'c0 08 73 c0';
const BAUD_RATE = 115_200;
const openRaw = (options: Partial<BoardOptions>, baudRate = BAUD_RATE): Scene => {
  const scene = createScene([{ name: 'a', kind: 'esp32', ...options }]);
  scene.run(5_000);
  scene.act((now) => scene.workbench.board('a').open(baudRate, now));
  scene.run(2_000);
  return scene;
};
const set = (scene: Scene, dtr: boolean, rts: boolean): void => {
  scene.act((now) => scene.workbench.board('a').setSignals({ dtr, rts }, now));
  scene.run(2_000);
};

describe('behind a bridge', () => {
  test.each(['esp32', 'esp32ch340', 'avr'] as const)('%s hangs as long as a line is asserted', (kind) => {
    const scene = openRaw({ kind });
    expect(scene.ask('a', DETECT)).toEqual([]);
    set(scene, false, true);
    expect(scene.ask('a', DETECT)).toEqual([]);
    set(scene, false, false);
    expect(scene.frames('a').at(-1)).toBe('55 f8');
    expect(scene.ask('a', DETECT)).toEqual(['08 46']);
  });
  test('and no restart brings it back before they are released', () => {
    const scene = openRaw({});
    scene.frames('a');
    scene.act((now) => scene.workbench.board('a').restart(now));
    expect(scene.ask('a', DETECT)).toEqual([]);
    set(scene, false, false);
    scene.frames('a');
    scene.act((now) => scene.workbench.board('a').restart(now));
    scene.run(2_000);
    expect(scene.frames('a').at(-1)).toBe('55 f8');
  });
  test('or is reset each time that one is', () => {
    const scene = openRaw({ lines: 'reset' });
    expect(scene.frames('a').at(-1)).toBe('55 f8');
    expect(scene.ask('a', DETECT)).toEqual(['08 46']);
    set(scene, false, false);
    expect(scene.frames('a')).toEqual([]);
    set(scene, true, false);
    expect(scene.frames('a').at(-1)).toBe('55 f8');
  });
  test('or does not care', () => {
    const scene = openRaw({ lines: 'none' });
    expect(scene.ask('a', DETECT)).toEqual(['08 46']);
  });
  test('at another rate nothing is understood', () => {
    const scene = openRaw({ lines: 'none' }, 9_600);
    expect(scene.ask('a', DETECT)).not.toContain('08 46');
  });
});

describe('with a USB of its own', () => {
  test.each(['nrf52', 'esp32s3'] as const)('%s sends only while DTR is asserted', (kind) => {
    const scene = openRaw({ kind });
    expect(scene.ask('a', DETECT)).toEqual([]);
    set(scene, true, false);
    expect(scene.ask('a', DETECT)).toEqual(['08 46']);
    set(scene, false, true);
    expect(scene.ask('a', DETECT)).toEqual([]);
  });
  test('it disappears when it is reset, and comes back closed and new', () => {
    const scene = createRadioScene([{ name: 'a', kind: 'nrf52' }]);
    const seen: boolean[] = [];
    scene.workbench.listen('a', { onPlugged: (isPlugged) => seen.push(isPlugged) });
    scene.send('a', 'c0 55 f8 c0');
    expect(seen).toEqual([false]);
    scene.run(3_000);
    expect(seen).toEqual([false, true]);
    expect(scene.workbench.board('a').isOpen).toBe(false);
    scene.open('a');
    expect(scene.ask('a', 'c0 06 ff c0')).toEqual(['06 00']);
  });
});

describe('a port', () => {
  test('is opened by one at a time', () => {
    const scene = openRaw({});
    scene.act((now) => {
      expect(scene.workbench.board('a').open(BAUD_RATE, now)).toBe(false);
      scene.workbench.board('a').close(now);
      expect(scene.workbench.board('a').open(BAUD_RATE, now)).toBe(true);
    });
  });
  test('is gone when the board is unplugged, in the middle of a frame too, and is new when it is back', () => {
    const scene = createRadioScene([
      { name: 'a', kind: 'esp32' },
      { name: 'b', kind: 'nrf52' },
    ]);
    scene.send('a', data(254));
    while (scene.workbench.ether.next === Number.POSITIVE_INFINITY) scene.run(1);
    scene.run(100);
    scene.act((now) => scene.workbench.board('a').unplug(now));
    scene.run(5_000);
    expect(packets(scene, 'b')).toEqual([]);
    expect(scene.workbench.act(scene.now(), () => scene.workbench.board('a').open(BAUD_RATE, scene.now()))).toBe(false);
    scene.act((now) => scene.workbench.board('a').plug(now));
    scene.open('a');
    expect(scene.ask('a', 'c0 06 ff c0')).toEqual(['06 00']);
    scene.ask('a', settingsOf({}));
    scene.ask('a', ON);
    scene.send('a', data(3));
    scene.run(5_000);
    expect(packets(scene, 'b')).toEqual([packet(3)]);
  });
  test.each(['esp32', 'nrf52'] as const)('of %s stays dead when an absent board is restarted', (kind) => {
    const scene = createScene([{ name: 'a', kind }]);
    const board = scene.workbench.board('a');
    scene.act((now) => {
      board.unplug(now);
      board.restart(now);
    });
    expect(scene.workbench.next).toBe(Number.POSITIVE_INFINITY);
    scene.run(5_000);
    expect(board.isPlugged).toBe(false);
  });
  test('may wait for its board', () => {
    const scene = createScene([{ name: 'a', kind: 'esp32', isAbsent: true }]);
    expect(scene.workbench.board('a').isPlugged).toBe(false);
    scene.act((now) => scene.workbench.board('a').plug(now));
    scene.open('a');
    expect(scene.ask('a', DETECT)).toEqual(['08 46']);
  });
});

describe('a fault', () => {
  const faulty = () => {
    const scene = createRadioScene([
      { name: 'a', kind: 'esp32' },
      { name: 'b', kind: 'nrf52' },
    ]);
    return { scene, faults: scene.workbench.rnode('a')!.faults };
  };
  test('frozen: it says nothing until it is reset', () => {
    const { scene, faults } = faulty();
    faults.isFrozen = true;
    expect(scene.ask('a', DETECT)).toEqual([]);
    scene.act((now) => scene.workbench.board('a').restart(now));
    scene.run(2_000);
    expect(scene.frames('a').at(-1)).toBe('55 f8');
    expect(scene.ask('a', DETECT)).toEqual(['08 46']);
  });
  test('a stalled modem: errors 6 and 2 after a while, and a reset', () => {
    const { scene, faults } = faulty();
    faults.isModemStalled = true;
    scene.send('a', data(3));
    scene.run(30_000);
    const frames = scene.frames('a');
    expect(frames.slice(frames.indexOf('90 06'))).toEqual(['90 06', '90 02', expect.stringContaining(''), '55 f8']);
    expect(scene.ask('a', 'c0 06 ff c0')).toEqual(['06 00']);
  });
  test('noise between frames, and frames broken off: what is whole is whole', () => {
    const { scene, faults } = faulty();
    faults.noise = 0.5;
    faults.cutFrames = 0.3;
    const answers = Array.from({ length: 200 }, () => scene.ask('a', DETECT)).flat();
    const whole = answers.filter((frame) => frame === '08 46').length;
    expect(whole).toBeGreaterThan(60);
    expect(whole).toBeLessThan(200);
  });
});

describe('what is no radio', () => {
  test('a GPS speaks NMEA, whatever it is asked', () => {
    const scene = openRaw({ runs: 'gps', lines: 'none' });
    scene.bytes('a');
    scene.send('a', DETECT);
    scene.run(1_000);
    const text = new TextDecoder().decode(scene.bytes('a'));
    expect(text).toMatch(/^\$GPGGA,\d{6}\.00,.*\*[0-9A-F]{2}\r\n\$GPRMC,.*\*[0-9A-F]{2}\r\n$/);
  });
  test('garbage comes without end, the same for the same seed', () => {
    const [one, other] = [openRaw({ runs: 'garbage', lines: 'none' }), openRaw({ runs: 'garbage', lines: 'none' })];
    expect(one.bytes('a').length).toBeGreaterThan(500);
    one.run(1_000);
    other.bytes('a');
    other.run(1_000);
    expect(one.bytes('a')).toEqual(other.bytes('a'));
  });
  test('a bootloader says nothing', () => {
    const scene = openRaw({ runs: 'bootloader', lines: 'none' });
    expect(scene.ask('a', DETECT)).toEqual([]);
  });
});
