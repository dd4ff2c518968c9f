/**
 * How the firmware counts its own airtime and the channel's load: in bins of 7.5 s over an hour, of which the two newest make
 * up the short term. Whoever asks must have it told the time about once a second, or old bins stay.
 */
export interface AirLedger {
  add(costMs: number, now: number): void;
  /** Whether somebody sends, looked at every SAMPLE_MS. */
  sample(isBusy: boolean): void;
  /** Brings the shares up to date. */
  update(now: number): void;
  /** Forgets everything, as turning the radio on does. */
  reset(): void;
  /** 0–1: own airtime, and everybody's. */
  readonly shares: AirShares;
}

export interface AirShares {
  readonly short: number;
  readonly long: number;
  readonly loadShort: number;
  readonly loadLong: number;
}

const BIN_MS = 7_500;
const HOUR_MS = 3_600_000;
const BINS = HOUR_MS / BIN_MS;
/** The firmware looks every 3 ms; this is often enough, and wakes nobody that often. */
export const SAMPLE_MS = 100;
const SAMPLES = BIN_MS / SAMPLE_MS;
const NOTHING: AirShares = { short: 0, long: 0, loadShort: 0, loadLong: 0 };

export const createAirLedger = (): AirLedger => {
  const airtime = new Uint16Array(BINS);
  const load = new Float64Array(BINS);
  let busy: boolean[] = [];
  let shares = NOTHING;

  const binAt = (now: number): number => Math.floor((now % HOUR_MS) / BIN_MS);
  const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

  return {
    add: (costMs, now) => {
      const bin = binAt(now);
      airtime[bin] = (airtime[bin] ?? 0) + Math.trunc(costMs);
      airtime[(bin + 1) % BINS] = 0;
    },
    sample: (isBusy) => {
      busy.push(isBusy);
      if (busy.length > SAMPLES) busy.shift();
    },
    update: (now) => {
      const bin = binAt(now);
      airtime[(bin + 1) % BINS] = 0;
      load[(bin + 1) % BINS] = 0;
      const short = ((airtime[bin] ?? 0) + (airtime[(bin + BINS - 1) % BINS] ?? 0)) / (2 * BIN_MS);
      const loadShort = Math.min(1, sum(busy.map(Number)) / SAMPLES + short);
      load[bin] = Math.max(load[bin] ?? 0, loadShort);
      shares = { short, long: sum(airtime) / HOUR_MS, loadShort, loadLong: sum(load) / BINS };
    },
    reset: () => {
      airtime.fill(0);
      load.fill(0);
      busy = [];
      shares = NOTHING;
    },
    get shares() {
      return shares;
    },
  };
};

/** A limit as the firmware keeps it, in single precision: some come back one hundredth of a percent lower than they were set. */
export interface AirtimeLock {
  /** `hundredths` of a percent; none and a hundred percent or more lift it. */
  set(hundredths: number): void;
  readonly hundredths: number;
  isReached(share: number): boolean;
}

export const createAirtimeLock = (): AirtimeLock => {
  let limit = 0;
  return {
    set: (hundredths) => {
      const share = Math.fround(hundredths / 10_000);
      limit = share >= 1 ? 0 : share;
    },
    get hundredths() {
      return Math.trunc(Math.fround(Math.fround(limit * 100) * 100));
    },
    isReached: (share) => limit !== 0 && share >= limit,
  };
};
