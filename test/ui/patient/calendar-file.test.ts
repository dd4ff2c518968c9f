import { describe, expect, test } from 'vitest';
import type { Millis } from '#core/brand.ts';
import { makeSlots } from '#test/ui/fixture-slots.ts';
import { calendarFile } from '#ui/patient/calendar-file.ts';

const [slot] = makeSlots(Date.UTC(2026, 10, 21) as Millis, 1);
const times = { confirmed: Date.UTC(2026, 10, 21, 12) as Millis };
const confirmed = {
  requestId: '0123456789abcdef',
  slot: { ...slot!, ref: { ...slot!.ref, start: Date.UTC(2026, 10, 24, 8) as Millis }, minutes: 50 },
  times,
  phase: 'confirmed' as const,
};

describe('a confirmed appointment as a file', () => {
  const file = calendarFile(confirmed, 'Termin');

  test('has its times in UTC, and reminders a day and two hours before', () => {
    for (const line of ['DTSTART:20261124T080000Z', 'DTEND:20261124T085000Z', 'TRIGGER:-P1D', 'TRIGGER:-PT2H'])
      expect(file.split('\r\n')).toContain(line);
  });

  test('says nothing of a practice, a place, a therapy or this app', () => {
    const names = [...new Set([...file.matchAll(/^([A-Z]+)[:;]/gm)].map(([, name]) => name))];
    expect(names.toSorted()).toEqual(
      // biome-ignore format: a list of names
      ['ACTION', 'BEGIN', 'CALSCALE', 'DESCRIPTION', 'DTEND', 'DTSTAMP', 'DTSTART', 'END', 'PRODID', 'SUMMARY', 'TRIGGER', 'UID', 'VERSION'],
    );
    for (const told of [slot!.name, slot!.place, slot!.profile.street, slot!.ref.practice, 'funk', 'herap', 'Praxis'])
      expect(file).not.toContain(told);
  });

  test('is the same whenever it is taken, and another for another request', () => {
    expect(calendarFile(confirmed, 'Termin')).toBe(file);
    expect(calendarFile({ ...confirmed, requestId: 'f'.repeat(16) }, 'Termin')).not.toBe(file);
  });
});

describe('an appointment that was cancelled, as a file', () => {
  const off = { confirmed: times.confirmed, cancelled: Date.UTC(2026, 10, 22, 7) as Millis };
  const file = calendarFile({ ...confirmed, phase: 'cancelled', times: off }, 'Abgesagt: Termin').split('\r\n');

  test('takes the same entry out again, and reminds of nothing', () => {
    const uid = calendarFile(confirmed, 'Termin')
      .split('\r\n')
      .find((line) => line.startsWith('UID:'));
    expect(file).toContain(uid);
    expect(file.join()).toContain('METHOD:CANCEL');
    for (const line of ['STATUS:CANCELLED', 'SEQUENCE:1', 'DTSTAMP:20261122T070000Z', 'DTSTART:20261124T080000Z'])
      expect(file).toContain(line);
    expect(file.join()).not.toContain('VALARM');
  });

  test('names nobody', () => {
    for (const told of [slot!.name, slot!.place, slot!.ref.practice, 'ORGANIZER', 'ATTENDEE'])
      expect(file.join()).not.toContain(told);
  });
});

describe('a weekly place as a file', () => {
  const weekly = { ...confirmed, slot: { ...confirmed.slot, series: true } };
  const file = calendarFile(weekly, 'Termin').split('\r\n');

  test('comes back every week at the same time in Berlin, without an end, with its reminders', () => {
    for (const line of [
      'DTSTART;TZID=Europe/Berlin:20261124T090000',
      'DTEND;TZID=Europe/Berlin:20261124T095000',
      'RRULE:FREQ=WEEKLY',
      'TRIGGER:-P1D',
      'TRIGGER:-PT2H',
    ])
      expect(file).toContain(line);
    expect(file.join()).not.toMatch(/COUNT|UNTIL/);
  });

  test('says nothing of a practice or a place either', () => {
    for (const told of [slot!.name, slot!.place, slot!.profile.street, slot!.ref.practice, 'funk', 'herap', 'Praxis'])
      expect(file.join()).not.toContain(told);
  });

  test('is taken out as a whole when it was cancelled', () => {
    const off = { confirmed: times.confirmed, cancelled: Date.UTC(2026, 10, 22, 7) as Millis };
    const gone = calendarFile({ ...weekly, phase: 'cancelled', times: off }, 'Abgesagt: Termin').split('\r\n');
    for (const line of [
      'METHOD:CANCEL',
      'STATUS:CANCELLED',
      'RRULE:FREQ=WEEKLY',
      file.find((one) => one.startsWith('UID:')),
    ])
      expect(gone).toContain(line);
    expect(gone.join()).not.toMatch(/VALARM|RECURRENCE-ID/);
  });
});
