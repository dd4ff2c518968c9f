import type { Result } from '#core/result.ts';

/**
 * Requests under a pick-up code: `Wish` is what a person asks for, `View` how a request is shown. `root`: the 32 bytes that
 * scrypt makes of the code (core/domain/pick-up-code.ts).
 */
export interface PickUpApi<Wish, View> {
  /**
   * Asks for a slot so that only the code reads the answer: this device keeps the sealed request until a relay has it, and
   * nothing else. Resolves once that is committed.
   */
  reserveWithCode(input: Wish & { readonly root: Uint8Array }): Promise<Result<{ readonly requestId: string }>>;
  /**
   * What became of it. `not-found` as long as nothing for this code is here: asked again when `requests` changes, it waits
   * for ten minutes from the last question. For a guest it is kept until `forgetGuests` or the next start.
   */
  pickUp(input: { readonly root: Uint8Array; readonly guest: boolean }): Promise<Result<View>>;
  /** Forgets everything that guests looked at, with its keys. */
  forgetGuests(): Promise<Result<null>>;
}
