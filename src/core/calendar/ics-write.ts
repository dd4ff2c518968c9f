import type { DayNumber, Millis } from '#core/brand.ts';
import { toUtf8 } from '#core/bytes/utf8.ts';
import { berlinWall } from '#core/calendar/berlin-time.ts';
import { dayText } from '#core/calendar/civil-day.ts';

/**
 * Writes calendar files (iCalendar, RFC 5545): single appointments in UTC, so that no time zone has to travel with them;
 * weekly ones in Berlin's, so that 09:00 stays 09:00 when the clocks change; with reminders. What stands in a title is up to the caller; nothing is added that says what a calendar is about.
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
  /** Every week at the same time, without an end: how long is for those who meet to agree (3.8.5.3). */
  readonly weekly?: boolean;
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
const ZONE = 'Europe/Berlin';

const two = (value: number): string => String(value).padStart(2, '0');
const dayDigits = (day: DayNumber): string => dayText(day).replaceAll('-', '');

/** `20261124T080000Z`: a date with UTC time (RFC 5545, 3.3.5). Fractions of a second are dropped. */
export const icsTime = (at: Millis): string => {
  const days = Math.floor(at / DAY_MS) as DayNumber;
  const seconds = Math.floor((at - days * DAY_MS) / 1_000);
  return `${dayDigits(days)}T${two(Math.floor(seconds / 3_600))}${two(Math.floor(seconds / 60) % 60)}${two(seconds % 60)}Z`;
};

/** `20261124T090000`: what a clock in Berlin shows, without seconds: appointments begin at whole minutes. */
const wallTime = (at: Millis): string => {
  const { day, minute } = berlinWall(at);
  return `${dayDigits(day)}T${two(Math.floor(minute / 60))}${two(minute % 60)}00`;
};

/** When Berlin's clocks change (3.6.5; Directive 2000/84/EC): the rules since 1996, as they hold for every time to come. */
const ZONE_LINES: readonly string[] = [
  'BEGIN:VTIMEZONE',
  `TZID:${ZONE}`,
  'BEGIN:DAYLIGHT',
  'DTSTART:19960331T020000',
  'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
  'TZOFFSETFROM:+0100',
  'TZOFFSETTO:+0200',
  'TZNAME:CEST',
  'END:DAYLIGHT',
  'BEGIN:STANDARD',
  'DTSTART:19961027T030000',
  'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
  'TZOFFSETFROM:+0200',
  'TZOFFSETTO:+0100',
  'TZNAME:CET',
  'END:STANDARD',
  'END:VTIMEZONE',
];

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

const timeLines = ({ start, end, weekly }: Appointment): string[] =>
  weekly === true
    ? [`DTSTART;TZID=${ZONE}:${wallTime(start)}`, `DTEND;TZID=${ZONE}:${wallTime(end)}`, 'RRULE:FREQ=WEEKLY']
    : [`DTSTART:${icsTime(start)}`, `DTEND:${icsTime(end)}`];

const eventLines = (appointment: Appointment): string[] => {
  const { uid, stamp, title, remindersMinutes, cancelled, sequence } = appointment;
  return [
    'BEGIN:VEVENT',
    `UID:${icsText(uid)}`,
    `DTSTAMP:${icsTime(stamp)}`,
    ...timeLines(appointment),
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
    ...(appointments.some(({ weekly }) => weekly === true) ? ZONE_LINES : []),
    ...appointments.flatMap(eventLines),
    'END:VCALENDAR',
  ]
    .map((line) => `${foldLine(line)}\r\n`)
    .join('');
