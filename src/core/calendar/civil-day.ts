import type { DayNumber } from '#core/brand.ts';

/**
 * Days of the Gregorian calendar by arithmetic, without a clock or a zone ("civil from days", as in Howard Hinnant's
 * chrono algorithms: years begin in March, so that the leap day is the last one).
 */
export interface CivilDay {
  readonly year: number;
  /** 1–12 */
  readonly month: number;
  /** 1–31 */
  readonly day: number;
}

const DAYS_PER_ERA = 146_097;
/** From 0000-03-01 to 1970-01-01. */
const SHIFT = 719_468;

export const toDayNumber = ({ year, month, day }: CivilDay): DayNumber => {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return (era * DAYS_PER_ERA + dayOfEra - SHIFT) as DayNumber;
};

export const toCivilDay = (number: DayNumber): CivilDay => {
  const shifted = number + SHIFT;
  const era = Math.floor(shifted / DAYS_PER_ERA);
  const dayOfEra = shifted - era * DAYS_PER_ERA;
  const leaps = Math.floor(dayOfEra / 1_460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leaps) / 365);
  const before = 365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  const dayOfYear = dayOfEra - before;
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const day = dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  return { year: era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, day };
};

/** ISO 8601: 1 is Monday, 7 Sunday. */
export const weekdayOf = (number: DayNumber): number => ((((number + 3) % 7) + 7) % 7) + 1;

export const addDays = (number: DayNumber, days: number): DayNumber => (number + days) as DayNumber;

/** `2026-11-24`, as date fields hold it; undefined when there is no such day. */
export const parseDay = (text: string): DayNumber | undefined => {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return undefined;
  const number = toDayNumber({ year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) });
  return dayText(number) === text ? number : undefined;
};

export const dayText = (number: DayNumber): string => {
  const { year, month, day } = toCivilDay(number);
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
};
