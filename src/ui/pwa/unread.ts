import type { Millis } from '#core/brand.ts';
import type { InboxEntry, RequestPhase, RequestView } from '#host/rpc/api.ts';

/**
 * What came since somebody last looked. For a practice's requests one moment is kept. For a patient's answers it is kept
 * which of them were looked at: nobody looks at all of them at once, and an answer that is picked up with a code was made
 * before it came.
 */
const ANSWERS: readonly RequestPhase[] = ['confirmed', 'rejected', 'expired', 'refused'];
/** The oldest are dropped. */
const MAX_LOOKED_AT = 200;

/** One's own cancellation is no answer, the practice's is. */
const isAnswer = ({ phase, calledOff }: RequestView): boolean => ANSWERS.includes(phase) || calledOff !== undefined;

/** A confirmation that is called off later is another answer to the same request. */
const answerOf = ({ requestId, phase, calledOff }: RequestView): string =>
  `${requestId}/${calledOff === undefined ? phase : 'called-off'}`;

/** Requests with an answer that is not among those that were looked at. */
export const unreadAnswers = (requests: readonly RequestView[], lookedAt: readonly string[]): RequestView[] =>
  requests.filter((request) => isAnswer(request) && !lookedAt.includes(answerOf(request)));

/** What was looked at, with the answers of `requests` as the newest. */
export const withLookedAt = (lookedAt: readonly string[], requests: readonly RequestView[]): readonly string[] => {
  const now = requests.filter(isAnswer).map(answerOf);
  return [...lookedAt.filter((one) => !now.includes(one)), ...now].slice(-MAX_LOOKED_AT);
};

/** What was looked at as far as one moment tells it, where nothing else was kept. */
export const lookedAtUntil = (requests: readonly RequestView[], readAt: Millis): readonly string[] =>
  withLookedAt(
    [],
    requests.filter(({ phase, times }) => (times[phase] ?? 0) <= readAt),
  );

/** Requests that came after `readAt` and wait, and appointments that were cancelled and not acknowledged. */
export const unreadRequests = (inbox: readonly InboxEntry[], readAt: Millis): number =>
  inbox.filter(({ phase, receivedAt, unseen }) => unseen || (phase === 'open' && receivedAt > readAt)).length;
