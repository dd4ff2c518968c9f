/** The conversation with a board against an emulated one, in virtual time. */
import { describe, expect, test } from 'vitest';
import type { Millis } from '#core/brand.ts';
import type { BoardEffect, BoardEvent, BoardSettings } from '#core/radio/board.ts';
import { type Channel, DEFAULT_CHANNEL } from '#core/radio/channel.ts';
import { createRnodeSession } from '#core/radio/rnode/session.ts';
import { createScene, type Scene, toText } from '#test/emulator/scene.ts';
import type { BoardOptions } from '#test/emulator/workbench.ts';

const STEP_MS = 10;

interface Play {
  readonly scene: Scene;
  readonly effects: BoardEffect[];
  run(ms: number): void;
  send(data: Uint8Array): void;
  last(): BoardEffect | undefined;
}

/** A session at the host's side of a board that was just opened. */
const play = (board: Partial<BoardOptions> = {}, settings: Partial<BoardSettings> = {}): Play => {
  const scene = createScene([
    { name: 'a', kind: 'esp32', ...board },
    { name: 'b', kind: 'esp32' },
  ]);
  const usb = scene.workbench.board('a');
  const isNative = [0x239a, 0x303a].includes(usb.usb.vendor);
  scene.act((at) => {
    usb.open(115_200, at);
    usb.setSignals({ dtr: isNative, rts: false }, at);
  });
  const session = createRnodeSession({ channel: DEFAULT_CHANNEL, reset: true, ...settings });
  const effects: BoardEffect[] = [];
  const handle = (event: BoardEvent): void => {
    for (const effect of session.handle(scene.now() as Millis, event)) {
      if (effect.kind === 'write') scene.act((at) => usb.write(effect.bytes, at));
      else effects.push(effect);
    }
  };
  handle({ kind: 'opened' });
  return {
    scene,
    effects,
    last: () => effects.at(-1),
    send: (data) => handle({ kind: 'send', data }),
    run: (ms) => {
      for (let passed = 0; passed < ms; passed += STEP_MS) {
        scene.run(STEP_MS);
        const bytes = scene.bytes('a');
        if (bytes.length > 0) handle({ kind: 'bytes', bytes });
        if (scene.now() >= session.next) handle({ kind: 'wake' });
      }
    },
  };
};
const kinds = ({ effects }: Play): string[] => effects.map(({ kind }) => kind).filter((kind) => kind !== 'report');
const fault = (played: Play) => {
  const last = played.last();
  return last?.kind === 'failed' ? last.fault : undefined;
};

describe('a board that is well', () => {
  test.each(['esp32', 'esp32ch340', 'avr'] as const)(
    '%s: who it is, a restart, every setting, the radio on',
    (kind) => {
      const played = play({ kind });
      played.run(9_000);
      expect(kinds(played)).toEqual(['identified', 'resetting', 'on']);
      expect(played.effects[0]).toMatchObject({ identity: { firmware: '1.86' } });
      const on = played.effects.find((effect) => effect.kind === 'on');
      expect(on?.channel.centreHz).toBeGreaterThan(869_524_900);
      expect(on?.channel.centreHz).toBeLessThanOrEqual(869_525_000);
    },
  );
  test('has a name where its make is known', () => {
    const played = play({ kind: 'nrf52' }, { reset: false });
    played.run(5_000);
    expect(played.effects[0]).toEqual({ kind: 'identified', identity: { name: 'RAK4631', firmware: '1.86' } });
  });
  test('is not restarted again where it just was', () => {
    const played = play({}, { reset: false });
    played.run(5_000);
    expect(kinds(played)).toEqual(['identified', 'on']);
  });
  test('is still there while it has nothing to say: it is asked', () => {
    const played = play({ kind: 'avr' });
    played.run(60_000);
    expect(kinds(played)).toEqual(['identified', 'resetting', 'on']);
  });
  test('tells of its channel about once a second', () => {
    const played = play();
    played.run(20_000);
    const reports = played.effects.filter((effect) => effect.kind === 'report');
    expect(reports.length).toBeGreaterThan(5);
    expect(reports[0]?.report.airtimeHour).toBe(0);
    expect(reports[0]?.report.noiseDbm).toBeLessThan(-80);
  });
  test('hands on what it hears, with how it heard it', () => {
    const played = play();
    const heard = () => played.effects.filter((effect) => effect.kind === 'heard');
    played.run(9_000);
    played.scene.open('b');
    const { channel } = { channel: DEFAULT_CHANNEL };
    const hz = channel.centreHz.toString(16).padStart(8, '0').replace(/../g, '$& ');
    played.scene.send('b', `c0 01 ${hz} c0 c0 02 00 01 e8 48 c0 c0 03 0e c0 c0 04 08 c0 c0 05 05 c0 c0 06 01 c0`);
    played.run(2_000);
    played.scene.send('b', 'c0 00 01 02 db dc c0');
    played.run(3_000);
    expect(heard()).toEqual([
      {
        kind: 'heard',
        frame: { data: Uint8Array.of(1, 2, 0xc0), rssiDbm: expect.any(Number), snrDb: expect.any(Number) },
      },
    ]);
  });
});

const DATA_254 = new Uint8Array(254).fill(0xc0);
/** A second board on the same channel, which tells its host what it hears. */
const tuneOther = ({ scene }: Play): void => {
  scene.open('b');
  const hz = DEFAULT_CHANNEL.centreHz.toString(16).padStart(8, '0').replace(/../g, '$& ');
  scene.send('b', `c0 01 ${hz} c0 c0 02 00 01 e8 48 c0 c0 03 0e c0 c0 04 08 c0 c0 05 05 c0 c0 06 01 c0`);
  scene.run(2_000);
  scene.frames('b');
};
/** As slow as LoRa is: nine seconds a frame, nearly without a gap. */
const JAMMER = {
  frequency: DEFAULT_CHANNEL.centreHz,
  bandwidthHz: DEFAULT_CHANNEL.bandwidthHz,
  sf: 12,
  cr: 5,
  power: 20,
  preambleSymbols: 18,
};
const sent = ({ effects }: Play): number => effects.filter(({ kind }) => kind === 'sent').length;

describe('a frame is sent', () => {
  test.each(['esp32', 'avr'] as const)('%s: it is on air once, and only then said to be sent', (kind) => {
    const played = play({ kind });
    played.run(9_000);
    tuneOther(played);
    for (const [at, data] of [DATA_254, Uint8Array.of(7), DATA_254].entries()) {
      played.send(data);
      for (let waited = 0; sent(played) <= at && waited < 5_000; waited += 10) {
        expect(played.scene.frames('b').filter((frame) => frame.startsWith('00'))).toEqual([]);
        played.run(10);
      }
      expect(sent(played)).toBe(at + 1);
      played.run(100);
      const heard = played.scene.frames('b').filter((frame) => frame.startsWith('00'));
      expect(heard).toEqual([toText([0, ...data])]);
    }
  });
  test('while another one is sent, and before the radio is on, none is taken', () => {
    const played = play();
    expect(() => played.send(DATA_254)).toThrow(RangeError);
    played.run(9_000);
    played.send(DATA_254);
    expect(() => played.send(DATA_254)).toThrow(RangeError);
  });
  test('for which the channel is never free is given up, so that it does not go out later than the ledger knows', () => {
    const played = play();
    played.run(9_000);
    const jammer = played.scene.workbench.ether.join('jammer');
    const now = () => played.scene.now();
    jammer.tune(JAMMER, now());
    let until = 0;
    const jam = () => played.scene.act(() => (until = jammer.transmit(new Uint8Array(255), now())));
    jam();
    played.run(50);
    played.send(Uint8Array.of(1, 2, 3));
    const begun = now();
    while (played.last()?.kind !== 'failed' && now() < begun + 20_000) {
      if (now() >= until) jam();
      played.run(10);
    }
    expect(fault(played)).toEqual({ kind: 'held-back' });
    expect(now() - begun).toBeLessThan(7_000);
    expect(sent(played)).toBe(0);
  });
  test('a board that hangs over it is given up', () => {
    const played = play();
    played.run(9_000);
    Object.assign(played.scene.workbench.rnode('a')?.faults ?? {}, { isModemStalled: true });
    played.send(Uint8Array.of(1, 2, 3));
    played.run(4_000);
    expect(fault(played)).toEqual({ kind: 'stalled' });
  });
});

describe('what is wrong with a board is said', () => {
  test('a bootloader says nothing', () => {
    const played = play({ runs: 'bootloader' });
    played.run(5_000);
    expect(fault(played)?.kind).toMatch(/silent|no-radio/);
  });
  test('firmware that is too old', () => {
    const played = play({ firmware: [1, 0x33] });
    played.run(5_000);
    expect(fault(played)).toEqual({ kind: 'too-old', firmware: '1.51', needed: '1.52' });
  });
  test('more power than its chip has comes back as less, and is not taken', () => {
    const channel: Channel = { ...DEFAULT_CHANNEL, powerDbm: 20 };
    const played = play({ kind: 'esp32' }, { channel });
    played.run(9_000);
    expect(fault(played)).toEqual({ kind: 'not-taken', setting: 'tx-power', asked: 20, got: 17 });
  });
  test('a board that freezes is given up within three seconds', () => {
    const played = play();
    played.run(9_000);
    const rnode = played.scene.workbench.rnode('a');
    if (rnode === undefined) throw new Error('there is no board');
    Object.assign(rnode.faults, { isFrozen: true });
    played.run(3_000);
    expect(fault(played)).toEqual({ kind: 'stalled' });
  });
  test('a board that starts anew by itself has lost its settings', () => {
    const played = play();
    played.run(9_000);
    played.scene.act((at) => played.scene.workbench.board('a').restart(at));
    played.run(3_000);
    expect(fault(played)?.kind).toMatch(/restarted|stalled/);
  });
  test('an unlawful channel is never told to a board', () => {
    expect(() => play({}, { channel: { ...DEFAULT_CHANNEL, centreHz: 869_300_000 } })).toThrow(/outside-sub-bands/);
  });
});
