import type { Millis } from '#core/brand.ts';
import { refusalFromByte } from '#core/refusal.ts';
import { type Answer, CALL_OFF_REASONS } from '#core/wire/answer.ts';
import { advance, isOpenPhase, type PatientRequest } from '#engine/fapp/patient-request.ts';

/**
 * What a practice's answer makes of a request. A confirmation that comes after the deadline is never shown as one: it is
 * cancelled at once, so that the slot is free again (rule 7 of the domain).
 */
export const takeAnswer = (request: PatientRequest, answer: Answer, now: Millis): PatientRequest => {
  if (answer.kind === 'reject') {
    if (!isOpenPhase(request.phase)) return request;
    return { ...advance(request, 'rejected', now), refusal: refusalFromByte(answer.reason) };
  }
  if (answer.kind === 'call-off') {
    if (!isOpenPhase(request.phase) && request.phase !== 'confirmed') return request;
    const reason = CALL_OFF_REASONS[answer.reason] ?? 'other';
    return { ...advance(request, 'cancelled', now), calledOff: { reason, text: answer.text } };
  }
  // What was called off already was confirmed before: the order of bundles is promised by nobody.
  const isOld = request.phase === 'confirmed' || request.calledOff !== undefined;
  if (answer.kind !== 'confirm' || isOld) return request;
  const inTime = isOpenPhase(request.phase) && now < request.deadline;
  return inTime ? { ...advance(request, 'confirmed', now), note: answer.note } : { ...request, owesCancel: true };
};
