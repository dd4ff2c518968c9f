import type { Millis } from '#core/brand.ts';
import type { InboxEntry, RequestPhase, RequestView } from '#host/rpc/api.ts';

/**
 * What came since somebody last looked. One moment is kept for a patient's answers and one for a practice's requests; which
 * of them is about what is not written down.
 */
const ANSWERS: readonly RequestPhase[] = ['confirmed', 'rejected', 'expired', 'refused'];

/** Requests whose answer came after `readAt`. One's own cancellation is no news, the practice's is. */
export const unreadAnswers = (requests: readonly RequestView[], readAt: Millis): RequestView[] =>
  requests.filter(
    ({ phase, times, calledOff }) =>
      (ANSWERS.includes(phase) || calledOff !== undefined) && (times[phase] ?? 0) > readAt,
  );

/** Requests that came after `readAt` and wait, and appointments that were cancelled and not acknowledged. */
export const unreadRequests = (inbox: readonly InboxEntry[], readAt: Millis): number =>
  inbox.filter(({ phase, receivedAt, unseen }) => unseen || (phase === 'open' && receivedAt > readAt)).length;
