import type { Millis } from '#core/brand.ts';
import type { Result } from '#core/result.ts';

/** People from whom a practice takes no requests: known by the pseudonym that their device has with this practice. */
export interface BlockApi {
  /** Blocks whoever sent this request; their open requests are rejected. May be repeated. */
  blockSender(requestId: string): Promise<Result<null>>;
  /** They may ask again. May be repeated. */
  unblockSender(sender: string): Promise<Result<null>>;
  blockedSenders(): Promise<BlockedView[]>;
}

export interface BlockedView {
  readonly sender: string;
  /** What they called themselves. */
  readonly name: string;
  readonly at: Millis;
}
