import type { Millis } from '#core/brand.ts';
import { HOUR } from '#core/domain/limits.ts';

/** Wrong PINs so far. Kept on the device, so that a reload does not begin anew. */
export interface PinTries {
  readonly failures: number;
  readonly lastAt: Millis;
}

export const NO_TRIES: PinTries = { failures: 0, lastAt: 0 as Millis };
const FREE = 5;
const FIRST_WAIT = 30_000;

/** Nothing for the first four, then half a minute, doubled with every further one, an hour at most. */
const waitAfter = (failures: number): number =>
  failures < FREE ? 0 : Math.min(FIRST_WAIT * 2 ** Math.min(failures - FREE, 12), HOUR);

/** How long until the next try; a clock that was set back gains nobody more than the whole wait again. */
export const waitLeft = ({ failures, lastAt }: PinTries, now: Millis): number => {
  const wait = waitAfter(failures);
  return Math.min(wait, Math.max(0, lastAt + wait - now));
};

export const triesLeft = ({ failures }: PinTries): number => Math.max(0, FREE - failures);

export const failedOnce = ({ failures }: PinTries, now: Millis): PinTries => ({ failures: failures + 1, lastAt: now });

const KEY = 'terminfunk.kiosk.tries';

export const parsePinTries = (stored: string | null): PinTries => {
  const found = /^(\d{1,6}) (\d{1,15})$/.exec(stored ?? '');
  return found === null ? NO_TRIES : { failures: Number(found[1]), lastAt: Number(found[2]) as Millis };
};

export const readPinTries = (): PinTries => {
  try {
    return parsePinTries(localStorage.getItem(KEY));
  } catch {
    return NO_TRIES;
  }
};

export const writePinTries = ({ failures, lastAt }: PinTries): void => {
  try {
    if (failures === 0) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, `${failures} ${lastAt}`);
  } catch {
    // Counted for this page only.
  }
};
