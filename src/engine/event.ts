import type { Brand, LinkId, Region, StationId } from '#core/brand.ts';
import type { LinkCapability } from '#core/domain/link-capability.ts';
import type { AirKind } from '#core/radio/air/frame.ts';
import type { Command } from '#engine/command.ts';
import type { CryptoOutcome } from '#engine/crypto-op.ts';
import type { LinkEnd } from '#ports/transport.ts';

/** A crypto effect that is under way. */
export type JobId = Brand<number, 'JobId'>;
/** A command that waits for its reply. */
export type CallId = Brand<number, 'CallId'>;

/** Everything that can happen to a node. Plain data: recorded with its time, it replays. */
export type EngineEvent =
  | {
      readonly kind: 'link-opened';
      readonly link: LinkId;
      /** What limits per connecting address are counted under. */
      readonly remote: string;
      /** True when this node dialled. */
      readonly dialled: boolean;
      readonly capability: LinkCapability;
    }
  | { readonly kind: 'link-closed'; readonly link: LinkId; readonly reason: LinkEnd }
  | { readonly kind: 'frame-received'; readonly link: LinkId; readonly frame: Uint8Array }
  /** A radio is on air under this name and listens to these regions; said again, both may be others. */
  | { readonly kind: 'air-opened'; readonly station: StationId; readonly regions: readonly Region[] }
  | { readonly kind: 'air-closed' }
  | { readonly kind: 'air-heard'; readonly from: StationId; readonly air: AirKind; readonly body: Uint8Array }
  /** Nothing waits to be sent. `left`: of all that may be sent, the share that may be sent now, 0 to 1. */
  | { readonly kind: 'air-idle'; readonly left: number }
  | { readonly kind: 'crypto-done'; readonly job: JobId; readonly outcome: CryptoOutcome }
  | { readonly kind: 'command'; readonly call: CallId; readonly command: Command }
  | { readonly kind: 'wake' };
