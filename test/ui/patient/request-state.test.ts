import { expect, test } from 'vitest';
import type { Millis } from '#core/brand.ts';
import { cancelNews, isAnswered, requestState } from '#ui/patient/request-state.ts';

const NOW = Date.UTC(2026, 10, 21) as Millis;

test.each([
  ['slot-taken', 'taken'],
  ['slot-gone', 'gone'],
  [undefined, 'declined'],
  ['over-capacity', 'declined'],
] as const)('a rejection for %s is %s', (refusal, state) => {
  expect(requestState({ phase: 'rejected', times: { rejected: NOW }, refusal })).toBe(state);
});

test('what had been confirmed is called off, anything else is taken back', () => {
  const times = { cancelled: NOW };
  expect(requestState({ phase: 'cancelled', times, refusal: undefined })).toBe('taken-back');
  expect(requestState({ phase: 'cancelled', times: { ...times, confirmed: NOW }, refusal: undefined })).toBe(
    'called-off',
  );
});

test('what the practice called off is that, heard of as confirmed before or not', () => {
  const calledOff = { reason: 'illness', text: '' } as const;
  for (const times of [{ cancelled: NOW }, { confirmed: NOW, cancelled: NOW }])
    expect(requestState({ phase: 'cancelled', times, refusal: undefined, calledOff })).toBe('practice-off');
});

test.each(['queued', 'sent', 'custody', 'delivered', 'confirmed', 'expired', 'refused'] as const)(
  '%s is what it is',
  (phase) => {
    expect(requestState({ phase, times: { [phase]: NOW }, refusal: 'slot-taken' })).toBe(phase);
  },
);

test('the word of a cancellation waits until somebody has it, and is not needed where nothing had left', () => {
  expect(cancelNews({ times: { queued: NOW }, cancelHeldAt: undefined })).toBe('unneeded');
  expect(cancelNews({ times: { queued: NOW }, shownAt: NOW, cancelHeldAt: undefined })).toBe('shown');
  const arrived = { queued: NOW, delivered: NOW };
  expect(cancelNews({ times: arrived, shownAt: NOW, cancelHeldAt: undefined })).toBe('waiting');
  expect(cancelNews({ times: { queued: NOW, sent: NOW }, cancelHeldAt: undefined })).toBe('waiting');
  expect(cancelNews({ times: { queued: NOW, sent: NOW }, cancelHeldAt: NOW })).toBe('held');
  expect(cancelNews({ times: { queued: NOW, sent: NOW }, cancelHeldAt: NOW, practiceMoved: true })).toBe('moved');
});

test('there is an answer once the practice has said yes or no, not when time or the person ended it', () => {
  for (const phase of ['confirmed', 'rejected', 'refused'] as const) expect(isAnswered({ phase })).toBe(true);
  for (const phase of ['queued', 'sent', 'custody', 'delivered', 'expired', 'cancelled'] as const)
    expect(isAnswered({ phase })).toBe(false);
  expect(isAnswered({ phase: 'cancelled', calledOff: { reason: 'illness', text: '' } })).toBe(true);
});
