/**
 * Gives the realm that it runs in a navigator.serial with emulated boards on it, before anything of the product runs. The
 * emulator serves it as one script with the boards' addresses in front (GET /serial.js), for `context.addInitScript`, which
 * covers windows. Dedicated workers get no init scripts: there the same text is put before the worker's own, by
 * `context.route` on its file with service workers blocked; it is no module and imports nothing, so it may stand before one.
 * A file that Playwright answered for counts as one from the internet, which Chromium lets reach this machine only with the
 * permission 'local-network-access': `context.grantPermissions` gives it.
 */
import { FakeSerial } from '#test/emulator/fake-serial.ts';
import { createSocketCable } from '#test/emulator/socket-cable.ts';

declare global {
  /** One WebSocket address for each board. */
  var emulatedBoards: readonly string[] | undefined;
}

// A page's init script runs in its frames too, also in ones that have no address yet.
const isSettled = !('location' in globalThis) || globalThis.location.protocol.startsWith('http');
if (isSettled && 'navigator' in globalThis && globalThis.emulatedBoards !== undefined) {
  const serial = new FakeSerial({
    cables: globalThis.emulatedBoards.map(createSocketCable),
    hasChooser: typeof document !== 'undefined',
    isUserActive: () => navigator.userActivation.isActive,
  });
  Object.defineProperty(navigator, 'serial', { value: serial, configurable: true });
}
