import type { DayNumber, Millis, WallMinute } from '#core/brand.ts';
import { addDays, toCivilDay, toDayNumber, weekdayOf } from '#core/calendar/civil-day.ts';
import { DAY, MINUTE } from '#core/domain/limits.ts';

/**
 * Wall time in Berlin by arithmetic (Directive 2000/84/EC): summer time from the last Sunday of March to the last Sunday of
 * October, both at 01:00 UTC. So a node expands a pattern to the same instants everywhere, without a zone database.
 * A time that the change of clocks skips (02:00–02:59 in March) has no instant; one that it repeats (02:00–02:59 in
 * October) means the first, in summer time.
 */
const WINTER = 60;
const SUMMER = 120;
export const MINUTES_PER_DAY = 1_440;

const lastSunday = (year: number, month: 3 | 10): DayNumber => {
  const last = toDayNumber({ year, month, day: 31 });
  return addDays(last, -(weekdayOf(last) % 7));
};
const changeAt = (year: number, month: 3 | 10): number => lastSunday(year, month) * DAY + 60 * MINUTE;

/** Minutes that Berlin's clocks are ahead of UTC. */
const offsetAt = (at: number): number => {
  const { year } = toCivilDay(Math.floor(at / DAY) as DayNumber);
  return at >= changeAt(year, 3) && at < changeAt(year, 10) ? SUMMER : WINTER;
};

/** `minute` may be the end of the day, 1440. Undefined for a time that is skipped. */
export const berlinInstant = (day: DayNumber, minute: WallMinute): Millis | undefined => {
  const wall = day * DAY + minute * MINUTE;
  const fits = [SUMMER, WINTER].find((offset) => offsetAt(wall - offset * MINUTE) === offset);
  return fits === undefined ? undefined : ((wall - fits * MINUTE) as Millis);
};

/** What calendar and clock in Berlin show at an instant; minutes rounded down. */
export const berlinWall = (at: Millis): { readonly day: DayNumber; readonly minute: WallMinute } => {
  const wall = at + offsetAt(at) * MINUTE;
  const day = Math.floor(wall / DAY);
  return { day: day as DayNumber, minute: Math.floor((wall - day * DAY) / MINUTE) as WallMinute };
};

/** `09:00`, as time fields hold it; undefined when it is none. */
export const parseWallMinute = (text: string): WallMinute | undefined => {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  return match === null ? undefined : ((Number(match[1]) * 60 + Number(match[2])) as WallMinute);
};

export const wallText = (minute: WallMinute): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
