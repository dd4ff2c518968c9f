import { expect, test } from 'vitest';
import type { Millis, NodeAddress } from '#core/brand.ts';
import type { RequestPhase, RequestView, SlotDetails } from '#host/rpc/api.ts';
import { makeSlots } from '#test/ui/fixture-slots.ts';
import { standingAppointment } from '#ui/patient/wishes/standing-appointment.ts';

const NOW = Date.UTC(2026, 10, 21) as Millis;
const HOUR = 3_600_000;
const [base] = makeSlots(NOW, 1);
const slot = (practice: string, hours: number): SlotDetails => ({
  ...base!,
  minutes: 50,
  ref: { ...base!.ref, practice: practice.repeat(32) as NodeAddress, start: (NOW + hours * HOUR) as Millis },
});
const request = (about: SlotDetails, phase: RequestPhase = 'confirmed'): RequestView => ({
  ...{ requestId: `${about.ref.practice[0]}-${about.ref.start}`, phase, times: {}, slot: about },
  ...{ refusal: undefined, cancelHeldAt: undefined, replaces: undefined },
  ...{ pseudonym: 'Mondlicht', text: '', note: '', deadline: 0 as Millis },
});
const relation = (looked: SlotDetails, ...own: RequestView[]) => standingAppointment(looked, own, NOW)?.relation;

test('nothing stands where nothing is confirmed, or where it is over', () => {
  expect(standingAppointment(slot('a', 5), [request(slot('b', 5), 'delivered')], NOW)).toBeUndefined();
  expect(standingAppointment(slot('a', 5), [request(slot('b', -5))], NOW)).toBeUndefined();
});

test('one at the same time is named first, then one of the same practice, then the next', () => {
  const [next, same, clash] = [request(slot('b', 2)), request(slot('a', 9)), request(slot('c', 5.5))];
  expect(standingAppointment(slot('a', 5), [same, clash, next], NOW)).toEqual({
    request: clash,
    relation: 'same-time',
    count: 3,
  });
  expect(relation(slot('a', 5), next, same)).toBe('same-practice');
  expect(standingAppointment(slot('a', 5), [request(slot('d', 8)), next], NOW)).toEqual({
    request: next,
    relation: 'other',
    count: 2,
  });
});

test('what ends as the other begins is not at the same time', () => {
  const ends = { ...slot('b', 4), minutes: 60 };
  expect(relation(slot('a', 5), request(ends))).toBe('other');
  expect(relation(slot('a', 5), request({ ...ends, minutes: 61 }))).toBe('same-time');
});
