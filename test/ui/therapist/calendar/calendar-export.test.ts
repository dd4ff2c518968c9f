import { describe, expect, test } from 'vitest';
import type { Millis, NodeAddress, OfferId, Plz } from '#core/brand.ts';
import type { InboxEntry, OfferView, OwnSlot } from '#host/rpc/api.ts';
import { exportedAppointments, practiceCalendarFile } from '#ui/therapist/calendar/calendar-export.ts';

const address = 'ab'.repeat(16) as NodeAddress;
const NOW = Date.UTC(2026, 10, 21, 12) as Millis;
const START = Date.UTC(2026, 10, 24, 8) as Millis;
const TITLES = {
  appointment: 'Termin',
  named: (name: string) => `Termin: ${name}`,
  free: 'Freier Termin',
  held: (title: string, how: string) => `${title} (${how === 'VIDEO' ? 'Video' : how})`,
};
const NEITHER = { free: false, names: false };

const slot = (state: OwnSlot['state'], more: Partial<OwnSlot> = {}): OwnSlot => ({
  start: START,
  state,
  requests: 0,
  confirmedFor: state === 'confirmed' ? 'Linde' : undefined,
  held: undefined,
  ...more,
});
const practice = (slots: readonly OwnSlot[], series = false) => ({
  address,
  offers: [
    {
      ...{ id: 3 as OfferId, type: 'SPRECHSTUNDE', verfahren: ['VT'], modalitaeten: ['VIDEO'], kostentraeger: ['GKV'] },
      ...{ minutes: 25, plz: '80799' as Plz, ageGroup: 'ADULTS', series, codeRequired: false },
      ...{ slots, announcedAt: undefined, spread: 'queued' },
    } as OfferView,
  ],
});
const entry = (phase: InboxEntry['phase'], start = START): InboxEntry => ({
  ...{ requestId: '0123456789abcdef', ref: { practice: address, offer: 3 as OfferId, start } },
  ...{ minutes: 25, type: 'SPRECHSTUNDE', modalitaeten: ['VIDEO'], receivedAt: NOW, deadline: NOW },
  ...{ phase, answer: undefined },
  ...{
    unseen: false,
    sender: '00',
    pseudonym: 'Linde',
    text: 'Mir geht es nicht gut.',
    code: '',
    note: 'Hinterhaus',
    held: undefined,
  },
});
const exported = (slots: readonly OwnSlot[], inbox: readonly InboxEntry[], choice = NEITHER) =>
  exportedAppointments(practice(slots), inbox, choice, TITLES, NOW);

describe("a practice's appointments as a file", () => {
  test('come back every week where the place is a weekly one, until they are called off; a free one does not', () => {
    const weekly = (slots: readonly OwnSlot[], inbox: readonly InboxEntry[]) =>
      exportedAppointments(practice(slots, true), inbox, { free: true, names: false }, TITLES, NOW);
    const [confirmed] = weekly([slot('confirmed')], [entry('confirmed')]);
    expect(confirmed).toMatchObject({ weekly: true });
    expect(practiceCalendarFile(confirmed === undefined ? [] : [confirmed])).toContain('RRULE:FREQ=WEEKLY');
    expect(weekly([slot('withdrawn')], [entry('called-off')])).toMatchObject([{ weekly: true, cancelled: true }]);
    expect(weekly([slot('free')], [])[0]?.weekly).toBeUndefined();
  });

  test('are those that are confirmed, with a neutral title and nobody in it', () => {
    const [only, ...others] = exported(
      [slot('confirmed'), slot('free', { start: (START + 1) as Millis })],
      [entry('confirmed')],
    );
    expect(others).toEqual([]);
    expect(only).toMatchObject({ title: 'Termin', start: START, end: START + 25 * 60_000, stamp: NOW });
    const file = practiceCalendarFile(only === undefined ? [] : [only]);
    for (const line of ['SUMMARY:Termin', 'DTSTART:20261124T080000Z', 'DTEND:20261124T082500Z'])
      expect(file.split('\r\n')).toContain(line);
    for (const told of ['Linde', 'Hinterhaus', 'nicht gut', address, '0123456789abcdef', 'herap', 'funk'])
      expect(file).not.toContain(told);
  });

  test('carry a pseudonym only where the practice wants it', () => {
    expect(exported([slot('confirmed')], [], { ...NEITHER, names: true })[0]?.title).toBe('Termin: Linde');
  });

  test('say how one is held where its offer left that open', () => {
    expect(exported([slot('confirmed', { confirmedHow: 'VIDEO' })], [])[0]?.title).toBe('Termin (Video)');
  });

  test('carry what is free only where the practice wants it, and never what is hidden', () => {
    const free = [slot('free'), slot('requested', { start: (START + 3_600_000) as Millis })];
    expect(exported(free, [])).toEqual([]);
    expect(exported(free, [], { ...NEITHER, free: true }).map(({ title }) => title)).toEqual(
      Array(2).fill('Freier Termin'),
    );
    // It may have been in a file before: then it is crossed out.
    expect(exported([slot('free', { hidden: true })], [], { ...NEITHER, free: true })[0]?.cancelled).toBe(true);
    expect(exported([slot('withdrawn')], [], { ...NEITHER, free: true })[0]?.cancelled).toBe(true);
    expect(exported([slot('withdrawn'), slot('past')], [])).toEqual([]);
  });

  test.each(['cancelled', 'called-off'] as const)('cross out what was %s, under the same uid', (phase) => {
    const [before] = exported([slot('confirmed')], [entry('confirmed')]);
    const [after] = exported([slot(phase === 'cancelled' ? 'free' : 'withdrawn')], [entry(phase)]);
    expect(after).toMatchObject({ uid: before?.uid, title: 'Termin', cancelled: true });
    expect(practiceCalendarFile(after === undefined ? [] : [after])).toContain('STATUS:CANCELLED');
    // Given to somebody else it stands again, as the same entry.
    const [again] = exported([slot('confirmed')], [entry(phase), entry('confirmed')]);
    expect(again).toEqual(before);
  });

  test('of what was only asked for, or of another slot, say nothing', () => {
    for (const phase of ['rejected', 'withdrawn', 'expired'] as const)
      expect(exported([slot('free')], [entry(phase)])).toEqual([]);
    expect(exported([slot('free')], [entry('cancelled', (START + 60_000) as Millis)])).toEqual([]);
  });

  test('come soonest first, each with a uid of its own', () => {
    const list = exported([slot('confirmed', { start: (START + 60_000) as Millis }), slot('confirmed')], []);
    expect(list.map(({ start }) => start)).toEqual([START, START + 60_000]);
    expect(new Set(list.map(({ uid }) => uid)).size).toBe(2);
  });
});
