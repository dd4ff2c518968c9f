import { createSteadyClock, createSystemClock } from '#adapters/system/clock.ts';
import { createSystemRng } from '#adapters/system/rng.ts';
import type { SerialLike } from '#adapters/web-serial/serial-like.ts';
import { createWebSerialPorts } from '#adapters/web-serial/web-serial.ts';
import { BOARD_DRIVERS } from '#core/radio/drivers.ts';
import { createAir } from '#engine/air/air.ts';
import type { BoardNode } from '#host/node/board-desk.ts';
import { openTunedBoard, type TunedBoard } from '#host/radio/tuned-board.ts';

/** What speaks with boards, in a file of its own: whoever has none never loads it. */
export const openBoard = (serial: SerialLike, { store, driver, air, time, onChange }: BoardNode): Promise<TunedBoard> =>
  openTunedBoard({
    listener: { ...driver, equip: (radio) => driver.equip(createAir, radio), air },
    ports: createWebSerialPorts(serial),
    clock: createSteadyClock(),
    wall: createSystemClock(),
    time,
    random: createSystemRng(),
    store,
    drivers: BOARD_DRIVERS,
    onChange,
  });
