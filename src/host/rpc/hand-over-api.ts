import type { Result } from '#core/result.ts';

/** Sealed requests that a phone without internet shows to the camera of a kiosk (docs/protocol/bundle.md, "By QR code"). */
export interface HandOverApi {
  /**
   * What stands in the code for a request that waits to be sent, and notes that it is shown now (`RequestView.shownAt`).
   * `not-found`; `wrong-state` when it left this device already, or is over.
   */
  showSealed(requestId: string): Promise<Result<string>>;
  /**
   * Takes what a code said that somebody brought, and passes it on when there is a way. Resolves once it is committed. `known`: it
   * waits here already, or its receiver has it. Refused as `unknown-kind` or `malformed` (another code), `expired`,
   * `from-the-future`, `rate-limited` (six at once, one a minute), `over-capacity`, `storage-full`.
   */
  takeBrought(text: string): Promise<Result<'taken' | 'known'>>;
}
