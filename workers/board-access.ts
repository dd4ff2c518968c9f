import { serialOf } from '#adapters/web-serial/serial-like.ts';
import type { BoardAccess } from '#host/node/board-desk.ts';

/** Undefined where this realm has no serial ports. */
export const boardAccess = (): BoardAccess | undefined => {
  const serial = serialOf(navigator);
  return (
    serial && {
      onPlugged: (listener) => {
        serial.addEventListener('connect', listener);
        serial.getPorts().then(
          (ports) => ports.length > 0 && listener(),
          () => undefined,
        );
        return () => serial.removeEventListener('connect', listener);
      },
      open: async (onChange) => (await import('./board.ts')).openBoard(serial, onChange),
    }
  );
};
