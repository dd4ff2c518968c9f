import type { Bucket, MessageId, Millis, NodeAddress } from '#core/brand.ts';
import { BUNDLE_TTL } from '#core/domain/limits.ts';
import { type Result, refuse } from '#core/result.ts';
import { encodeCancel } from '#core/wire/answer.ts';
import { removalSecret } from '#core/wire/removal-secret.ts';
import type { BundleExchange } from '#engine/bundles/bundle-exchange.ts';
import type { Context } from '#engine/context.ts';
import type { PatientRequest } from '#engine/fapp/patient-request.ts';
import { encodeRequestInner } from '#engine/fapp/request-inner.ts';

/** What a patient's node seals for a practice and puts into its bucket: a request, and a cancellation. */
export interface PatientPost {
  /**
   * `isWanted` is asked once more when it is sealed. `done` gets the bundle that waits in the outbox, or why there is none; what
   * it keeps is kept in the same step.
   */
  request(
    request: PatientRequest,
    prekey: Uint8Array,
    isWanted: () => boolean,
    done: (bundle: Result<MessageId>) => void,
  ): void;
  /** `still` is asked when it is sealed: what the request is by then, or undefined when nothing is to be cancelled any more. */
  cancel(
    request: PatientRequest,
    still: () => PatientRequest | undefined,
    queued: (request: PatientRequest) => void,
  ): void;
}

const CANCEL_NUMBER = 1;
const bucketOf = (practice: NodeAddress): Bucket => Number.parseInt(practice.slice(0, 2), 16) as Bucket;

export const createPatientPost = (context: Context, bundles: BundleExchange): PatientPost => ({
  request: (request, prekey, isWanted, done) => {
    const deposit = (body: Uint8Array): Result<MessageId> =>
      bundles.deposit(bucketOf(request.practice), body, removalSecret(request.removalSeed, 0, 0), {
        owner: `request:${request.requestId}`,
        notBefore: context.now(),
        expires: request.deadline,
      });
    const sealed = (body: Result<Uint8Array>): void => {
      if (!body.ok) return done(body);
      if (isWanted()) return done(deposit(body.value));
      context.crypto.forget([request.session]);
      done(refuse('wrong-state'));
    };
    const failed = (): void => done(refuse('wrong-state'));
    const withPseudonym = (pseudonymId: Uint8Array): void => {
      const length = bundles.innerLength('handshake', bundles.reserveLength(request));
      const inner = encodeRequestInner(request, pseudonymId, length);
      if (!inner.ok) return done(inner);
      const input = { session: request.session, practice: request.practice, prekey, payload: inner.value };
      context.crypto.sealRequest(input, sealed, failed);
    };
    context.crypto.pseudonym(request.practice, withPseudonym, failed);
  },
  cancel: (request, still, queued) => {
    const inner = encodeCancel({ kind: 'cancel' }, bundles.innerLength('message', 1));
    context.crypto.sealMessage(request.session, CANCEL_NUMBER, inner, (body) => {
      const present = still();
      if (present === undefined) return;
      const { practice, removalSeed, requestId } = request;
      const deposited = bundles.deposit(bucketOf(practice), body, removalSecret(removalSeed, 0, CANCEL_NUMBER), {
        owner: `cancel:${requestId}`,
        notBefore: context.now(),
        expires: (context.now() + BUNDLE_TTL) as Millis,
      });
      if (deposited.ok) queued(present);
    });
  },
});
