import { serialOf } from '#adapters/web-serial/serial-like.ts';
import type { BoardAccess } from '#host/node/board-desk.ts';

/** A board can wait for this long; whoever opens the app looks at the first list. */
const FIRST_LOOK_MS = 1_500;

/** Undefined where this realm has no serial ports. */
export const boardAccess = (): BoardAccess | undefined => {
  const serial = serialOf(navigator);
  return (
    serial && {
      onPlugged: (listener) => {
        const look = () =>
          serial.getPorts().then(
            (ports) => ports.length > 0 && listener(),
            () => undefined,
          );
        const first = setTimeout(look, FIRST_LOOK_MS);
        serial.addEventListener('connect', listener);
        return () => {
          clearTimeout(first);
          serial.removeEventListener('connect', listener);
        };
      },
      open: async (node) => (await import('./board.ts')).openBoard(serial, node),
    }
  );
};
