import { fromHex } from '#core/bytes/hex.ts';
import { toWireMinute } from '#core/domain/wire-time.ts';
import type { Result } from '#core/result.ts';
import { encodeReserve } from '#core/wire/reserve.ts';
import type { PatientRequest } from '#engine/fapp/patient-request.ts';

/** The request as the practice will read it: the payload of Noise message 1, padded to `length`. */
export const encodeRequestInner = (
  request: PatientRequest,
  pseudonymId: Uint8Array,
  length: number,
): Result<Uint8Array> =>
  encodeReserve(
    {
      kind: 'reserve',
      offer: request.offer,
      start: toWireMinute(request.start),
      epoch: request.epoch,
      counter: request.counter,
      requestId: fromHex(request.requestId) ?? new Uint8Array(8),
      pseudonymId,
      replyBucket: request.bucket,
      removalSeed: request.removalSeed,
      deadline: toWireMinute(request.deadline),
      name: request.pseudonym,
      code: request.code,
      text: request.text,
    },
    length,
  );
