import { expect, test } from 'vitest';
import type { Millis } from '#core/brand.ts';
import { makeSlots } from '#test/ui/fixture-slots.ts';
import { moved, moveWords, passedReason, wishRefusal } from '#ui/patient/wishes/wish-words.ts';

test.each([
  ['b', -1, ['b', 'a', 'c']],
  ['b', 1, ['a', 'c', 'b']],
  ['a', -1, ['a', 'b', 'c']],
  ['c', 1, ['a', 'b', 'c']],
  ['x', 1, ['a', 'b', 'c']],
] as const)('%s moved by %i', (id, by, order) => {
  expect(moved(['a', 'b', 'c'], id, by)).toEqual(order);
});

test('a refused wish says why in its own words', () => {
  const said = (['over-capacity', 'replayed', 'slot-gone', 'code-required'] as const).map(wishRefusal);
  expect(new Set(said).size).toBe(4);
});

test('what is asked before another time is requested names the time, the practice and the name that is sent', () => {
  const [slot] = makeSlots(Date.UTC(2026, 10, 21) as Millis, 1);
  const card = { ...slot!, ref: { ...slot!.ref, start: Date.UTC(2026, 10, 24, 8) as Millis } };
  const { title, text } = moveWords(card, 'Mondlicht', 'de');
  expect(title).toContain('09:00');
  expect(title).toContain('24. Nov.');
  expect(text).toContain(card.name);
  expect(text).toContain('Mondlicht');
});

test('a wish that was passed over says why, whatever it was', () => {
  const codes = ['slot-gone', 'slot-too-soon', 'code-required', 'unknown-key', 'replayed', 'over-capacity'] as const;
  const said = codes.map(passedReason);
  expect(new Set(said).size).toBe(codes.length);
  expect(passedReason(undefined)).toBe(passedReason('slot-gone'));
});
