import type { Bucket, SessionName } from '#core/brand.ts';
import { requestDeadline } from '#core/domain/deadline.ts';
import type { Announce } from '#core/wire/announce.ts';
import type { Context } from '#engine/context.ts';
import type { PatientRequest } from '#engine/fapp/patient-request.ts';
import type { ReserveCommand } from '#engine/fapp/reservable.ts';

/** A patient's request at its beginning: what the person gave, under the announcement it answers, with secrets of its own. */
export const newPatientRequest = (context: Context, command: ReserveCommand, announce: Announce): PatientRequest => ({
  requestId: command.requestId,
  practice: command.practice,
  offer: command.offer,
  start: command.start,
  epoch: announce.epoch,
  counter: announce.counter,
  pseudonym: command.pseudonym,
  code: command.code,
  text: command.text,
  deadline: requestDeadline(context.now(), command.start),
  session: `request:${command.requestId}` as SessionName,
  bucket: context.random.integer(256) as Bucket,
  removalSeed: context.random.bytes(8),
  phase: 'queued',
  times: { queued: context.now() },
  refusal: undefined,
  note: '',
  owesCancel: false,
  cancelHeldAt: undefined,
  practiceMoved: false,
  answered: [],
  bundleId: undefined,
  replaces: command.replaces,
  pickUp: undefined,
  display: command.display,
});
