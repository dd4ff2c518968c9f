import type { DayNumber } from '#core/brand.ts';
import { addDays, toDayNumber, weekdayOf } from '#core/calendar/civil-day.ts';

/**
 * Public holidays in Germany, as the Länder's laws have them in 2026: the nine that hold everywhere, and those of each
 * Land that hold in all of it. Left out, because a Land alone does not tell: Augsburg's Friedensfest, Fronleichnam in
 * parts of Sachsen and Thüringen, and days that a single year got. Mariä Himmelfahrt counts for Bayern, where it holds in
 * most communes but not in all. Sundays (Easter, Whitsun) are holidays in Brandenburg only.
 */
export const LAENDER = [
  ...(['BW', 'BY', 'BE', 'BB', 'HB', 'HH', 'HE', 'MV'] as const),
  ...(['NI', 'NW', 'RP', 'SL', 'SN', 'ST', 'SH', 'TH'] as const),
] as const;
export type Bundesland = (typeof LAENDER)[number];

export const HOLIDAYS = [
  ...(['neujahr', 'heilige-drei-koenige', 'frauentag', 'karfreitag', 'ostersonntag', 'ostermontag'] as const),
  ...(['tag-der-arbeit', 'himmelfahrt', 'pfingstsonntag', 'pfingstmontag', 'fronleichnam'] as const),
  ...(['mariae-himmelfahrt', 'weltkindertag', 'einheit', 'reformationstag', 'allerheiligen'] as const),
  ...(['buss-und-bettag', 'weihnachten-1', 'weihnachten-2'] as const),
] as const;
export type Holiday = (typeof HOLIDAYS)[number];

/** Undefined: everywhere. */
const WHERE: Readonly<Record<Holiday, readonly Bundesland[] | undefined>> = {
  neujahr: undefined,
  'heilige-drei-koenige': ['BW', 'BY', 'ST'],
  frauentag: ['BE', 'MV'],
  karfreitag: undefined,
  ostersonntag: ['BB'],
  ostermontag: undefined,
  'tag-der-arbeit': undefined,
  himmelfahrt: undefined,
  pfingstsonntag: ['BB'],
  pfingstmontag: undefined,
  fronleichnam: ['BW', 'BY', 'HE', 'NW', 'RP', 'SL'],
  'mariae-himmelfahrt': ['BY', 'SL'],
  weltkindertag: ['TH'],
  einheit: undefined,
  reformationstag: ['BB', 'HB', 'HH', 'MV', 'NI', 'SN', 'ST', 'SH', 'TH'],
  allerheiligen: ['BW', 'BY', 'NW', 'RP', 'SL'],
  'buss-und-bettag': ['SN'],
  'weihnachten-1': undefined,
  'weihnachten-2': undefined,
};

/** Easter Sunday of the Gregorian calendar (Meeus, Astronomical Algorithms, chapter 8). */
const easterSunday = (year: number): DayNumber => {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const g = Math.floor((8 * b + 13) / 25);
  const h = (19 * a + b - Math.floor(b / 4) - g + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const n = h + l - 7 * m + 114;
  return toDayNumber({ year, month: Math.floor(n / 31), day: (n % 31) + 1 });
};

/** The Wednesday before 23 November. */
const bussUndBettag = (year: number): DayNumber => {
  const before = toDayNumber({ year, month: 11, day: 22 });
  return addDays(before, -((weekdayOf(before) + 4) % 7));
};

const everyHoliday = (year: number): Readonly<Record<Holiday, DayNumber>> => {
  const easter = easterSunday(year);
  const on = (month: number, day: number): DayNumber => toDayNumber({ year, month, day });
  return {
    neujahr: on(1, 1),
    'heilige-drei-koenige': on(1, 6),
    frauentag: on(3, 8),
    karfreitag: addDays(easter, -2),
    ostersonntag: easter,
    ostermontag: addDays(easter, 1),
    'tag-der-arbeit': on(5, 1),
    himmelfahrt: addDays(easter, 39),
    pfingstsonntag: addDays(easter, 49),
    pfingstmontag: addDays(easter, 50),
    fronleichnam: addDays(easter, 60),
    'mariae-himmelfahrt': on(8, 15),
    weltkindertag: on(9, 20),
    einheit: on(10, 3),
    reformationstag: on(10, 31),
    allerheiligen: on(11, 1),
    'buss-und-bettag': bussUndBettag(year),
    'weihnachten-1': on(12, 25),
    'weihnachten-2': on(12, 26),
  };
};

/** Those of one year, by day. Without a Land only what holds everywhere. When two fall on one day, the later in the list. */
export const holidaysOf = (year: number, land: Bundesland | undefined): ReadonlyMap<DayNumber, Holiday> => {
  const days = everyHoliday(year);
  const here = HOLIDAYS.filter((name) => {
    const laender = WHERE[name];
    return laender === undefined || (land !== undefined && laender.includes(land));
  });
  return new Map(here.map((name) => [days[name], name]));
};
