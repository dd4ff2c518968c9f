import { expect, test } from 'vitest';
import type { Millis } from '#core/brand.ts';
import type { RequestPhase, RequestView, WishesView } from '#host/rpc/api.ts';
import { makeSlots } from '#test/ui/fixture-slots.ts';
import { slotStep } from '#ui/patient/wishes/slot-step.ts';

const slots = makeSlots(Date.UTC(2026, 10, 21) as Millis, 6);
const request = (index: number, phase: RequestPhase, queued = index): RequestView => ({
  ...{ requestId: `request-${index}`, phase, times: { queued: queued as Millis }, slot: slots[index]! },
  ...{ refusal: undefined, cancelHeldAt: undefined, replaces: undefined },
  ...{ pseudonym: 'Mondlicht', text: '', note: '', deadline: 0 as Millis },
});
const waiting = (current: string | undefined, ...indexes: number[]): WishesView => ({
  current,
  waiting: indexes.map((index) => ({ wishId: `wish-${index}`, slot: slots[index]!, refusal: undefined })),
  passed: [],
});
const { ref } = slots[5]!;

test('without an open request it is simply asked for', () => {
  expect(slotStep(ref, [], waiting(undefined))).toEqual({ kind: 'ask' });
  const ended = (['confirmed', 'rejected', 'expired', 'cancelled', 'refused'] as const).map((phase, index) =>
    request(index, phase),
  );
  expect(slotStep(ref, ended, waiting(undefined))).toEqual({ kind: 'ask' });
});

test.each(['queued', 'sent', 'custody', 'delivered'] as const)('behind one that is %s it can wait', (phase) => {
  const open = request(0, phase);
  expect(slotStep(ref, [open], waiting(undefined))).toEqual({ kind: 'wish', after: open });
});

test('behind the newest, or behind the one where others wait already', () => {
  const [older, newer] = [request(0, 'sent', 1), request(1, 'sent', 2)];
  expect(slotStep(ref, [older, newer], waiting(undefined))).toEqual({ kind: 'wish', after: newer });
  expect(slotStep(ref, [older, newer], waiting(older.requestId, 2))).toEqual({ kind: 'wish', after: older });
});

test('a wish that waits is not offered again, and a third does not fit', () => {
  const open = request(0, 'delivered');
  expect(slotStep(ref, [open], waiting(open.requestId, 5))).toEqual({ kind: 'kept' });
  expect(slotStep(ref, [open], waiting(open.requestId, 2, 3))).toEqual({ kind: 'full', after: open });
});

test('where wishes wait behind one that has ended, another open request does not take more', () => {
  const [ended, open] = [request(0, 'expired'), request(1, 'sent')];
  expect(slotStep(ref, [ended, open], waiting(ended.requestId, 2))).toEqual({ kind: 'full', after: open });
});
