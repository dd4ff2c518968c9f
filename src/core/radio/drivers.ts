/** The makes of boards that can be spoken with, in the order in which a port that nobody knows is tried with them. */
import type { BoardDriver } from '#core/radio/board.ts';
import { rnode } from '#core/radio/rnode/driver.ts';

export const BOARD_DRIVERS: readonly BoardDriver[] = [rnode];
