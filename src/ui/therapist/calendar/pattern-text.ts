import type { Millis, WallMinute } from '#core/brand.ts';
import { wallText } from '#core/calendar/berlin-time.ts';
import type { WeeklyPattern } from '#core/calendar/weekly-pattern.ts';
import { m } from '#ui/paraglide/messages.js';
import { fullDate, type UiLocale, weekday } from '#ui/text/time.ts';
import { nameDay } from '#ui/therapist/calendar/pattern-form.ts';
import { noonOf } from '#ui/therapist/calendar/week.ts';

export const weekdayName = (day: number, locale: UiLocale): string => weekday(noonOf(nameDay(day)), locale);

/** `Montag 09:00, 50 min, 10 min Puffer, bis 31. Dezember 2026` */
export const patternText = (pattern: WeeklyPattern, minutes: number, now: Millis, locale: UiLocale): string => {
  const { from, to, buffer, firstDay, lastDay } = pattern;
  const name = weekdayName(pattern.weekday, locale);
  const one = to < from + 2 * minutes + buffer;
  return [
    one
      ? m.pattern_text({ weekday: name, from: wallText(from), minutes })
      : m.pattern_text_range({
          weekday: name,
          from: wallText(from),
          to: wallText((to % 1_440) as WallMinute),
          minutes,
        }),
    buffer > 0 ? m.pattern_text_buffer({ buffer }) : '',
    noonOf(firstDay) > now ? m.pattern_text_from({ day: fullDate(noonOf(firstDay), locale) }) : '',
    lastDay === undefined ? '' : m.pattern_text_until({ day: fullDate(noonOf(lastDay), locale) }),
  ]
    .filter((part) => part !== '')
    .join(', ');
};
