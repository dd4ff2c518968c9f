import { expect, test } from 'vitest';
import type { Millis, NodeAddress, OfferId } from '#core/brand.ts';
import type { SlotRef } from '#host/rpc/api.ts';
import { isBegun, MAX_DRAFTS, ReserveDrafts } from '#ui/patient/reserve-drafts.ts';

const slot = (start: number): SlotRef => ({
  practice: 'ab'.repeat(16) as NodeAddress,
  offer: 0 as OfferId,
  start: start as Millis,
});
const fields = (pseudonym: string) => ({ pseudonym, code: '', text: 'Vormittags' });

test('what was begun comes back, under the same id; another slot knows nothing of it', () => {
  const drafts = new ReserveDrafts();
  const draft = { requestId: drafts.of(slot(1)).requestId, fields: fields('Mondlicht'), wish: 'VIDEO' as const };
  drafts.keep(slot(1), draft);
  expect(drafts.of(slot(1))).toEqual(draft);
  expect(drafts.of(slot(2)).fields).toEqual({ pseudonym: '', code: '', text: '' });
  expect(drafts.of(slot(2)).requestId).not.toBe(draft.requestId);
});

test('what was emptied or sent is gone, and so is all of it when the device is wiped', () => {
  const drafts = new ReserveDrafts();
  drafts.keep(slot(1), { requestId: 'a', fields: fields('Mondlicht') });
  drafts.keep(slot(1), { requestId: 'a', fields: { pseudonym: ' ', code: '', text: '' } });
  expect(isBegun(drafts.of(slot(1)).fields)).toBe(false);
  drafts.keep(slot(2), { requestId: 'b', fields: fields('Fuchs') });
  drafts.drop(slot(2));
  drafts.keep(slot(3), { requestId: 'c', fields: fields('Fuchs') });
  drafts.forget();
  expect([slot(2), slot(3)].some((ref) => isBegun(drafts.of(ref).fields))).toBe(false);
});

test('the one touched longest ago makes room', () => {
  const drafts = new ReserveDrafts();
  for (let start = 0; start < MAX_DRAFTS; start += 1) drafts.keep(slot(start), { requestId: 'x', fields: fields('a') });
  drafts.keep(slot(0), { requestId: 'x', fields: fields('b') });
  drafts.keep(slot(MAX_DRAFTS), { requestId: 'x', fields: fields('a') });
  expect(isBegun(drafts.of(slot(0)).fields)).toBe(true);
  expect(isBegun(drafts.of(slot(1)).fields)).toBe(false);
});
