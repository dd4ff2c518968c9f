/**
 * How close the carousel comes to the limit: the airtime of all stations until a kiosk that knows nothing has verified a hundred
 * slots, over that of the frames that hold them once, divided by what arrives. And how many slots an hour has room for, beside
 * the table that the radio link is planned with. Whole engines in virtual time: nothing depends on the machine.
 */
import { type Channel, DEFAULT_CHANNEL } from '#core/radio/channel.ts';
import { USUAL_SHARE } from '#core/radio/duty-ledger.ts';
import { leastAirtime, ONE_PERCENT_CHANNEL, PRACTICES, playColdKiosks, SLOTS } from '#sim/scenarios/cold-kiosk.ts';
import type { Report } from './row.ts';
import { percentile, rounded } from './statistics.ts';

export interface CarouselResult {
  /** Means over 40 seeds at SF8 and 10 % loss. */
  readonly ratioToLimit10pct: number;
  readonly ratioToLimit1pct: number;
  readonly p95ToLimit10pct: number;
  readonly secondsUntilKnown: number;
  readonly secondsUntilNamed: number;
  readonly slotsAnHour: readonly SlotsAnHour[];
}

interface SlotsAnHour {
  readonly sf: number;
  /** With keys, within the share of the hour that is used. */
  readonly at1pct: number;
  readonly at10pct: number;
  /** 20 slots a frame of 254 bytes, without keys, all of what the law gives. */
  readonly table1pct: number;
  readonly table10pct: number;
}

const SEEDS = 40;
const FIRST_SEED = 1;
const HOUR_MS = 3_600_000;
const TABLE: readonly Pick<SlotsAnHour, 'sf' | 'table1pct' | 'table10pct'>[] = [
  { sf: 7, table1pct: 1_720, table10pct: 17_300 },
  { sf: 8, table1pct: 980, table10pct: 9_880 },
  { sf: 9, table1pct: 540, table10pct: 5_560 },
  { sf: 10, table1pct: 300, table10pct: 3_020 },
  { sf: 11, table1pct: 120, table10pct: 1_380 },
  { sf: 12, table1pct: 60, table10pct: 760 },
];

const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;

const slotsAnHour = (channel: Channel, share: number): number =>
  Math.floor(((USUAL_SHARE * share * HOUR_MS) / leastAirtime(channel)) * PRACTICES * SLOTS);

export const measureCarousel = async (report: Report = () => undefined): Promise<CarouselResult> => {
  const setting = { seed: FIRST_SEED, nodes: SEEDS };
  const ten = await playColdKiosks(setting, DEFAULT_CHANNEL);
  const one = await playColdKiosks(setting, ONE_PERCENT_CHANNEL);
  const goal = 'at most 1.4';
  report({ what: 'airtime over the limit, 10 % band', value: `${rounded(mean(ten.ratios))}`, goal });
  report({ what: 'airtime over the limit, 1 % band', value: `${rounded(mean(one.ratios))}`, goal });
  report({ what: 'the same, p95, 10 % band', value: `${rounded(percentile(ten.ratios, 0.95))}` });
  report({ what: 'until all slots are there, mean', value: `${rounded(mean(ten.seconds))} s` });
  report({ what: 'until all practices have names, mean', value: `${rounded(mean(ten.names))} s` });
  const rows = TABLE.map((row) => {
    const channel = { ...DEFAULT_CHANNEL, sf: row.sf };
    return { ...row, at1pct: slotsAnHour(channel, 0.01), at10pct: slotsAnHour(channel, 0.1) };
  });
  for (const { sf, at1pct, at10pct, table1pct, table10pct } of rows) {
    const value = `${at1pct} at 1 %, ${at10pct} at 10 %, of ${table1pct} and ${table10pct}`;
    report({ what: `slots an hour with keys at SF ${sf}`, value });
  }
  return {
    ratioToLimit10pct: rounded(mean(ten.ratios)),
    ratioToLimit1pct: rounded(mean(one.ratios)),
    p95ToLimit10pct: rounded(percentile(ten.ratios, 0.95)),
    secondsUntilKnown: rounded(mean(ten.seconds)),
    secondsUntilNamed: rounded(mean(ten.names)),
    slotsAnHour: rows,
  };
};
