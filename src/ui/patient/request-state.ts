import type { RequestPhase, RequestView } from '#host/rpc/api.ts';

/**
 * What a request is to the person: its phase, where a rejection and a cancellation each mean several things. `declined`: a
 * person at the practice said no. `taken`: somebody else got the slot. `gone`: it is not offered any more. `called-off`: it
 * had been confirmed, `practice-off` if the practice did that. `taken-back`: it had not.
 */
export type RequestState =
  | Exclude<RequestPhase, 'rejected' | 'cancelled'>
  | 'declined'
  | 'taken'
  | 'gone'
  | 'called-off'
  | 'practice-off'
  | 'taken-back';

export const requestState = ({
  phase,
  times,
  refusal,
  calledOff,
}: Pick<RequestView, 'phase' | 'times' | 'refusal' | 'calledOff'>): RequestState => {
  if (calledOff !== undefined) return 'practice-off';
  if (phase === 'cancelled') return times.confirmed === undefined ? 'taken-back' : 'called-off';
  if (phase !== 'rejected') return phase;
  if (refusal === 'slot-taken') return 'taken';
  return refusal === 'slot-gone' ? 'gone' : 'declined';
};

/** It came to an end that the practice made: there is an answer to read. */
export const isAnswered = ({ phase, calledOff }: Pick<RequestView, 'phase' | 'calledOff'>): boolean =>
  phase === 'confirmed' || phase === 'rejected' || phase === 'refused' || calledOff !== undefined;

/** This device never sent it; a kiosk that was shown it may have. */
export const isOnlyShown = (request: Pick<RequestView, 'times' | 'shownAt'>): boolean =>
  request.shownAt !== undefined && request.times.sent === undefined && request.times.delivered === undefined;

/**
 * How far the word of a cancellation came: `unneeded` when the request itself never left this device, `shown` when only a
 * kiosk may have taken it along, `moved` when it goes to a device that the practice has no more.
 */
export type CancelNews = 'unneeded' | 'shown' | 'waiting' | 'held' | 'moved';

export const cancelNews = (
  request: Pick<RequestView, 'times' | 'cancelHeldAt' | 'practiceMoved' | 'shownAt'>,
): CancelNews => {
  if (request.practiceMoved === true) return 'moved';
  if (request.cancelHeldAt !== undefined) return 'held';
  if (isOnlyShown(request)) return 'shown';
  return request.times.sent === undefined && request.shownAt === undefined ? 'unneeded' : 'waiting';
};
