/** When a visitor has gone. */
import { expect, test } from 'vitest';
import { IDLE_AFTER, IDLE_AFTER_CODE, idleState, WARNED_FOR } from '#ui/kiosk/idle-watch.ts';

test('before the first touch nobody is there, however long', () => {
  expect(idleState(undefined, 10 * IDLE_AFTER)).toEqual({ kind: 'nobody' });
});

test('a minute without a touch, the last seconds of it counted', () => {
  const at = 5_000;
  expect(idleState(at, at)).toEqual({ kind: 'here' });
  expect(idleState(at, at + IDLE_AFTER - WARNED_FOR - 1)).toEqual({ kind: 'here' });
  expect(idleState(at, at + IDLE_AFTER - WARNED_FOR)).toEqual({ kind: 'warned', seconds: WARNED_FOR / 1_000 });
  expect(idleState(at, at + IDLE_AFTER - 1)).toEqual({ kind: 'warned', seconds: 1 });
  expect(idleState(at, at + IDLE_AFTER)).toEqual({ kind: 'gone' });
});

test('whoever comes back to a screen that slept finds nothing of before', () => {
  expect(idleState(5_000, 5_000 + 24 * IDLE_AFTER)).toEqual({ kind: 'gone' });
});

test('beside a pick-up code three minutes pass before anything is counted', () => {
  const after = (ms: number) => idleState(5_000, 5_000 + ms, IDLE_AFTER_CODE);
  expect(after(180_000 - 1)).toEqual({ kind: 'here' });
  expect(after(180_000)).toEqual({ kind: 'warned', seconds: WARNED_FOR / 1_000 });
  expect(after(IDLE_AFTER_CODE - 1)).toEqual({ kind: 'warned', seconds: 1 });
  expect(after(IDLE_AFTER_CODE)).toEqual({ kind: 'gone' });
});
