/** navigator.serial as the emulator gives it: what Web Serial specifies, errors included. */
import { describe, expect, test } from 'vitest';
import { createDirectCable } from '#test/emulator/board-line.ts';
import { FakeSerial } from '#test/emulator/fake-serial.ts';
import type { FakeSerialPort } from '#test/emulator/fake-serial-port.ts';
import { createPace } from '#test/emulator/pace.ts';
import { toText } from '#test/emulator/scene.ts';
import { type BoardOptions, createWorkbench } from '#test/emulator/workbench.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

const BOARD: BoardOptions = { name: 'a', kind: 'esp32', serialNumber: '1' };
const DETECT = Uint8Array.of(0xc0, 0x08, 0x73, 0xc0);
const OPTIONS = { baudRate: 115_200 };

const createDesk = (boards: readonly BoardOptions[] = [BOARD], isGranted = true, isUserActive = () => true) => {
  const clock = createVirtualClock();
  const workbench = createWorkbench({ seed: 1, boards });
  const pace = createPace(workbench, clock);
  const cables = boards.map(({ name }) => createDirectCable(workbench, pace, name, isGranted));
  const serial = new FakeSerial({ cables, hasChooser: true, isUserActive });
  const told: string[] = [];
  for (const type of ['connect', 'disconnect']) serial.addEventListener(type, () => told.push(type));
  return { clock, workbench, pace, serial, told };
};
type Desk = ReturnType<typeof createDesk>;

const firstPort = async ({ serial }: Desk): Promise<FakeSerialPort> => {
  const [port] = await serial.getPorts();
  if (port === undefined) throw new Error('no port');
  return port;
};
/** Open, lines released, booted, and what it said by then read away. */
const openPort = async (desk: Desk) => {
  const port = await firstPort(desk);
  await port.open(OPTIONS);
  await port.setSignals({ dataTerminalReady: false, requestToSend: false });
  const reader = port.readable!.getReader();
  const writer = port.writable!.getWriter();
  const read = async (): Promise<string> => toText((await reader.read()).value ?? []);
  await desk.clock.run(2_000);
  await read();
  return { port, reader, writer, read };
};
const unplug = async ({ pace, workbench, clock }: Desk): Promise<void> => {
  pace.act((now) => workbench.board('a').unplug(now));
  await clock.run(1);
};
const plug = async ({ pace, workbench, clock }: Desk): Promise<void> => {
  pace.act((now) => workbench.board('a').plug(now));
  await clock.run(1);
};
const named = (name: string) => expect.objectContaining({ name });

describe('a port', () => {
  test('tells whose device it is', async () => {
    expect((await firstPort(createDesk())).getInfo()).toEqual({ usbVendorId: 0x10c4, usbProductId: 0xea60 });
  });
  test('carries bytes both ways', async () => {
    const { writer, read } = await openPort(createDesk());
    await writer.write(DETECT);
    expect(await read()).toBe('c0 08 46 c0');
  });
  test('is opened once', async () => {
    const port = await firstPort(createDesk());
    await port.open(OPTIONS);
    await expect(port.open(OPTIONS)).rejects.toEqual(named('InvalidStateError'));
  });
  test('cannot be opened while somebody else has it', async () => {
    const desk = createDesk();
    const port = await firstPort(desk);
    desk.pace.act((now) => desk.workbench.board('a').open(115_200, now));
    await expect(port.open(OPTIONS)).rejects.toEqual(named('NetworkError'));
    desk.pace.act((now) => desk.workbench.board('a').close(now));
    await port.open(OPTIONS);
  });
  test('wants a rate and a buffer that are possible', async () => {
    const port = await firstPort(createDesk());
    await expect(port.open({ baudRate: 0 })).rejects.toThrow(TypeError);
    await expect(port.open({ ...OPTIONS, bufferSize: 0 })).rejects.toThrow(TypeError);
  });
  test('has streams while it is open only, the same ones each time', async () => {
    const port = await firstPort(createDesk());
    expect([port.readable, port.writable]).toEqual([null, null]);
    await port.open(OPTIONS);
    expect(port.readable).toBe(port.readable);
    expect(port.writable).toBe(port.writable);
    await port.close();
    expect([port.readable, port.writable]).toEqual([null, null]);
  });
  test('does not close while a stream is held, and opens again after it closed', async () => {
    const { port, reader, writer } = await openPort(createDesk());
    await expect(port.close()).rejects.toThrow(TypeError);
    await reader.cancel();
    reader.releaseLock();
    await writer.close();
    writer.releaseLock();
    await port.close();
    await expect(port.close()).rejects.toEqual(named('InvalidStateError'));
    await port.open(OPTIONS);
  });
  test('sets lines while it is open, at least one', async () => {
    const port = await firstPort(createDesk());
    await expect(port.setSignals({ requestToSend: true })).rejects.toEqual(named('InvalidStateError'));
    await port.open(OPTIONS);
    await expect(port.setSignals({})).rejects.toThrow(TypeError);
    expect(await port.getSignals()).toMatchObject({ clearToSend: false });
  });
  test('behind a bridge is silent until its lines are released', async () => {
    const desk = createDesk();
    const port = await firstPort(desk);
    await port.open(OPTIONS);
    const reader = port.readable!.getReader();
    let heard = 0;
    const listening = (async () => {
      for (;;) heard += (await reader.read()).value?.length ?? 0;
    })();
    void listening.catch(() => undefined);
    await desk.clock.run(5_000);
    expect(heard).toBe(0);
    await port.setSignals({ dataTerminalReady: false, requestToSend: false });
    await desk.clock.run(5_000);
    expect(heard).toBeGreaterThan(4);
  });
});

describe('an error of the line', () => {
  test.each(['BreakError', 'FramingError', 'ParityError', 'BufferOverrunError'] as const)(
    '%s ends a stream, and there is another',
    async (error) => {
      const desk = createDesk();
      const { port, reader, writer } = await openPort(desk);
      const reading = expect(reader.read()).rejects.toEqual(named(error));
      desk.workbench.disturb('a', error);
      await reading;
      const fresh = port.readable!.getReader();
      await writer.write(DETECT);
      expect(toText((await fresh.read()).value ?? [])).toBe('c0 08 46 c0');
    },
  );
});

describe('losing the board', () => {
  test('ends what is under way, tells the port and its owner, and can be closed', async () => {
    const desk = createDesk();
    const { port, reader, writer } = await openPort(desk);
    const targets: EventTarget[] = [];
    port.ondisconnect = () => targets.push(port);
    desk.serial.ondisconnect = (event) => event.target instanceof EventTarget && targets.push(event.target);
    const reading = expect(reader.read()).rejects.toEqual(named('NetworkError'));
    await unplug(desk);
    await reading;
    await expect(writer.write(DETECT)).rejects.toEqual(named('NetworkError'));
    expect(targets).toEqual([port, port]);
    expect([port.connected, port.readable, port.writable]).toEqual([false, null, null]);
    await expect(port.setSignals({ requestToSend: false })).rejects.toEqual(named('NetworkError'));
    expect(await desk.serial.getPorts()).toEqual([]);
    await port.close();
  });
  test('and getting it back gives another port; the old one opens no more', async () => {
    const desk = createDesk();
    const { port } = await openPort(desk);
    await unplug(desk);
    await port.close();
    await expect(port.open(OPTIONS)).rejects.toEqual(named('NetworkError'));
    await plug(desk);
    expect(desk.told).toEqual(['disconnect', 'connect']);
    const again = await firstPort(desk);
    expect(again).not.toBe(port);
    await expect(port.open(OPTIONS)).rejects.toEqual(named('NetworkError'));
    await again.open(OPTIONS);
  });
  test('without a serial number the permission goes with it', async () => {
    const desk = createDesk([{ name: 'a', kind: 'esp32' }]);
    expect(await desk.serial.getPorts()).toHaveLength(1);
    await unplug(desk);
    await plug(desk);
    expect(await desk.serial.getPorts()).toEqual([]);
    expect(desk.told).toEqual(['disconnect']);
    expect(await desk.serial.requestPort?.()).toBeDefined();
    expect(await desk.serial.getPorts()).toHaveLength(1);
  });
  test('a board with a USB of its own is lost when it is reset', async () => {
    const desk = createDesk([{ ...BOARD, kind: 'nrf52' }]);
    const port = await firstPort(desk);
    await port.open(OPTIONS);
    const writer = port.writable!.getWriter();
    await writer.write(Uint8Array.of(0xc0, 0x55, 0xf8, 0xc0));
    // It boots first, and reads nothing while it does.
    await desk.clock.run(2_000);
    await writer.write(Uint8Array.of(0xc0, 0x55, 0xf8, 0xc0));
    await desk.clock.run(2_000);
    expect(desk.told).toEqual(['disconnect', 'connect']);
  });
});

describe('choosing', () => {
  const NRF: BoardOptions = { name: 'b', kind: 'nrf52', serialNumber: '2' };
  test('nothing was granted: no ports until one is chosen', async () => {
    const { serial } = createDesk([BOARD, NRF], false);
    expect(await serial.getPorts()).toEqual([]);
    const port = await serial.requestPort?.({ filters: [{ usbVendorId: 0x239a }] });
    expect(port?.getInfo().usbVendorId).toBe(0x239a);
    expect(await serial.getPorts()).toEqual([port]);
  });
  test('no board fits, or nobody clicked, or the filter is none', async () => {
    const { serial } = createDesk([BOARD], false);
    const choosing = serial.requestPort?.({ filters: [{ usbVendorId: 1 }] });
    await expect(choosing).rejects.toEqual(named('NotFoundError'));
    const asleep = createDesk([BOARD], false, () => false);
    await expect(asleep.serial.requestPort?.()).rejects.toEqual(named('SecurityError'));
    await expect(serial.requestPort?.({ filters: [{ usbProductId: 1 }] })).rejects.toThrow(TypeError);
  });
  test('a worker has no chooser', () => {
    expect(new FakeSerial({ cables: [], hasChooser: false }).requestPort).toBeUndefined();
  });
  test('what is forgotten must be chosen again', async () => {
    const desk = createDesk();
    const port = await firstPort(desk);
    await port.open(OPTIONS);
    await port.forget();
    expect(await desk.serial.getPorts()).toEqual([]);
    expect(await desk.serial.requestPort?.()).not.toBe(port);
  });
  test('a board that comes later is announced', async () => {
    const desk = createDesk([{ ...BOARD, isAbsent: true }]);
    expect(await desk.serial.getPorts()).toEqual([]);
    await plug(desk);
    expect(desk.told).toEqual(['connect']);
    expect(await desk.serial.getPorts()).toHaveLength(1);
  });
});
