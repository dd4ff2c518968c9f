import type { Millis } from '#core/brand.ts';
import { DAY, HOUR, MINUTE } from '#core/domain/limits.ts';
import type { Locale } from '#ui/paraglide/runtime.js';

/** Instants as people in Germany read them: always Europe/Berlin, whatever the device's zone. Pure; words come from Intl. */
export type UiLocale = Locale;

const ZONE = 'Europe/Berlin';
/** Dates and numbers as they are written by those who speak the language here; Leichte Sprache writes them as German does. */
const TAGS: Partial<Record<UiLocale, string>> = { de: 'de-DE', en: 'en-GB', 'de-simple': 'de-DE' };
const tagOf = (locale: UiLocale): string => TAGS[locale] ?? locale;

const formats = new Map<string, Intl.DateTimeFormat>();
/** Making a formatter costs more than a hundred uses of it. */
const format = (locale: UiLocale, name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => {
  const key = `${locale}/${name}`;
  let found = formats.get(key);
  if (found === undefined) {
    found = new Intl.DateTimeFormat(tagOf(locale), { timeZone: ZONE, ...options });
    formats.set(key, found);
  }
  return found;
};

export interface DoorText {
  readonly weekday: string;
  readonly day: string;
  readonly month: string;
}

/** `Di`, `24`, `Nov.` */
export const doorText = (at: Millis, locale: UiLocale): DoorText => ({
  weekday: format(locale, 'wd', { weekday: 'short' }).format(at),
  day: format(locale, 'd', { day: 'numeric' }).format(at).replace('.', ''),
  // Beside a day the month keeps its full stop in German.
  month:
    format(locale, 'dm', { day: 'numeric', month: 'short' })
      .formatToParts(at)
      .find((part) => part.type === 'month')?.value ?? '',
});

/** `14:30`, in both languages. */
export const clockTime = (at: Millis, locale: UiLocale): string =>
  format(locale, 'hm', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at);

/** `Dienstag` */
export const weekday = (at: Millis, locale: UiLocale): string =>
  format(locale, 'weekday', { weekday: 'long' }).format(at);

/** `Dienstag, 24. November`, with the year when it is not this one. */
export const longDay = (at: Millis, now: Millis, locale: UiLocale): string => {
  const other = dayKey(at).slice(0, 4) !== dayKey(now).slice(0, 4);
  const base = { weekday: 'long', day: 'numeric', month: 'long' } as const;
  return other
    ? format(locale, 'longYear', { ...base, year: 'numeric' }).format(at)
    : format(locale, 'long', base).format(at);
};

/** `Di., 24. Nov.` */
export const shortDay = (at: Millis, locale: UiLocale): string =>
  format(locale, 'short', { weekday: 'short', day: 'numeric', month: 'short' }).format(at);

/** `24. November 2026` */
export const fullDate = (at: Millis, locale: UiLocale): string =>
  format(locale, 'full', { day: 'numeric', month: 'long', year: 'numeric' }).format(at);

/** `2026-11-24`: the day in Berlin, as a key and as the value of a date field. */
export const dayKey = (at: Millis): string => {
  const parts = new Map(
    format('en', 'key', { year: 'numeric', month: '2-digit', day: '2-digit' })
      .formatToParts(at)
      .map((part) => [part.type, part.value]),
  );
  return `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}`;
};

/** How many calendar days in Berlin `at` lies before `now`; negative when after. */
export const daysAgo = (at: Millis, now: Millis): number =>
  Math.round((Date.parse(dayKey(now)) - Date.parse(dayKey(at))) / DAY);

/** Where a moment lies: a day to name or a weekday, and the time. */
export type Moment =
  | { readonly day: 'today' | 'yesterday' | 'tomorrow'; readonly time: string }
  | { readonly day: 'other'; readonly date: string; readonly time: string };

export const moment = (at: Millis, now: Millis, locale: UiLocale): Moment => {
  const time = clockTime(at, locale);
  const ago = daysAgo(at, now);
  if (ago === 0) return { day: 'today', time };
  if (ago === 1) return { day: 'yesterday', time };
  if (ago === -1) return { day: 'tomorrow', time };
  // Within the week ahead the weekday is enough and easier to hold in mind than a date.
  return { day: 'other', date: ago < -1 && ago > -7 ? weekday(at, locale) : shortDay(at, locale), time };
};

export type Age =
  | { readonly kind: 'now'; readonly old: false }
  | { readonly kind: 'ago'; readonly text: string; readonly old: false }
  | { readonly kind: 'since'; readonly at: Moment; readonly old: true };

const relative = new Map<string, string>();
const ago = (count: number, unit: 'minute' | 'hour', locale: UiLocale): string => {
  const key = `${locale}/${count}${unit}`;
  let text = relative.get(key);
  if (text === undefined) {
    text = new Intl.RelativeTimeFormat(tagOf(locale)).format(-count, unit);
    relative.set(key, text);
  }
  return text;
};

/** How old a listing is: minutes, then hours, and from a day on the moment itself, which the eye should stop at. */
export const ageOf = (at: Millis, now: Millis, locale: UiLocale): Age => {
  const passed = now - at;
  if (passed < MINUTE) return { kind: 'now', old: false };
  if (passed < HOUR) return { kind: 'ago', text: ago(Math.floor(passed / MINUTE), 'minute', locale), old: false };
  if (passed < DAY) return { kind: 'ago', text: ago(Math.floor(passed / HOUR), 'hour', locale), old: false };
  return { kind: 'since', at: moment(at, now, locale), old: true };
};

/** Making one takes longer than a thousand uses of it. */
const numbers = new Map<string, Intl.NumberFormat>();
export const numberText = (value: number, maximumFractionDigits: number, locale: UiLocale): string => {
  const key = `${locale}/${maximumFractionDigits}`;
  const known = numbers.get(key) ?? new Intl.NumberFormat(tagOf(locale), { maximumFractionDigits });
  numbers.set(key, known);
  return known.format(value);
};

/** `2,1 km`, whole kilometres from ten on. */
export const kilometres = (km: number, locale: UiLocale): string => numberText(km, km < 10 ? 1 : 0, locale);

export const wholeNumber = (value: number, locale: UiLocale): string => numberText(value, 0, locale);

/** `Länge, Sprache und Alter` */
export const listed = (items: readonly string[], locale: UiLocale): string =>
  new Intl.ListFormat(tagOf(locale)).format(items);

const languages = new Map<UiLocale, Intl.DisplayNames>();
/** `Deutsch, Türkisch`: the names of BCP 47 tags; a tag that the platform does not know stays as it is. */
export const languageNames = (tags: readonly string[], locale: UiLocale): string => {
  const names = languages.get(locale) ?? new Intl.DisplayNames(tagOf(locale), { type: 'language' });
  languages.set(locale, names);
  const name = (tag: string): string => {
    try {
      return names.of(tag) ?? tag;
    } catch {
      return tag;
    }
  };
  return tags.map(name).join(', ');
};
