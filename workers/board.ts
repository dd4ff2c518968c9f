import { createSteadyClock, createSystemClock } from '#adapters/system/clock.ts';
import { createSystemRng } from '#adapters/system/rng.ts';
import type { SerialLike } from '#adapters/web-serial/serial-like.ts';
import { createWebSerialPorts } from '#adapters/web-serial/web-serial.ts';
import { createRnodeSession } from '#core/radio/rnode/session.ts';
import { openTunedBoard, type TunedBoard } from '#host/radio/tuned-board.ts';
import type { Store } from '#ports/store.ts';

/** What speaks with boards, in a file of its own: whoever has none never loads it. */
export const openBoard = (serial: SerialLike, store: Store, onChange: () => void): Promise<TunedBoard> =>
  openTunedBoard({
    ports: createWebSerialPorts(serial),
    clock: createSteadyClock(),
    wall: createSystemClock(),
    random: createSystemRng(),
    store,
    createSession: createRnodeSession,
    onChange,
  });
