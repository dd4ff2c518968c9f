/** Calendar files as programs write them, and as nobody should: times come out, or a reason and nothing. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Millis } from '#core/brand.ts';
import { readBusy } from '#ui/therapist/calendar/read-busy.ts';

const NOW = Date.parse('2026-10-01T08:00:00Z') as Millis;
const calendar = (...lines: string[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Test//DE', ...lines, 'END:VCALENDAR', ''].join('\r\n');
const event = (...lines: string[]): string =>
  ['BEGIN:VEVENT', 'UID:1', 'DTSTAMP:20260901T000000Z', ...lines, 'END:VEVENT'].join('\r\n');
const busyOf = (...lines: string[]): string[] => {
  const read = readBusy(calendar(...lines), NOW);
  if (!read.ok) return [read.code];
  const text = (at: Millis): string => new Date(at).toISOString().slice(0, 16);
  return read.value.busy.map(({ from, to }) => `${text(from)} ${text(to)}`);
};

const BERLIN = `BEGIN:VTIMEZONE
TZID:Mitteleuropa
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE`.replaceAll('\n', '\r\n');

describe('times', () => {
  test('in UTC, with an end or a duration', () => {
    expect(busyOf(event('DTSTART:20261005T070000Z', 'DTEND:20261005T080000Z'))).toEqual([
      '2026-10-05T07:00 2026-10-05T08:00',
    ]);
    expect(busyOf(event('DTSTART:20261005T070000Z', 'DURATION:PT90M'))).toEqual(['2026-10-05T07:00 2026-10-05T08:30']);
  });
  test('in a zone that the file defines, across the change of clocks', () => {
    const weekly = event('DTSTART;TZID=Mitteleuropa:20261019T090000', 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY;COUNT=2');
    expect(busyOf(BERLIN, weekly)).toEqual(['2026-10-19T07:00 2026-10-19T08:00', '2026-10-26T08:00 2026-10-26T09:00']);
  });
  test('without a zone, or with a name for Berlin that is not defined', () => {
    for (const start of ['DTSTART:20261026T090000', 'DTSTART;TZID=W. Europe Standard Time:20261026T090000'])
      expect(busyOf(event(start, 'DURATION:PT1H'))).toEqual(['2026-10-26T08:00 2026-10-26T09:00']);
  });
  test('whole days are whole in Berlin, also the one of 25 hours', () => {
    expect(busyOf(event('DTSTART;VALUE=DATE:20261025', 'DTEND;VALUE=DATE:20261026'))).toEqual([
      '2026-10-24T22:00 2026-10-25T23:00',
    ]);
    expect(busyOf(event('DTSTART;VALUE=DATE:20261025'))).toEqual(['2026-10-24T22:00 2026-10-25T23:00']);
  });
  test('that take no time are left out: transparent, cancelled, without length, over, too far', () => {
    const at = ['DTSTART:20261005T070000Z', 'DTEND:20261005T080000Z'];
    expect(busyOf(event(...at, 'TRANSP:TRANSPARENT'))).toEqual([]);
    expect(busyOf(event(...at, 'STATUS:CANCELLED'))).toEqual([]);
    expect(busyOf(event('DTSTART:20261005T070000Z'))).toEqual([]);
    expect(busyOf(event('DTSTART:20260905T070000Z', 'DTEND:20260905T080000Z'))).toEqual([]);
    expect(busyOf(event('DTSTART:20270905T070000Z', 'DTEND:20270905T080000Z'))).toEqual([]);
  });
  test('that meet are one', () => {
    const first = event('DTSTART:20261005T070000Z', 'DTEND:20261005T080000Z');
    const second = event('DTSTART:20261005T073000Z', 'DTEND:20261005T090000Z').replace('UID:1', 'UID:2');
    expect(busyOf(first, second)).toEqual(['2026-10-05T07:00 2026-10-05T09:00']);
  });
});

describe('what recurs', () => {
  const start = ['DTSTART:20261005T070000Z', 'DTEND:20261005T080000Z'];
  test('ends with the horizon when it has no end, and began long ago', () => {
    const daily = busyOf(event('DTSTART:19990104T070000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY'));
    expect(daily[0]).toBe('2026-10-01T07:00 2026-10-01T08:00');
    expect(daily).toHaveLength(182);
  });
  test('has days left out and days added', () => {
    const rules = ['RRULE:FREQ=WEEKLY;COUNT=3', 'EXDATE:20261012T070000Z', 'RDATE:20261014T070000Z'];
    expect(busyOf(event(...start, ...rules))).toEqual([
      '2026-10-05T07:00 2026-10-05T08:00',
      '2026-10-14T07:00 2026-10-14T08:00',
      '2026-10-19T07:00 2026-10-19T08:00',
    ]);
  });
  test('and was moved or cancelled once', () => {
    const rule = event(...start, 'RRULE:FREQ=WEEKLY;COUNT=3');
    const moved = event('RECURRENCE-ID:20261012T070000Z', 'DTSTART:20261013T070000Z', 'DTEND:20261013T073000Z');
    const off = event('RECURRENCE-ID:20261019T070000Z', ...start, 'STATUS:CANCELLED');
    expect(busyOf(rule, moved, off)).toEqual([
      '2026-10-05T07:00 2026-10-05T08:00',
      '2026-10-13T07:00 2026-10-13T07:30',
    ]);
  });
});

describe('refused', () => {
  const at = ['DTSTART:20261005T070000Z', 'DTEND:20261005T080000Z'];
  test.each([
    ['nothing', '', 'not-a-calendar'],
    ['a page', '<!doctype html><html><script>alert(1)</script></html>', 'not-a-calendar'],
    ['a picture', '\u0089PNG\r\n\u001a\n', 'not-a-calendar'],
    ['a visiting card', 'BEGIN:VCARD\r\nVERSION:4.0\r\nFN:A\r\nEND:VCARD\r\n', 'not-a-calendar'],
    ['a file that ends too soon', calendar(event(...at)).slice(0, 120), 'malformed'],
    ['a calendar with a script', calendar(event(...at, 'DESCRIPTION:<script>alert(1)</script>')), 'scripted'],
    ['a script across folded lines', calendar(event(...at, 'DESCRIPTION:<scr\r\n ipt>alert(1)')), 'scripted'],
    ['a link that runs', calendar(event(...at, 'URL:javascript:alert(1)')), 'scripted'],
    ['an event without a start', calendar(event('SUMMARY:x')), 'malformed'],
    ['an event that is not closed', calendar('BEGIN:VEVENT', ...at), 'malformed'],
    ['a date that is none', calendar(event('DTSTART:2026')), 'malformed'],
    ['a rule that is none', calendar(event(...at, 'RRULE:FREQ=SOMETIMES')), 'malformed'],
    ['a line that is none', calendar(event(...at, 'what is this')), 'malformed'],
    [
      'a zone that is not defined',
      calendar(event('DTSTART;TZID=Mars/Olympus:20261005T070000', 'DURATION:PT1H')),
      'unknown-zone',
    ],
    ['an event of every second', calendar(event(...at, 'RRULE:FREQ=SECONDLY')), 'endless'],
    [
      'one since the year 1',
      calendar(event('DTSTART:00010101T070000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY')),
      'endless',
    ],
  ])('%s', (_, text, code) => {
    expect(readBusy(text, NOW)).toEqual({ ok: false, code });
  });
  test('more busy times than are kept', () => {
    const many = event('DTSTART:20261001T000000Z', 'DURATION:PT30M', 'RRULE:FREQ=HOURLY');
    expect(readBusy(calendar(many), NOW)).toEqual({ ok: false, code: 'too-many' });
  });
});

test('nothing of an event comes out but its times', () => {
  const read = readBusy(
    calendar(
      event(
        'DTSTART:20261005T070000Z',
        'DURATION:PT1H',
        'SUMMARY:Frau Geheim',
        'LOCATION:Haus',
        'ATTENDEE:mailto:a@b.de',
      ),
    ),
    NOW,
  );
  expect(JSON.stringify(read)).not.toMatch(/Geheim|Haus|mailto/);
});

test('whatever the lines are, it answers and never throws', () => {
  const line = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.constantFrom('BEGIN:VEVENT', 'END:VEVENT', 'BEGIN:VTIMEZONE', 'END:VTIMEZONE', 'DTSTART:20261005T070000Z'),
    fc.constantFrom('RRULE:FREQ=DAILY', 'RRULE:COUNT=3', 'DTSTART;TZID=X:20261005T070000', 'DURATION:P1D', 'EXDATE:0'),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      expect(typeof readBusy(calendar(...lines), NOW).ok).toBe('boolean');
    }),
  );
});
