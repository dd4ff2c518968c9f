/** A board is found, brought on air and kept there: over Web Serial as the emulator serves it, in virtual time. */
import { describe, expect, test } from 'vitest';
import type { Millis } from '#core/brand.ts';
import type { BoardDriver } from '#core/radio/board.ts';
import { DEFAULT_CHANNEL } from '#core/radio/channel.ts';
import { BOARD_DRIVERS } from '#core/radio/drivers.ts';
import { rnode } from '#core/radio/rnode/driver.ts';
import { watchBoard } from '#host/radio/board-watch.ts';
import type { SerialPorts } from '#ports/serial.ts';
import type { BoardOptions } from '#test/emulator/workbench.ts';
import { board, createRadioDesk } from '#test/host/radio/radio-desk.ts';

/** The vendor's number is one that nobody knows. */
const disguised = (ports: SerialPorts): SerialPorts => ({
  ...ports,
  find: async () => (await ports.find()).map((plug) => ({ ...plug, usbVendor: 0x1234 })),
});

const desk = (
  boards: readonly BoardOptions[],
  isGranted = true,
  see = (ports: SerialPorts) => ports,
  drivers: readonly BoardDriver[] = BOARD_DRIVERS,
) => {
  const { clock, workbench, pace, serial, ports } = createRadioDesk(boards, isGranted);
  const standings: string[] = [];
  const airtimes: BoardDriver['airtime'][] = [];
  const watch = watchBoard({
    ports: see(ports),
    clock,
    channel: DEFAULT_CHANNEL,
    drivers,
    air: {
      attach: (_channel, airtime) => void airtimes.push(airtime),
      wasSent: () => undefined,
      heard: () => undefined,
      detach: () => undefined,
    },
    onChange: () => {
      const { kind } = watch.standing();
      if (standings.at(-1) !== kind) standings.push(kind);
    },
  });
  const until = (kind: string, within = 20_000) => clock.until(() => watch.standing().kind === kind, within);
  return { clock, workbench, pace, serial, watch, standings, airtimes, until };
};
describe('a board comes on air', () => {
  test.each(['esp32', 'esp32ch340', 'esp32s3', 'nrf52', 'avr'] as const)('%s', async (kind) => {
    const { until, watch } = desk([board({ kind })]);
    await until('on');
    expect(watch.standing()).toMatchObject({ identity: { firmware: '1.86' } });
    await watch.stop();
  });
  test('once it is plugged in', async () => {
    const { clock, until, pace, workbench, watch, standings } = desk([board({ isAbsent: true })]);
    await clock.run(10_000);
    expect(watch.standing()).toEqual({ kind: 'none' });
    pace.act((now) => workbench.board('a').plug(now));
    await until('on');
    expect(standings).toEqual(['starting', 'on']);
    await watch.stop();
  });
  test('once a person allowed it', async () => {
    const { clock, until, serial, watch } = desk([board()], false);
    await clock.run(10_000);
    expect(watch.standing()).toEqual({ kind: 'none' });
    await serial.requestPort?.();
    watch.look();
    await until('on');
    await watch.stop();
  });
  test('the second of two, where the first is none', async () => {
    const { until, watch } = desk([board({ runs: 'bootloader' }), board({ name: 'b', serialNumber: '2' })]);
    await until('on', 60_000);
    await watch.stop();
  });
  test.each(['esp32', 'nrf52'] as const)(
    '%s of a vendor that nobody knows, beside a device that is none',
    async (kind) => {
      const other = board({ name: 'b', kind: 'esp32s3', serialNumber: '2', runs: 'bootloader' });
      const { until, watch } = desk([board({ kind }), other], true, disguised);
      await until('on', 60_000);
      await watch.stop();
    },
  );
});

describe('a board is lost', () => {
  test('unplugged it is gone at once, and back by itself when it is plugged in', async () => {
    const { clock, until, pace, workbench, watch } = desk([board()]);
    await until('on');
    pace.act((now) => workbench.board('a').unplug(now));
    await until('none', 3_000);
    await clock.run(60_000);
    pace.act((now) => workbench.board('a').plug(now));
    await until('on');
    await watch.stop();
  });
  test.each(['esp32', 'nrf52'] as const)(
    '%s that freezes is named within three seconds and tried again',
    async (kind) => {
      const { until, workbench, watch } = desk([board({ kind })]);
      await until('on');
      const faults = workbench.rnode('a')?.faults;
      Object.assign(faults ?? {}, { isFrozen: true });
      await until('failed', 3_000);
      expect(watch.standing()).toMatchObject({ fault: { kind: 'stalled' }, identity: { firmware: '1.86' } });
      Object.assign(faults ?? {}, { isFrozen: false });
      await until('on', 60_000);
      await watch.stop();
    },
  );
  test('a line that breaks costs bytes and not the board', async () => {
    const { clock, until, workbench, watch, standings } = desk([board()]);
    await until('on');
    for (const error of ['BreakError', 'FramingError', 'ParityError', 'BufferOverrunError'] as const) {
      workbench.disturb('a', error);
      await clock.run(5_000);
    }
    expect(standings).toEqual(['starting', 'on']);
    await watch.stop();
  });
  test('a conversation that breaks off leaves no open line behind', async () => {
    let breaks = 1;
    const brittle: BoardDriver['createSession'] = (settings) => {
      const session = rnode.createSession(settings);
      const handle: typeof session.handle = (now, event) => {
        if (breaks-- > 0) throw new Error('a bug');
        return session.handle(now, event);
      };
      return Object.create(session, { handle: { value: handle } });
    };
    const { until, watch } = desk([board()], true, undefined, [{ ...rnode, createSession: brittle }]);
    await until('on');
    await watch.stop();
  });
  test('a board that starts anew is brought on air again', async () => {
    const { clock, until, pace, workbench, watch, standings } = desk([board()]);
    await until('on');
    pace.act((now) => workbench.board('a').restart(now));
    await clock.until(() => standings.length > 2);
    await until('on', 30_000);
    await watch.stop();
  });
});

describe('of several makes', () => {
  /** Speaks with nobody: it says what the true one says of a port at which there is no board. */
  const deaf = (kind: 'no-radio' | 'silent'): BoardDriver => ({
    airtime: () => {
      throw new Error('it is never on air');
    },
    createSession: () => ({
      handle: () => [{ kind: 'failed', fault: { kind } }],
      next: Number.POSITIVE_INFINITY as Millis,
    }),
  });
  test.each(['no-radio', 'silent'] as const)(
    'one that says %s gives way to the next, whose airtime counts',
    async (kind) => {
      const { until, watch, airtimes } = desk([board()], true, undefined, [deaf(kind), rnode]);
      await until('on');
      expect(watch.standing()).toMatchObject({ identity: { firmware: '1.86' } });
      expect(airtimes).toEqual([rnode.airtime]);
      await watch.stop();
    },
  );
  test('the one that knew the board stays with it, whatever happens to it', async () => {
    const { clock, until, pace, workbench, watch, standings } = desk([board()], true, undefined, [
      rnode,
      deaf('silent'),
    ]);
    await until('on');
    pace.act((now) => workbench.board('a').restart(now));
    await clock.until(() => standings.length > 2);
    await until('on', 30_000);
    await watch.stop();
  });
});

describe('what is wrong is said, and stays said while it is tried again', () => {
  test('another program has the board, until it lets go', async () => {
    const scene = desk([board()]);
    const { clock, until, pace, workbench, watch, standings } = scene;
    pace.act((now) => workbench.board('a').open(115_200, now));
    await until('failed');
    expect(watch.standing()).toMatchObject({ fault: { kind: 'busy' } });
    await clock.run(30_000);
    expect(standings).toEqual(['starting', 'failed']);
    pace.act((now) => workbench.board('a').close(now));
    await until('on', 30_000);
    await watch.stop();
  });
  test('a bootloader', async () => {
    const { until, watch } = desk([board({ runs: 'bootloader' })]);
    await until('failed');
    expect(watch.standing()).toMatchObject({ fault: { kind: expect.stringMatching(/silent|no-radio/) } });
    await watch.stop();
  });
  test('firmware that is too old', async () => {
    const { clock, until, watch, standings } = desk([board({ firmware: [1, 0x30] })]);
    await until('failed');
    await clock.run(30_000);
    expect(watch.standing()).toMatchObject({ fault: { kind: 'too-old', firmware: '1.48', needed: '1.52' } });
    expect(standings).toEqual(['starting', 'failed']);
    await watch.stop();
  });
  test('under the name of the device that it is said of', async () => {
    const other = board({ name: 'b', kind: 'esp32s3', serialNumber: '2', runs: 'bootloader' });
    const { until, clock, workbench, watch } = desk([board(), other]);
    await until('on');
    Object.assign(workbench.rnode('a')?.faults ?? {}, { isFrozen: true });
    await until('failed', 3_000);
    expect(watch.standing()).toMatchObject({ fault: { kind: 'stalled' }, identity: { firmware: '1.86' } });
    const fault = () => (watch.standing() as { fault?: { kind: string } }).fault?.kind;
    await clock.until(() => fault() !== 'stalled', 30_000);
    expect(watch.standing()).toMatchObject({ fault: { kind: expect.stringMatching(/silent|no-radio/) } });
    expect(watch.standing()).toMatchObject({ identity: undefined });
    await watch.stop();
  });
  test('a watch that is stopped while it looks for ports opens none', async () => {
    const { pace, workbench, watch } = desk([board()]);
    await watch.stop();
    expect(pace.act((now) => workbench.board('a').open(115_200, now))).toBe(true);
  });
  test('a stopped watch lets go of the board', async () => {
    const { until, pace, workbench, watch } = desk([board()]);
    await until('on');
    await watch.stop();
    expect(pace.act((now) => workbench.board('a').open(115_200, now))).toBe(true);
  });
});
