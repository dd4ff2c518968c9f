import { expect, test } from 'vitest';
import type { Millis } from '#core/brand.ts';
import { HOUR } from '#core/domain/limits.ts';
import { createAnswersBefore } from '#ui/kiosk/answers-before.ts';

const NOW = Date.UTC(2026, 10, 22) as Millis;
const later = (ms: number) => (NOW + ms) as Millis;

test('what came to a question is skipped when it is asked again, by whomever, and not in another question', () => {
  const before = createAnswersBefore();
  expect(before.skip('GKV 80 false', NOW)).toBe(0);
  before.note('GKV 80 false', 'first', 4, NOW);
  before.note('GKV 80 false', 'first', 4, NOW);
  expect(before.skip('GKV 80 false', NOW)).toBe(4);
  before.note('GKV 80 false', 'second', 3, NOW);
  expect(before.skip('GKV 80 false', NOW)).toBe(7);
  expect(before.skip('PKV 80 false', NOW)).toBe(0);
});

test('an hour after it was first asked it begins at the first again', () => {
  const before = createAnswersBefore();
  before.note('GKV', 'first', 4, NOW);
  before.note('GKV', 'end', 0, later(1));
  before.note('GKV', 'second', 2, later(HOUR - 1));
  expect(before.skip('GKV', later(HOUR - 1))).toBe(6);
  expect(before.skip('GKV', later(HOUR))).toBe(0);
  before.note('GKV', 'third', 3, later(HOUR));
  expect(before.skip('GKV', later(HOUR))).toBe(3);
});
