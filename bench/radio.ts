/**
 * Requests over two radio hops, from asking until the practice's confirmation is there, one tenth of all frames lost: how many
 * succeed, and the airtime of everything that all stations send on links for one. Beside it the same without loss, as the limit
 * for any way of repeating frames, and blind repeats, in which nobody acknowledges. Whole engines and links in virtual time:
 * nothing depends on the machine.
 */

import { mean } from '#sim/scenario.ts';
import { confirmedShare, LOSS, playReservations, type Reservation } from '#sim/scenarios/radio-reservations.ts';
import type { Report } from './row.ts';
import { percentile, rounded } from './statistics.ts';

export interface RadioResult {
  readonly reservations: number;
  /** Of them those whose receipt and confirmation came within a day. */
  readonly deliveredPercent: number;
  /** Airtime of fragments and acknowledgements of all stations, for one reservation. */
  readonly p50AirSeconds: number;
  readonly p95AirSeconds: number;
  readonly p50Seconds: number;
  readonly p95Seconds: number;
  /** Airtime of the fragments when nothing is lost, over the share that arrives. */
  readonly limitAirSeconds: number;
  /** Airtime when every fragment is sent so often that as many reservations succeed, without an acknowledgement. */
  readonly blindAirSeconds: number;
  readonly blindRepeats: number;
}

const SEEDS = 40;
const PER_SEED = 50;
const LOSSLESS_SEEDS = 4;
const GOAL_PERCENT = 99.9;

const playAll = async (seeds: number, loss: number): Promise<readonly Reservation[]> => {
  const all: Reservation[] = [];
  for (let seed = 1; seed <= seeds; seed++)
    all.push(...(await playReservations({ seed, nodes: PER_SEED }, loss)).reservations);
  return all;
};

/** The least number of times that each of so many frames is sent for all of them to arrive in so many of a hundred cases. */
const blindRepeats = (frames: number): number => {
  let repeats = 1;
  while ((1 - LOSS ** repeats) ** frames * 100 < GOAL_PERCENT) repeats++;
  return repeats;
};

export const measureRadio = async (report: Report = () => undefined): Promise<RadioResult> => {
  const played = await playAll(SEEDS, LOSS);
  const lossless = await playAll(LOSSLESS_SEEDS, 0);
  const airSeconds = played.map((one) => one.airSeconds);
  const seconds = played.flatMap((one) => one.seconds ?? []);
  const fragmentSeconds = mean(lossless.map((one) => one.fragmentSeconds));
  const repeats = blindRepeats(
    percentile(
      lossless.map(({ fragments }) => fragments),
      0.5,
    ),
  );
  const result: RadioResult = {
    reservations: played.length,
    deliveredPercent: rounded(confirmedShare(played) * 100),
    p50AirSeconds: rounded(percentile(airSeconds, 0.5)),
    p95AirSeconds: rounded(percentile(airSeconds, 0.95)),
    p50Seconds: rounded(percentile(seconds, 0.5)),
    p95Seconds: rounded(percentile(seconds, 0.95)),
    limitAirSeconds: rounded(fragmentSeconds / (1 - LOSS)),
    blindAirSeconds: rounded(fragmentSeconds * repeats),
    blindRepeats: repeats,
  };
  report({
    what: 'reserve, receipt and confirm over two hops',
    value: `${result.deliveredPercent} % of ${result.reservations}`,
    goal: `at least ${GOAL_PERCENT} %`,
  });
  report({ what: 'airtime of one, p50 and p95', value: `${result.p50AirSeconds} s, ${result.p95AirSeconds} s` });
  report({ what: 'until it is confirmed, p50 and p95', value: `${result.p50Seconds} s, ${result.p95Seconds} s` });
  report({
    what: 'beside it: limit of any repetition, without acknowledgements',
    value: `${result.limitAirSeconds} s`,
  });
  report({ what: `beside it: every frame ${repeats} times, blind`, value: `${result.blindAirSeconds} s` });
  return result;
};
