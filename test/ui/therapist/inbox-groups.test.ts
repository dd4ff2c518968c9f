import { expect, test } from 'vitest';
import type { Millis, NodeAddress, OfferId } from '#core/brand.ts';
import type { InboxEntry } from '#host/rpc/api.ts';
import { answered, openGroups } from '#ui/therapist/inbox-groups.ts';

const entry = (
  requestId: string,
  start: number,
  receivedAt: number,
  phase: InboxEntry['phase'] = 'open',
): InboxEntry => ({
  requestId,
  ref: { practice: 'ab'.repeat(16) as NodeAddress, offer: 0 as OfferId, start: start as Millis },
  minutes: 50,
  type: 'SPRECHSTUNDE',
  receivedAt: receivedAt as Millis,
  deadline: 0 as Millis,
  phase,
  answer: undefined,
  pseudonym: requestId,
  text: '',
  code: '',
  note: '',
  held: undefined,
});

const entries = [
  entry('late', 200, 5),
  entry('b', 100, 9),
  entry('a', 100, 3),
  entry('done', 100, 1, 'rejected'),
  entry('gone', 50, 2, 'cancelled'),
];

test('open requests stand by slot, the soonest slot and the earliest request first', () => {
  const groups = openGroups(entries);
  expect(groups.map((group) => group.entries.map((one) => one.requestId))).toEqual([['a', 'b'], ['late']]);
});

test('two offers at one time are two groups', () => {
  const other = { ...entry('x', 100, 1), ref: { ...entry('x', 100, 1).ref, offer: 1 as OfferId } };
  expect(openGroups([entry('a', 100, 3), other])).toHaveLength(2);
});

test('what was answered stands apart, the newest first', () => {
  expect(answered(entries).map((one) => one.requestId)).toEqual(['gone', 'done']);
});
