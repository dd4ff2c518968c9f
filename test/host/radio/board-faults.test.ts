/**
 * What may happen to a board that is on air, with the driver as the app has it over emulated boards: the standing says so within
 * three seconds of the board's time, and it is on air again without anybody's help.
 */
import { describe, expect, test } from 'vitest';
import type { SerialPorts } from '#ports/serial.ts';
import { createDice } from '#sim/dice.ts';
import type { BoardKindName } from '#test/emulator/board-kind.ts';
import type { Faults } from '#test/emulator/faults.ts';
import { createBareHost } from '#test/host/radio/bare-host.ts';
import { board, createRadioDesk } from '#test/host/radio/radio-desk.ts';

const NAMED_MS = 3_000;
const BACK_MS = 60_000;
const KINDS = ['esp32', 'nrf52', 'avr'] as const satisfies readonly BoardKindName[];
const FRAME = Uint8Array.of(0x50, 1, 2, 0, 3, 4);

type Through = (bytes: Uint8Array) => Uint8Array;
const WHOLE: Through = (bytes) => bytes;

/** What comes from the board goes through something. */
const through = (ports: SerialPorts, change: () => Through): SerialPorts => ({
  ...ports,
  find: async () =>
    (await ports.find()).map((plug) => ({
      ...plug,
      open: (handlers) => plug.open({ ...handlers, onBytes: (bytes) => handlers.onBytes(change()(bytes)) }),
    })),
});

/** A board on air, and another that sends to it. */
const open = async (kind: BoardKindName) => {
  const desk = createRadioDesk([board({ kind }), board({ name: 'b', serialNumber: '2' })]);
  const { clock, workbench, pace, portsOf } = desk;
  let change = WHOLE;
  const host = createBareHost(
    clock,
    through(portsOf('a'), () => change),
  );
  const other = createBareHost(clock, portsOf('b'));
  const isOn = () => host.standing().kind === 'on';
  await clock.until(() => isOn() && other.standing().kind === 'on', 30_000);
  await clock.run(5_000);
  host.standings.length = 0;
  return {
    ...{ clock, host, other },
    usb: (act: 'plug' | 'unplug' | 'restart') => pace.act((now) => workbench.board('a')[act](now)),
    fault: (faults: Partial<Faults>) => void Object.assign(workbench.rnode('a')?.faults ?? {}, faults),
    spoil: (next: Through) => {
      change = next;
    },
    /** Resolves with what the standing said first. */
    named: async () => {
      await clock.until(() => host.standings.length > 0, NAMED_MS);
      return host.standings[0];
    },
    back: async () => {
      await clock.until(isOn, BACK_MS);
      const before = host.heard.length;
      other.send(FRAME);
      await clock.until(() => host.heard.length > before, 5_000);
      expect(host.heard.at(-1)).toEqual(FRAME);
      await host.stop();
      await other.stop();
    },
  };
};

describe.each(KINDS)('%s', (kind) => {
  test('is unplugged, and plugged in a minute later', async () => {
    const scene = await open(kind);
    scene.usb('unplug');
    expect(await scene.named()).toBe('none');
    await scene.clock.run(60_000);
    scene.usb('plug');
    await scene.back();
  });
  test('is unplugged and plugged in again at once', async () => {
    const scene = await open(kind);
    scene.usb('unplug');
    await scene.clock.run(50);
    scene.usb('plug');
    expect(await scene.named()).toMatch(/none|starting/);
    await scene.back();
  });
  test('starts anew by itself, with its boot text', async () => {
    const scene = await open(kind);
    scene.usb('restart');
    expect(await scene.named()).toMatch(kind === 'nrf52' ? 'none' : 'restarted');
    await scene.back();
  });
  test('hangs', async () => {
    const scene = await open(kind);
    scene.fault({ isFrozen: true });
    expect(await scene.named()).toBe('stalled');
    scene.fault({ isFrozen: false });
    await scene.back();
  });
  test('has a modem that hangs over a frame', async () => {
    const scene = await open(kind);
    scene.fault({ isModemStalled: true });
    scene.host.send(FRAME);
    // The channel has to be free before the modem gets the frame.
    expect(await scene.named()).toBe('stalled');
    scene.fault({ isModemStalled: false });
    await scene.back();
  });
  test.each<readonly [string, Through]>([
    ['nothing but garbage', (bytes) => createDice(1, 'garbage').bytes(bytes.length)],
    ['nothing but halves of frames', (bytes) => bytes.slice(0, bytes.length / 2)],
    ['nothing but boot text', () => new TextEncoder().encode('rst:0x1 (POWERON_RESET)\r\n')],
  ])('says %s', async (_what, change) => {
    const scene = await open(kind);
    scene.spoil(change);
    expect(await scene.named()).toBe('stalled');
    await scene.clock.run(20_000);
    // What it is was known before: nobody is told that it is no radio.
    expect(new Set(scene.host.standings)).toEqual(new Set(['stalled']));
    scene.spoil(WHOLE);
    await scene.back();
  });
  test('writes noise between its frames, which costs nothing', async () => {
    const scene = await open(kind);
    scene.fault({ noise: 1 });
    await scene.clock.run(60_000);
    expect(scene.host.standings).toEqual([]);
    await scene.back();
  });
});
