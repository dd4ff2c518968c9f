import { Temporal } from 'temporal-polyfill';
import type { Millis } from '#core/brand.ts';

/**
 * Wall time in Berlin to an instant. A time that the change of clocks skips has none; one that it repeats means the first.
 * The only user of the calendar library, loaded when a practice enters slots.
 */
export const berlinInstant = (date: string, time: string): Millis | undefined => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || !/^\d{2}:\d{2}$/.test(time)) return undefined;
  try {
    const wall = Temporal.PlainDateTime.from(`${date}T${time}`, { overflow: 'reject' });
    const zoned = wall.toZonedDateTime('Europe/Berlin', { disambiguation: 'earlier' });
    // In the skipped hour `earlier` moves the clock back: then it is not what was typed.
    return zoned.toPlainDateTime().equals(wall) ? (zoned.epochMilliseconds as Millis) : undefined;
  } catch {
    return undefined;
  }
};
