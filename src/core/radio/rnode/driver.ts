import { rnodeAirtime } from '#core/radio/airtime.ts';
import type { BoardDriver } from '#core/radio/board.ts';
import { createRnodeSession } from '#core/radio/rnode/session.ts';

/** Boards with RNode firmware (docs/protocol/radio.md). */
export const rnode: BoardDriver = { createSession: createRnodeSession, airtime: rnodeAirtime };
