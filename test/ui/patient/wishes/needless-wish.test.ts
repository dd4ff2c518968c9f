import { expect, test } from 'vitest';
import type { Millis } from '#core/brand.ts';
import type { RequestPhase, RequestView } from '#host/rpc/api.ts';
import { makeSlots } from '#test/ui/fixture-slots.ts';
import { isNeedless } from '#ui/patient/wishes/needless-wish.ts';

const slots = makeSlots(Date.UTC(2026, 10, 21) as Millis, 3);
const other = slots[0]!;
const wish = slots[1]!;
const BEFORE = (other.ref.start - 1) as Millis;
const request = (phase: RequestPhase): RequestView => ({ phase, slot: other }) as Partial<RequestView> as RequestView;
const passed = (refusal: 'superseded' | 'slot-gone') => ({ passed: [{ wishId: 'wish', slot: wish, refusal }] });

test('a wish is needless while the appointment that was confirmed instead stands', () => {
  expect(isNeedless(wish.ref, [request('confirmed')], passed('superseded'), BEFORE)).toBe(true);
  expect(isNeedless(wish.ref, [request('cancelled')], passed('superseded'), BEFORE)).toBe(false);
  expect(isNeedless(wish.ref, [request('confirmed')], passed('superseded'), other.ref.start)).toBe(false);
});

test('a wish that was dropped for another reason, and another slot, are not', () => {
  expect(isNeedless(wish.ref, [request('confirmed')], passed('slot-gone'), BEFORE)).toBe(false);
  expect(isNeedless(slots[2]!.ref, [request('confirmed')], passed('superseded'), BEFORE)).toBe(false);
});
