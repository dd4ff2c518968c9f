/** Emulated boards on a desk, as Web Serial serves them, in virtual time. */
import { createWebSerialPorts } from '#adapters/web-serial/web-serial.ts';
import type { Listener } from '#host/radio/listener.ts';
import { createDirectCable } from '#test/emulator/board-line.ts';
import { FakeSerial } from '#test/emulator/fake-serial.ts';
import { createPace } from '#test/emulator/pace.ts';
import { type BoardOptions, createWorkbench } from '#test/emulator/workbench.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

export const board = (options: Partial<BoardOptions> = {}): BoardOptions => ({
  name: 'a',
  kind: 'esp32',
  serialNumber: '1',
  ...options,
});

export const createRadioDesk = (boards: readonly BoardOptions[], isGranted = true) => {
  const clock = createVirtualClock();
  const workbench = createWorkbench({ seed: 1, boards });
  const pace = createPace(workbench, clock);
  const cables = boards.map(({ name }) => createDirectCable(workbench, pace, name, isGranted));
  const serial = new FakeSerial({ cables, hasChooser: true });
  /** For several hosts, each with one of the boards. */
  const portsOf = (name: string) =>
    createWebSerialPorts(
      new FakeSerial({ cables: [createDirectCable(workbench, pace, name, isGranted)], hasChooser: true }),
    );
  return { clock, workbench, pace, serial, ports: createWebSerialPorts(serial), portsOf };
};

/** A node that listens to nothing. */
export const NO_LISTENER: Listener = {
  equip: () => ({
    onOpen: () => undefined,
    onClosed: () => undefined,
    onHeard: () => undefined,
    onIdle: () => undefined,
  }),
  attach: (connect) => connect({ onFrame: () => undefined, onEnd: () => undefined }),
  accept: () => ({ onFrame: () => undefined, onEnd: () => undefined }),
  air: () => undefined,
};
