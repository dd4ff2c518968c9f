import type { Result } from '#core/result.ts';
import type { RequestView, ReserveInput } from '#host/rpc/api.ts';

/** Requests under a pick-up code. `root`: the 32 bytes that scrypt makes of the code (core/domain/pick-up-code.ts). */
export interface PickUpApi {
  /**
   * Asks for a slot so that only the code reads the answer: this device keeps the sealed request until a relay has it, and
   * nothing else. Resolves once that is committed.
   */
  reserveWithCode(input: CodedReserveInput): Promise<Result<{ readonly requestId: string }>>;
  /**
   * What became of it. `not-found` as long as nothing for this code is here: asked again when `requests` changes, it waits
   * for ten minutes from the last question. For a guest it is kept until `forgetGuests` or the next start.
   */
  pickUp(input: { readonly root: Uint8Array; readonly guest: boolean }): Promise<Result<RequestView>>;
  /** Forgets everything that guests looked at, with its keys. */
  forgetGuests(): Promise<Result<null>>;
}

export interface CodedReserveInput extends Omit<ReserveInput, 'requestId'> {
  readonly root: Uint8Array;
}
