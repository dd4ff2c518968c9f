import { expect, test } from 'vitest';
import type { Millis } from '#core/brand.ts';
import type { RequestView } from '#host/rpc/api.ts';
import { makeSlots } from '#test/ui/fixture-slots.ts';
import { askedBefore } from '#ui/patient/asked-before.ts';

const [slot, other] = makeSlots(Date.UTC(2026, 10, 21) as Millis, 2);
const request = (given: Partial<RequestView>, queued = 1): RequestView => ({
  ...{ requestId: `request-${queued}`, phase: 'rejected', times: { queued: queued as Millis }, slot: slot! },
  ...{ refusal: undefined, cancelHeldAt: undefined, replaces: undefined },
  ...{ pseudonym: 'Mondlicht', text: '', note: '', deadline: 0 as Millis },
  ...given,
});
const answerOf = (...requests: RequestView[]) => askedBefore(slot!.ref, requests)?.answer;

test.each([
  ['declined by a person', request({}), 'declined'],
  ['declined by a rule', request({ refusal: 'blocked' }), 'declined'],
  ['given to somebody else', request({ refusal: 'slot-taken' }), 'lost'],
  ['withdrawn', request({ refusal: 'slot-gone' }), 'lost'],
  ['called off by the practice', request({ phase: 'cancelled', calledOff: { reason: 'other', text: '' } }), 'off'],
  ['given back', request({ phase: 'cancelled', times: { queued: 1 as Millis, confirmed: 2 as Millis } }), 'own'],
] as const)('%s: it is marked', (_, asked, answer) => {
  expect(answerOf(asked)).toBe(answer);
});

test.each(['queued', 'delivered', 'confirmed', 'cancelled', 'expired', 'refused'] as const)(
  '%s is no answer of before',
  (phase) => {
    expect(answerOf(request({ phase }))).toBeUndefined();
  },
);

test('another slot is not marked for it', () => {
  expect(answerOf(request({ slot: { ...slot!, ref: { ...slot!.ref, start: other!.ref.start } } }))).toBeUndefined();
  expect(answerOf()).toBeUndefined();
});

test('the last answer counts, wherever it stands', () => {
  const [declined, open] = [request({}, 1), request({ phase: 'sent' }, 2)];
  expect(answerOf(declined, open)).toBeUndefined();
  expect(answerOf(open, declined)).toBeUndefined();
  expect(answerOf(request({ phase: 'cancelled' }, 1), request({}, 2))).toBe('declined');
  expect(askedBefore(slot!.ref, [declined])?.request).toBe(declined);
});
