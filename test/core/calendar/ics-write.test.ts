import fc from 'fast-check';
import ICAL from 'ical.js';
import { describe, expect, test } from 'vitest';
import type { Millis } from '#core/brand.ts';
import { toUtf8 } from '#core/bytes/utf8.ts';
import { type Appointment, foldLine, icsText, icsTime, writeCalendar } from '#core/calendar/ics-write.ts';

const at = (text: string): Millis => Date.parse(text) as Millis;
const APPOINTMENT: Appointment = {
  uid: '0123456789abcdef',
  stamp: at('2026-11-21T15:40:00Z'),
  start: at('2026-11-24T08:00:00Z'),
  end: at('2026-11-24T08:50:00Z'),
  title: 'Termin',
  remindersMinutes: [1_440, 120],
};
const unfold = (text: string): string => text.replace(/\r\n[ \t]/g, '');
/** As RFC 5545, 3.3.11 reads a TEXT value. */
const readText = (text: string): string =>
  text.replace(/\\([\\;,nN])/g, (_, character: string) => (/n/i.test(character) ? '\n' : character));
/** Whole characters of every width; controls are judged apart. */
const typed = fc.string({
  unit: fc.oneof(
    fc.constantFrom('\\', ';', ',', '\n', 'n', 'ä', '🌱', ' ', 'e\u0301'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 200,
});

describe('a calendar file', () => {
  test('is, byte for byte', () => {
    expect(writeCalendar({ product: '-//Termin//DE', appointments: [APPOINTMENT] })).toBe(
      [
        'BEGIN:VCALENDAR',
        'VERSION:2.0',
        'PRODID:-//Termin//DE',
        'CALSCALE:GREGORIAN',
        'BEGIN:VEVENT',
        'UID:0123456789abcdef',
        'DTSTAMP:20261121T154000Z',
        'DTSTART:20261124T080000Z',
        'DTEND:20261124T085000Z',
        'SUMMARY:Termin',
        'BEGIN:VALARM',
        'ACTION:DISPLAY',
        'DESCRIPTION:Termin',
        'TRIGGER:-P1D',
        'END:VALARM',
        'BEGIN:VALARM',
        'ACTION:DISPLAY',
        'DESCRIPTION:Termin',
        'TRIGGER:-PT2H',
        'END:VALARM',
        'END:VEVENT',
        'END:VCALENDAR',
        '',
      ].join('\r\n'),
    );
  });

  test('that takes an appointment back says so, after the lines of before', () => {
    const appointments = [{ ...APPOINTMENT, remindersMinutes: [], cancelled: true, sequence: 1 }];
    const lines = writeCalendar({ product: '-//Termin//DE', method: 'CANCEL', appointments }).split('\r\n');
    expect(lines.slice(3, 5)).toEqual(['CALSCALE:GREGORIAN', 'METHOD:CANCEL']);
    expect(lines.slice(-6)).toEqual([
      'SUMMARY:Termin',
      'SEQUENCE:1',
      'STATUS:CANCELLED',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ]);
  });

  test('with a weekly appointment is, byte for byte', () => {
    const appointments = [{ ...APPOINTMENT, weekly: true, remindersMinutes: [1_440] }];
    expect(writeCalendar({ product: '-//Termin//DE', appointments })).toBe(
      [
        'BEGIN:VCALENDAR',
        'VERSION:2.0',
        'PRODID:-//Termin//DE',
        'CALSCALE:GREGORIAN',
        'BEGIN:VTIMEZONE',
        'TZID:Europe/Berlin',
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
        'BEGIN:VEVENT',
        'UID:0123456789abcdef',
        'DTSTAMP:20261121T154000Z',
        'DTSTART;TZID=Europe/Berlin:20261124T090000',
        'DTEND;TZID=Europe/Berlin:20261124T095000',
        'RRULE:FREQ=WEEKLY',
        'SUMMARY:Termin',
        'BEGIN:VALARM',
        'ACTION:DISPLAY',
        'DESCRIPTION:Termin',
        'TRIGGER:-P1D',
        'END:VALARM',
        'END:VEVENT',
        'END:VCALENDAR',
        '',
      ].join('\r\n'),
    );
  });

  test('a weekly appointment stays at its hour when the clocks change, as another reader counts it', () => {
    const text = writeCalendar({ product: 'x', appointments: [{ ...APPOINTMENT, weekly: true }] });
    const file = new ICAL.Component(ICAL.parse(text));
    const zone = new ICAL.Timezone(file.getFirstSubcomponent('vtimezone') ?? new ICAL.Component('vtimezone'));
    const event = new ICAL.Event(file.getFirstSubcomponent('vevent') ?? new ICAL.Component('vevent'));
    const steps = event.iterator();
    const local = new Intl.DateTimeFormat('sv-SE', {
      timeZone: 'Europe/Berlin',
      dateStyle: 'short',
      timeStyle: 'short',
    });
    for (let week = 0; week < 80; week++) {
      const next = steps.next();
      next.zone = zone;
      const day = new Date(Date.UTC(2026, 10, 24 + 7 * week)).toISOString().slice(0, 10);
      expect(local.format(next.toUnixTime() * 1_000)).toBe(`${day} 09:00`);
    }
  });

  test.each([
    [15, '-PT15M'],
    [90, '-PT90M'],
    [60, '-PT1H'],
    [2_880, '-P2D'],
  ])('reminds %i minutes before', (minutes, trigger) => {
    const text = writeCalendar({ product: 'x', appointments: [{ ...APPOINTMENT, remindersMinutes: [minutes] }] });
    expect(text).toContain(`\r\nTRIGGER:${trigger}\r\n`);
  });

  test('a title cannot end its line and begin another', () => {
    const title = 'Termin\r\nATTENDEE:mailto:a@example.org\nEND:VEVENT';
    const text = writeCalendar({ product: 'x', appointments: [{ ...APPOINTMENT, title, remindersMinutes: [] }] });
    expect(unfold(text).split('\r\n')).toContain('SUMMARY:Termin\\nATTENDEE:mailto:a@example.org\\nEND:VEVENT');
    expect(text.match(/^END:VEVENT/gm)).toHaveLength(1);
  });

  test('any calendar: lines of at most 75 octets, each ended by CRLF, and every title comes back', () => {
    fc.assert(
      fc.property(fc.array(typed, { maxLength: 5 }), (titles) => {
        const appointments = titles.map((title) => ({ ...APPOINTMENT, title }));
        const text = writeCalendar({ product: '-//Termin//DE', appointments });
        const lines = text.split('\r\n');
        expect(lines.pop()).toBe('');
        for (const line of lines) {
          expect(toUtf8(line).length).toBeLessThanOrEqual(75);
          expect(line).not.toMatch(/[\r\n]/);
        }
        const summaries = unfold(text)
          .split('\r\n')
          .filter((line) => line.startsWith('SUMMARY:'));
        expect(summaries.map((line) => readText(line.slice('SUMMARY:'.length)))).toEqual(titles);
      }),
    );
  });
});

describe('a time', () => {
  test('is what the platform says, in every year that a calendar writes', () => {
    const latest = Date.UTC(9_999, 11, 31, 23, 59, 59);
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1970, 0, 1), max: latest }), (milliseconds) => {
        const expected = `${new Date(milliseconds).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
        expect(icsTime(milliseconds as Millis)).toBe(expected);
      }),
    );
  });

  test.each(['2028-02-29T23:59:59Z', '2100-02-28T00:00:00Z', '2100-03-01T00:00:00Z', '2026-12-31T23:00:00Z'])(
    '%s',
    (text) => {
      expect(icsTime(at(text))).toBe(text.replace(/[-:]/g, ''));
    },
  );
});

describe('a text', () => {
  test.each([
    ['a;b,c\\d', 'a\\;b\\,c\\\\d'],
    ['one\r\ntwo\rthree\nfour', 'one\\ntwo\\nthree\\nfour'],
    ['bell\u0007, tab\t, null\u0000, next line\u0085', 'bell\\, tab\t\\, null\\, next line'],
    ['Übermorgen: "früh"', 'Übermorgen: "früh"'],
  ])('%j', (text, written) => {
    expect(icsText(text)).toBe(written);
  });
});

describe('a long line', () => {
  test('of exactly 75 octets stays, of 76 is folded', () => {
    expect(foldLine('x'.repeat(75))).toBe('x'.repeat(75));
    expect(foldLine('x'.repeat(76))).toBe(`${'x'.repeat(75)}\r\n x`);
  });

  test('is never folded inside a character', () => {
    expect(foldLine(`${'x'.repeat(74)}ä`)).toBe(`${'x'.repeat(74)}\r\n ä`);
    expect(foldLine(`${'x'.repeat(72)}🌱`)).toBe(`${'x'.repeat(72)}\r\n 🌱`);
  });

  test('unfolds to itself', () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 400 }).filter((text) => !/[\r\n]/.test(text));
    fc.assert(
      fc.property(line, (text) => {
        expect(unfold(foldLine(text))).toBe(text);
      }),
    );
  });
});
