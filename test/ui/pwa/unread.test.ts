import { expect, test } from 'vitest';
import type { Millis } from '#core/brand.ts';
import type { InboxEntry, RequestPhase, RequestView } from '#host/rpc/api.ts';
import { unreadAnswers, unreadRequests } from '#ui/pwa/unread.ts';

const READ = 1_000 as Millis;
const request = (phase: RequestPhase, at: number): RequestView =>
  ({ phase, times: { queued: 1 as Millis, [phase]: at as Millis } }) as Partial<RequestView> as RequestView;
const entry = (phase: InboxEntry['phase'], receivedAt: number, unseen = false): InboxEntry =>
  ({ phase, receivedAt: receivedAt as Millis, unseen }) as Partial<InboxEntry> as InboxEntry;

test('an answer is new until somebody has looked after it came', () => {
  for (const phase of ['confirmed', 'rejected', 'expired', 'refused'] as const) {
    expect(unreadAnswers([request(phase, 1_001)], READ)).toHaveLength(1);
    expect(unreadAnswers([request(phase, 1_000)], READ)).toEqual([]);
  }
});

test('what is under way and what a person cancelled is no news', () => {
  const phases = ['queued', 'sent', 'custody', 'delivered', 'cancelled'] as const;
  expect(
    unreadAnswers(
      phases.map((phase) => request(phase, 9_999)),
      READ,
    ),
  ).toEqual([]);
});

test('what a practice called off is news, and which request it is about is known', () => {
  const off: RequestView = { ...request('cancelled', 1_001), calledOff: { reason: 'illness', text: '' } };
  expect(unreadAnswers([request('cancelled', 1_001), off], READ)).toEqual([off]);
  expect(unreadAnswers([off], 1_001 as Millis)).toEqual([]);
});

test('a practice is told of requests that came since, and of cancellations until it acknowledges them', () => {
  expect(unreadRequests([entry('open', 1_001), entry('open', 999), entry('confirmed', 1_001)], READ)).toBe(1);
  expect(unreadRequests([entry('cancelled', 10, true), entry('cancelled', 10)], READ)).toBe(1);
});
