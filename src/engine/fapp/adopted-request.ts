import type { Epoch, Millis, SessionName } from '#core/brand.ts';
import { MINUTE } from '#core/domain/limits.ts';
import { fromWireMinute } from '#core/domain/wire-time.ts';
import { decodeBundle } from '#core/wire/bundle.ts';
import type { AdoptedRequest } from '#engine/command.ts';
import { afterMove, established, type PatientRequest } from '#engine/fapp/patient-request.ts';

/** A request that was made elsewhere, or here by somebody who went away, as whoever has its code takes it over. */
export const adoptedRequest = (now: Millis, adopted: AdoptedRequest, isQueuedHere: boolean): PatientRequest => ({
  requestId: adopted.requestId,
  practice: adopted.practice,
  offer: adopted.offer,
  start: adopted.start,
  epoch: adopted.epoch,
  counter: adopted.counter,
  pseudonym: adopted.pseudonym,
  code: '',
  text: '',
  deadline: adopted.deadline,
  session: `request:${adopted.requestId}` as SessionName,
  bucket: adopted.bucket,
  removalSeed: adopted.removalSeed,
  // The request went out before its ticket, which was found.
  phase: isQueuedHere ? 'queued' : 'sent',
  times: { queued: adopted.asked },
  refusal: undefined,
  note: '',
  owesCancel: false,
  cancelHeldAt: undefined,
  practiceMoved: false,
  answered: [],
  bundleId: undefined,
  replaces: undefined,
  pickUp: { at: now, guest: adopted.guest },
  display: adopted.display,
});

/**
 * When a message of the practice counts as said. Whoever picks up hears it late; the practice said it when the bundle was
 * made, and confirms nothing after the deadline. A backdated bundle would gain nobody anything: what is sealed in it stays.
 */
export const saidAt = ({ pickUp }: PatientRequest, raw: Uint8Array, now: Millis): Millis => {
  const bundle = decodeBundle(raw);
  return pickUp === undefined || !bundle.ok ? now : (Math.min(now, fromWireMinute(bundle.value.created)) as Millis);
};

const GRACE = MINUTE as Millis;
/** Until when silence says nothing: whoever picks up first has to hear what lies there. */
const heardOutAt = ({ pickUp }: PatientRequest): Millis =>
  (pickUp === undefined ? Number.NEGATIVE_INFINITY : pickUp.at + GRACE) as Millis;

/** From when on no answer means that there is none. */
export const expiresAt = (request: PatientRequest): Millis =>
  request.pickUp === undefined ? request.deadline : (Math.max(request.deadline + GRACE, heardOutAt(request)) as Millis);

/** When time alone may change it next. */
export const dueAt = (request: PatientRequest, now: Millis): Millis =>
  now < heardOutAt(request) ? heardOutAt(request) : expiresAt(request);

/** The request, its practice being in this epoch. One that was just taken over is not given up before its receipt could come. */
export const inEpoch = (request: PatientRequest, epoch: Epoch | undefined, now: Millis): PatientRequest => {
  if (epoch === undefined || request.epoch >= epoch) return request;
  return established(request) || now >= heardOutAt(request) ? afterMove(request, now) : request;
};
