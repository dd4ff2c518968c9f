/** Announcements as a full country might have them: two offers a practice, five starts each, always the same ones. */
import type { Counter, Epoch, NodeAddress, OfferId, WireMinute } from '#core/brand.ts';
import type { Announce } from '#core/wire/announce.ts';

const DAY_MINUTES = 1_440;
const STARTS = 5;
const OFFERS_PER_PRACTICE = 2;
const DAYS_AHEAD = 28;

/** The 32-bit generator "mulberry32": nothing here must be unpredictable, everything must be repeatable. */
export const createNumbers = (seed: number): ((below: number) => number) => {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
};

const addressOfPractice = (practice: number): NodeAddress => {
  const number = createNumbers(practice);
  return Array.from({ length: 4 }, () =>
    number(2 ** 32)
      .toString(16)
      .padStart(8, '0'),
  ).join('') as NodeAddress;
};

const startsFrom = (now: WireMinute, number: (below: number) => number): WireMinute[] => {
  const starts = new Set<number>();
  while (starts.size < STARTS) {
    starts.add(now + DAY_MINUTES * (1 + number(DAYS_AHEAD)) + 10 * number(60));
  }
  return [...starts].sort((a, b) => a - b) as WireMinute[];
};

/** The announcement number `index`, issued shortly before `now`. */
export const announcement = (index: number, now: WireMinute): Announce => {
  const number = createNumbers(index);
  return {
    kind: 'announce',
    address: addressOfPractice(Math.floor(index / OFFERS_PER_PRACTICE)),
    epoch: 0 as Epoch,
    counter: 1 as Counter,
    issued: (now - 1 - number(600)) as WireMinute,
    offer: (index % OFFERS_PER_PRACTICE) as OfferId,
    verfahren: 1 << number(4),
    modalitaet: 1 + number(7),
    kostentraeger: 1 + number(63),
    slotType: number(7),
    minutes: 50,
    plz: 1_000 + number(98_000),
    ttlClass: 7,
    ageGroup: number(3),
    series: false,
    codeRequired: false,
    starts: startsFrom(now, number),
  };
};
