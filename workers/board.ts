import { createSteadyClock } from '#adapters/system/clock.ts';
import type { SerialLike } from '#adapters/web-serial/serial-like.ts';
import { createWebSerialPorts } from '#adapters/web-serial/web-serial.ts';
import { DEFAULT_CHANNEL } from '#core/radio/channel.ts';
import { createRnodeSession } from '#core/radio/rnode/session.ts';
import { type BoardWatch, watchBoard } from '#host/radio/board-watch.ts';

/** What speaks with boards, in a file of its own: whoever has none never loads it. */
export const openBoard = (serial: SerialLike, onChange: () => void): BoardWatch =>
  watchBoard({
    ports: createWebSerialPorts(serial),
    clock: createSteadyClock(),
    channel: DEFAULT_CHANNEL,
    createSession: createRnodeSession,
    onChange,
  });
