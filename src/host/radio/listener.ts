import type { AirView } from '#engine/air/air.ts';
import type { Driver } from '#host/driver.ts';
import type { Radio, RadioHandlers } from '#ports/radio.ts';

/** What a node makes of its radio. */
export interface Listener {
  equip(radio: Radio): RadioHandlers;
  /** Links to single stations, as a driver takes them. */
  readonly attach: Driver['attach'];
  readonly accept: Driver['accept'];
  air(): AirView | undefined;
}
