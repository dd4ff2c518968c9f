import { expect, test } from 'vitest';
import type { Millis } from '#core/brand.ts';
import type { InboxEntry, RequestPhase, RequestView } from '#host/rpc/api.ts';
import { lookedAtUntil, unreadAnswers, unreadRequests, withLookedAt } from '#ui/pwa/unread.ts';

const READ = 1_000 as Millis;
const request = (requestId: string, phase: RequestPhase, at = 1): RequestView =>
  ({ requestId, phase, times: { queued: 1 as Millis, [phase]: at as Millis } }) as Partial<RequestView> as RequestView;
const calledOff = (requestId: string): RequestView => ({
  ...request(requestId, 'cancelled'),
  calledOff: { reason: 'illness', text: '' },
});
const entry = (phase: InboxEntry['phase'], receivedAt: number, unseen = false): InboxEntry =>
  ({ phase, receivedAt: receivedAt as Millis, unseen }) as Partial<InboxEntry> as InboxEntry;

test('an answer is new until somebody has looked at it', () => {
  for (const phase of ['confirmed', 'rejected', 'expired', 'refused'] as const) {
    const answered = request('a', phase);
    expect(unreadAnswers([answered], [])).toEqual([answered]);
    expect(unreadAnswers([answered], withLookedAt([], [answered]))).toEqual([]);
  }
});

test('what is under way and what a person cancelled is no news', () => {
  const phases = ['queued', 'sent', 'custody', 'delivered', 'cancelled'] as const;
  const requests = phases.map((phase) => request(phase, phase));
  expect(unreadAnswers(requests, [])).toEqual([]);
  expect(withLookedAt([], requests)).toEqual([]);
});

test('whoever looks at one answer has not looked at the other', () => {
  const a = request('a', 'confirmed');
  const b = request('b', 'rejected');
  expect(unreadAnswers([a, b], withLookedAt([], [a]))).toEqual([b]);
});

test('an answer that was made before the last look and came after it is news', () => {
  const looked = withLookedAt([], [request('a', 'confirmed', 5_000)]);
  const pickedUp = request('b', 'confirmed', 60);
  expect(unreadAnswers([request('a', 'confirmed', 5_000), pickedUp], looked)).toEqual([pickedUp]);
});

test('who looked while a request was open has not seen its answer', () => {
  const answered = request('a', 'confirmed');
  expect(unreadAnswers([answered], withLookedAt([], [request('a', 'delivered')]))).toEqual([answered]);
});

test('what a practice called off is news, also after its confirmation was looked at', () => {
  const looked = withLookedAt([], [request('a', 'confirmed')]);
  const off = calledOff('a');
  expect(unreadAnswers([request('b', 'cancelled'), off], looked)).toEqual([off]);
  expect(unreadAnswers([off], withLookedAt(looked, [off]))).toEqual([]);
});

test('the newest 200 looks are kept; who looks again makes an old one new', () => {
  const many = Array.from({ length: 200 }, (_, index) => request(`r${index}`, 'confirmed'));
  const looked = withLookedAt([], many);
  const [first, second] = many as [RequestView, RequestView];
  const again = withLookedAt(withLookedAt(looked, [first]), [request('x', 'rejected')]);
  expect(again).toHaveLength(200);
  expect(unreadAnswers(many, again)).toEqual([second]);
});

test('where only a moment was kept, what was answered until then was looked at', () => {
  const [old, off, later] = [request('a', 'confirmed', 1_000), calledOff('b'), request('c', 'confirmed', 1_001)];
  const looked = lookedAtUntil([old, off, later, request('d', 'delivered', 10)], READ);
  expect(unreadAnswers([old, off, later], looked)).toEqual([later]);
  expect(unreadAnswers([request('d', 'confirmed', 10)], looked)).toHaveLength(1);
});

test('a practice is told of requests that came since, and of cancellations until it acknowledges them', () => {
  expect(unreadRequests([entry('open', 1_001), entry('open', 999), entry('confirmed', 1_001)], READ)).toBe(1);
  expect(unreadRequests([entry('cancelled', 10, true), entry('cancelled', 10)], READ)).toBe(1);
});
