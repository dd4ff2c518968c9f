import type { Millis } from '#core/brand.ts';
import { toUtf8 } from '#core/bytes/utf8.ts';

/**
 * Writes calendar files (iCalendar, RFC 5545): appointments in UTC, so that no time zone has to travel with them, with
 * reminders. What stands in a title is up to the caller; nothing is added that says what a calendar is about.
 */
export interface Appointment {
  /** The same for the same appointment, whenever it is written: a calendar then replaces it (RFC 5545, 3.8.4.7). */
  readonly uid: string;
  /** When this was written (DTSTAMP). */
  readonly stamp: Millis;
  readonly start: Millis;
  readonly end: Millis;
  readonly title: string;
  /** How many minutes before the start a calendar reminds of it, whole and positive. */
  readonly remindersMinutes: readonly number[];
  /** It does not take place: a calendar that knows the uid crosses it out or removes it (3.8.1.11). */
  readonly cancelled?: boolean;
  /** How often it changed since it was first written (3.8.7.4); none: not said. */
  readonly sequence?: number;
}

export interface Calendar {
  /** Who wrote it (PRODID): every calendar shows it to whoever looks. */
  readonly product: string;
  /** What a calendar shall do with it (3.7.2, RFC 5546); without it a mere file. An organizer would be a name, so none is there. */
  readonly method?: 'CANCEL';
  readonly appointments: readonly Appointment[];
}

const MAX_LINE_OCTETS = 75;
const DAY_MS = 86_400_000;
const DAY_MINUTES = 1_440;

const two = (value: number): string => String(value).padStart(2, '0');

/** The day of the Gregorian calendar so many days after 1970-01-01. Years begin in March, so a leap day is their last. */
const civilDay = (days: number): string => {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const leaps = Math.floor(dayOfEra / 1_460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leaps) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${String(year).padStart(4, '0')}${two(month)}${two(day)}`;
};

/** `20261124T080000Z`: a date with UTC time (RFC 5545, 3.3.5). Fractions of a second are dropped. */
export const icsTime = (at: Millis): string => {
  const days = Math.floor(at / DAY_MS);
  const seconds = Math.floor((at - days * DAY_MS) / 1_000);
  return `${civilDay(days)}T${two(Math.floor(seconds / 3_600))}${two(Math.floor(seconds / 60) % 60)}${two(seconds % 60)}Z`;
};

/** What a text value must not hold, but for the tab (RFC 5545, 3.3.11). */
const CONTROLS = /\p{Cc}/gu;

/** A TEXT value: backslash, semicolon, comma and line breaks escaped; other controls dropped. */
export const icsText = (text: string): string =>
  text
    .replace(/[\\;,]/g, (character) => `\\${character}`)
    .replace(/\r\n?|\n/g, '\\n')
    .replace(CONTROLS, (character) => (character === '\t' ? character : ''));

/** Folds at 75 octets without the line break, never inside a character (RFC 5545, 3.1). */
export const foldLine = (line: string): string => {
  const parts: string[] = [];
  let part = '';
  let octets = 0;
  for (const character of line) {
    const width = toUtf8(character).length;
    // A continuation begins with a space, which counts.
    if (octets + width > MAX_LINE_OCTETS) {
      parts.push(part);
      part = ' ';
      octets = 1;
    }
    part += character;
    octets += width;
  }
  return [...parts, part].join('\r\n');
};

/** `-P1D`, `-PT2H`, `-PT15M`: so long before (RFC 5545, 3.3.6). */
const before = (minutes: number): string => {
  if (minutes % DAY_MINUTES === 0) return `-P${minutes / DAY_MINUTES}D`;
  return minutes % 60 === 0 ? `-PT${minutes / 60}H` : `-PT${minutes}M`;
};

const reminder = (title: string, minutes: number): string[] => [
  'BEGIN:VALARM',
  'ACTION:DISPLAY',
  `DESCRIPTION:${title}`,
  `TRIGGER:${before(minutes)}`,
  'END:VALARM',
];

const eventLines = (appointment: Appointment): string[] => {
  const { uid, stamp, start, end, title, remindersMinutes, cancelled, sequence } = appointment;
  return [
    'BEGIN:VEVENT',
    `UID:${icsText(uid)}`,
    `DTSTAMP:${icsTime(stamp)}`,
    `DTSTART:${icsTime(start)}`,
    `DTEND:${icsTime(end)}`,
    `SUMMARY:${icsText(title)}`,
    ...(sequence === undefined ? [] : [`SEQUENCE:${sequence}`]),
    ...(cancelled === true ? ['STATUS:CANCELLED'] : []),
    ...remindersMinutes.flatMap((minutes) => reminder(icsText(title), minutes)),
    'END:VEVENT',
  ];
};

/** The whole file as text, each line ended by CRLF; in UTF-8 it is `text/calendar`. */
export const writeCalendar = ({ product, method, appointments }: Calendar): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    `PRODID:${icsText(product)}`,
    'CALSCALE:GREGORIAN',
    ...(method === undefined ? [] : [`METHOD:${method}`]),
    ...appointments.flatMap(eventLines),
    'END:VCALENDAR',
  ]
    .map((line) => `${foldLine(line)}\r\n`)
    .join('');
