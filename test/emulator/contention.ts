import type { Dice } from '#sim/dice.ts';
import type { Phy } from '#test/emulator/phy.ts';

/**
 * Listening before sending, as the firmware does it: the air must be free for two slots, then for a number of slots that is
 * drawn once per turn; a carrier starts the first wait anew, and the second goes on where it was. The firmware forgets to
 * start the second wait's clock again after sending: only the first packet, and one before which the air was busy, waits it.
 */
export interface Contention {
  /** True when it may send now. Called every few milliseconds while packets wait. */
  poll(isFree: boolean, phy: Phy, now: number): boolean;
  /** Draws from later windows the more airtime was used; true when the band changed. */
  adapt(airtimeShare: number): boolean;
  readonly window: ContentionWindow;
}

export interface ContentionWindow {
  readonly band: number;
  readonly least: number;
  readonly most: number;
}

const BANDS = 4;
const WINDOWS_PER_BAND = 15;
/** Percent of airtime up to which a station is in the first band, and from which it is in the last. */
const FIRST_BAND_PERCENT = 7;
const LAST_BAND_PERCENT = 85;

const bandOf = (airtimeShare: number): number => {
  const percent = Math.trunc(airtimeShare * 100);
  if (percent <= FIRST_BAND_PERCENT) return 1;
  const band = Math.trunc((percent * (BANDS - 2)) / (LAST_BAND_PERCENT - FIRST_BAND_PERCENT)) + 2;
  return Math.min(band, BANDS);
};

export const createContention = (dice: Dice): Contention => {
  let window: ContentionWindow = { band: 1, least: 0, most: WINDOWS_PER_BAND };
  let target: number | undefined;
  let freeSince: number | undefined;
  let countedTo: number | undefined;
  let waited = 0;

  const startAnew = (): void => {
    target = undefined;
    freeSince = undefined;
    waited = 0;
  };
  const countOn = (now: number): void => {
    waited += now - (countedTo ?? now);
    countedTo = now;
  };

  return {
    poll: (isFree, phy, now) => {
      target ??= (window.least + dice.integer(window.most - window.least)) * phy.slotMs;
      if (!isFree) {
        freeSince = undefined;
        countedTo = undefined;
        return false;
      }
      if (freeSince === undefined) {
        freeSince = now;
        return false;
      }
      if (now < freeSince + phy.difsMs) return false;
      if (countedTo === undefined) {
        countedTo = now;
        return false;
      }
      countOn(now);
      if (waited < target) return false;
      startAnew();
      return true;
    },
    adapt: (airtimeShare) => {
      const band = bandOf(airtimeShare);
      if (band === window.band) return false;
      window = { band, least: (band - 1) * WINDOWS_PER_BAND, most: band * WINDOWS_PER_BAND - 1 };
      return true;
    },
    get window() {
      return window;
    },
  };
};
