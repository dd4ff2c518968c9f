/** The emulated board answers as the table of its commands says, row by row. */
import { describe, expect, test } from 'vitest';
import { createScene, type Scene } from '#test/emulator/scene.ts';
import type { BoardOptions } from '#test/emulator/workbench.ts';

const FREQUENCY = 'c0 01 33 d3 e6 08 c0';
const BANDWIDTH = 'c0 02 00 01 e8 48 c0';
const SETTINGS = `${FREQUENCY} ${BANDWIDTH} c0 03 0e c0 c0 04 08 c0 c0 05 05 c0`;
const ON = 'c0 06 01 c0';

const withBoard = (options: Partial<BoardOptions> = {}): Scene => {
  const scene = createScene([{ name: 'a', kind: 'esp32', ...options }]);
  scene.open('a');
  return scene;
};
const online = (options?: Partial<BoardOptions>): Scene => {
  const scene = withBoard(options);
  scene.ask('a', SETTINGS);
  scene.ask('a', ON);
  return scene;
};

describe('what it is', () => {
  test.each([
    ['esp32', ['08 46', '50 01 56', '48 80', '49 81', '47 36']],
    ['nrf52', ['08 46', '50 01 56', '48 70', '49 71', '47 51']],
    ['avr', ['08 46', '50 01 56', '48 90', '49 91', '47 31']],
  ] as const)('%s says so', (kind, expected) => {
    const scene = withBoard({ kind });
    expect(scene.ask('a', 'c0 08 73 c0 50 00 c0 48 00 c0 49 00 c0 47 00 c0')).toEqual(expected);
  });
  test('and which firmware it runs', () => {
    expect(withBoard({ firmware: [1, 0x33] }).ask('a', 'c0 50 00 c0')).toEqual(['50 01 33']);
  });
  test('to the question only', () => {
    expect(withBoard().ask('a', 'c0 08 74 c0')).toEqual([]);
  });
});

describe('settings', () => {
  test('come back as they were set', () => {
    const expected = ['01 33 d3 e6 08', '02 00 01 e8 48', '03 0e', '04 08', '05 05'];
    expect(withBoard().ask('a', SETTINGS)).toEqual(expected);
  });
  test('can be asked for, before and after they are set', () => {
    const scene = withBoard();
    const asked = 'c0 01 00 00 00 00 c0 c0 02 00 00 00 00 c0 c0 03 ff c0 c0 04 ff c0 c0 05 ff c0';
    expect(scene.ask('a', asked)).toEqual(['01 00 00 00 00', '02 00 00 00 00', '03 ff', '04 00', '05 05']);
    scene.ask('a', SETTINGS);
    expect(scene.ask('a', asked)).toEqual(['01 33 d3 e6 08', '02 00 01 e8 48', '03 0e', '04 08', '05 05']);
  });
  test.each([
    ['esp32', ['03 11', '04 05', '05 05', '04 0c', '05 08']],
    ['nrf52', ['03 16', '04 05', '05 05', '04 0c', '05 08']],
  ] as const)('are clamped: %s', (kind, expected) => {
    const scene = withBoard({ kind });
    expect(scene.ask('a', 'c0 03 63 c0 c0 04 04 c0 c0 05 04 c0 c0 04 0d c0 c0 05 09 c0')).toEqual(expected);
  });
  test('of frequency snap down once the radio is on', () => {
    const scene = withBoard();
    const set = 'c0 01 33 be 27 a0 c0';
    expect(scene.ask('a', set)).toEqual(['01 33 be 27 a0']);
    scene.ask('a', SETTINGS.replace(FREQUENCY, ''));
    scene.ask('a', ON);
    expect(scene.ask('a', 'c0 01 00 00 00 00 c0')).toContain('01 33 be 27 87');
    expect(scene.ask('a', set)).toContain('01 33 be 27 87');
    expect(868_099_975).toBe(0x33be2787);
  });
  test('may hold the bytes that frames are made of', () => {
    const scene = withBoard();
    expect(scene.ask('a', 'c0 01 33 db dc db dd 08 c0')).toEqual(['01 33 c0 db 08']);
    scene.bytes('a');
    scene.send('a', 'c0 01 00 00 00 00 c0');
    expect([...scene.bytes('a')]).toEqual([0xc0, 1, 0x33, 0xdb, 0xdc, 0xdb, 0xdd, 8, 0xc0]);
  });
});

describe('airtime limits', () => {
  test('come back as they were set', () => {
    expect(withBoard().ask('a', 'c0 0b 03 84 c0 c0 0c 00 5a c0')).toEqual(['0b 03 84', '0c 00 5a']);
  });
  test('of nothing, of a hundred percent and of more are none', () => {
    expect(withBoard().ask('a', 'c0 0b 27 10 c0 c0 0c ff ff c0 c0 0c 00 00 c0')).toEqual([
      '0b 00 00',
      '0c 00 00',
      '0c 00 00',
    ]);
  });
  test('are kept in single precision: 0.53 % becomes 0.52 %', () => {
    expect(withBoard().ask('a', 'c0 0c 00 35 c0')).toEqual(['0c 00 34']);
  });
});

describe('STATE', () => {
  test('ON answers twice, the second time after a while in which nothing is read', () => {
    const scene = withBoard();
    scene.ask('a', SETTINGS);
    scene.send('a', `${ON} c0 08 73 c0`);
    expect(scene.frames('a').filter((frame) => !frame.startsWith('26'))).toEqual(['06 01']);
    scene.run(400);
    expect(scene.frames('a')).toEqual(['06 01', '08 46']);
  });
  test('answers 00, twice, while anything that it needs is unset', () => {
    const needed = [FREQUENCY, BANDWIDTH, 'c0 03 0e c0', 'c0 04 08 c0'];
    for (const missing of needed) {
      const scene = withBoard();
      scene.ask('a', needed.filter((one) => one !== missing).join(' '));
      expect(scene.ask('a', ON)).toEqual(['06 00', '06 00']);
    }
  });
  test('can be asked for, turned off, and answers twice where it is on already', () => {
    const scene = online({ kind: 'avr' });
    expect(scene.ask('a', 'c0 06 ff c0')).toEqual(['06 01']);
    expect(scene.ask('a', ON)).toEqual(['06 01', '06 01']);
    expect(scene.ask('a', 'c0 06 00 c0')).toEqual(['06 00']);
    expect(scene.ask('a', 'c0 06 ff c0')).toEqual(['06 00']);
  });
  test('of a radio that does not start: an error, and 00', () => {
    const scene = withBoard();
    scene.ask('a', SETTINGS);
    const { faults } = scene.workbench.rnode('a')!;
    faults.failsToStart = true;
    expect(scene.ask('a', ON)).toEqual(['90 01', '06 00']);
  });
});

describe('what is pushed', () => {
  test('PHY three times with ON and with each setting after, never while it is off', () => {
    const scene = withBoard();
    expect(scene.ask('a', SETTINGS).filter((frame) => frame.startsWith('26'))).toEqual([]);
    const phy = '26 08 00 01 e8 00 12 00 25 00 18 00 30';
    expect(scene.ask('a', ON).filter((frame) => frame.startsWith('26'))).toEqual([phy, phy, phy]);
    expect(scene.ask('a', 'c0 05 06 c0').slice(0, 2)).toEqual([phy, '05 06']);
  });
  test('CHTM once a second while it is on: no airtime, the noise, no interference', () => {
    const scene = online();
    scene.run(10_000);
    const pushed = scene.frames('a').filter((frame) => frame.startsWith('25'));
    expect(pushed).toHaveLength(10);
    expect(pushed.at(-1)).toBe('25 00 00 00 00 00 00 00 00 28 28 ff');
    scene.ask('a', 'c0 06 00 c0');
    scene.run(10_000);
    expect(scene.frames('a')).toEqual([]);
  });
  test('no statistics from an AVR', () => {
    const scene = withBoard({ kind: 'avr' });
    expect([...scene.ask('a', SETTINGS), ...scene.ask('a', ON)].filter((frame) => frame.startsWith('2'))).toEqual([]);
    scene.run(5_000);
    expect(scene.frames('a')).toEqual([]);
  });
  test('battery and temperature, where there are any', () => {
    const scene = withBoard({ battery: { state: 1, percent: 87 }, temperature: 23 });
    scene.run(10_000);
    expect(scene.frames('a')).toEqual(['27 01 57', '29 8f']);
  });
  test('errors that something inside causes', () => {
    const scene = withBoard();
    scene.act(() => scene.workbench.rnode('a')?.complain(5));
    expect(scene.frames('a')).toEqual(['90 05']);
  });
  test('an error to whoever writes the EEPROM, which is locked', () => {
    expect(withBoard().ask('a', 'c0 52 00 01 c0')).toEqual(['90 03']);
  });
});

describe('READY and LEAVE', () => {
  test('READY says 1 when it is asked, never by itself', () => {
    const scene = online({ kind: 'avr' });
    scene.run(5_000);
    expect(scene.frames('a')).toEqual([]);
    expect(scene.ask('a', 'c0 0f 00 c0')).toEqual(['0f 01']);
  });
  test('LEAVE is not answered, and changes nothing', () => {
    const scene = online({ kind: 'avr' });
    expect(scene.ask('a', 'c0 0a ff c0')).toEqual([]);
    expect(scene.ask('a', 'c0 06 ff c0')).toEqual(['06 01']);
  });
});
