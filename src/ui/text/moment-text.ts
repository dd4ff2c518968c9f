import type { Millis } from '#core/brand.ts';
import { m } from '#ui/paraglide/messages.js';
import { ageOf, clockTime, longDay, moment, shortDay, type UiLocale } from '#ui/text/time.ts';

/** `heute, 10:42 Uhr` · `Montag, 18:00 Uhr` · `Sa., 21. Nov., 09:00 Uhr` */
export const momentText = (at: Millis, now: Millis, locale: UiLocale): string => {
  const when = moment(at, now, locale);
  switch (when.day) {
    case 'today':
      return m.moment_today({ time: when.time });
    case 'yesterday':
      return m.moment_yesterday({ time: when.time });
    case 'tomorrow':
      return m.moment_tomorrow({ time: when.time });
    case 'other':
      return m.moment_day({ date: when.date, time: when.time });
  }
};

/** `Dienstag, 24. November, 09:00 Uhr`: for what is written down or printed, where no day may go without its date. */
export const dateText = (at: Millis, now: Millis, locale: UiLocale): string =>
  m.moment_day({ date: longDay(at, now, locale), time: clockTime(at, locale) });

/** How old it is; where nobody can tell (`isDated` false) only since when it is. */
export const ageText = (
  at: Millis,
  { now, isDated }: { readonly now: Millis; readonly isDated: boolean },
  locale: UiLocale,
): { readonly text: string; readonly old: boolean } => {
  if (!isDated)
    return { text: m.age_since_day({ date: shortDay(at, locale), time: clockTime(at, locale) }), old: true };
  const age = ageOf(at, now, locale);
  switch (age.kind) {
    case 'now':
      return { text: m.age_now(), old: false };
    case 'ago':
      return { text: age.text, old: false };
    case 'since':
      return {
        text:
          age.at.day === 'other'
            ? m.age_since_day({ date: age.at.date, time: age.at.time })
            : m.age_since_yesterday({ time: age.at.time }),
        old: true,
      };
  }
};
