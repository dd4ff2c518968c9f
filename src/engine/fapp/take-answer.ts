import type { Millis } from '#core/brand.ts';
import { refusalFromByte } from '#core/refusal.ts';
import { type Answer, CALL_OFF_REASONS, howOfNumber } from '#core/wire/answer.ts';
import type { Receipt } from '#core/wire/receipt.ts';
import { advance, isOpenPhase, type PatientRequest } from '#engine/fapp/patient-request.ts';

/** Nothing had been heard here by the deadline; that the practice had answered in time shows only now. */
const reopened = (request: PatientRequest, at: Millis): PatientRequest =>
  request.pickUp !== undefined && request.phase === 'expired' && at < request.deadline
    ? { ...request, phase: 'delivered' }
    : request;

/**
 * What a practice's answer makes of a request; `at` is when it counts as said. A confirmation that comes after the deadline is never shown as one: it is
 * cancelled at once, so that the slot is free again (rule 7 of the domain).
 */
export const takeAnswer = (known: PatientRequest, answer: Answer, at: Millis): PatientRequest => {
  const request = reopened(known, at);
  if (answer.kind === 'reject') {
    if (!isOpenPhase(request.phase)) return request;
    return { ...advance(request, 'rejected', at), refusal: refusalFromByte(answer.reason) };
  }
  if (answer.kind === 'call-off') {
    if (!isOpenPhase(request.phase) && request.phase !== 'confirmed') return request;
    const reason = CALL_OFF_REASONS[answer.reason] ?? 'other';
    return { ...advance(request, 'cancelled', at), calledOff: { reason, text: answer.text } };
  }
  // What was called off already was confirmed before: the order of bundles is promised by nobody.
  const isOld = request.phase === 'confirmed' || request.calledOff !== undefined;
  if (answer.kind !== 'confirm' || isOld) return request;
  const inTime = isOpenPhase(request.phase) && at < request.deadline;
  if (!inTime) return { ...request, owesCancel: true };
  return { ...advance(request, 'confirmed', at), note: answer.note, how: howOfNumber(answer.how) };
};

/** What a receipt makes of it: the practice's device has the request, or refuses it. `at`: when it counts as said. */
export const takeReceipt = (request: PatientRequest, { status }: Receipt, at: Millis): PatientRequest => {
  const times = { ...request.times, delivered: request.times.delivered ?? at };
  const delivered: PatientRequest = { ...advance(request, 'delivered', at), times };
  if (status === 0 || !isOpenPhase(delivered.phase)) return delivered;
  return { ...advance(delivered, 'refused', at), refusal: refusalFromByte(status) ?? 'wrong-state' };
};
