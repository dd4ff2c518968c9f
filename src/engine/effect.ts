import type { LinkId, MessageId, Millis, NodeAddress } from '#core/brand.ts';
import type { AirKind } from '#core/radio/air/frame.ts';
import type { CommandReply } from '#engine/command.ts';
import type { CryptoOp } from '#engine/crypto-op.ts';
import type { CallId, JobId } from '#engine/event.ts';
import type { StoreOp } from '#ports/store.ts';
import type { Lane, LinkEnd } from '#ports/transport.ts';

/** What changed, so that the interface asks again. Carries no content. */
export type Topic = 'slots' | 'requests' | 'practice' | 'inbox' | 'status' | 'mesh';

/**
 * What the driver performs, in order. The commit rule: an effect leaves only when every `persist` that any step emitted
 * before it is durable. Exempt are `send` with `transit`, which promises nothing, and `run-crypto` unless the key store
 * remembers it (LASTING_OPS in crypto-op.ts).
 */
export type Effect =
  | {
      readonly kind: 'send';
      readonly link: LinkId;
      readonly frame: Uint8Array;
      readonly transit: boolean;
      readonly lane: Lane;
    }
  /** To all who listen to our radio. 0 is the most urgent; what could not be sent for so long is dropped. */
  | {
      readonly kind: 'air-send';
      readonly air: AirKind;
      readonly body: Uint8Array;
      readonly priority: number;
      readonly life: Millis;
    }
  /** It is not before this, whatever the device's clock says; whatever was said before no longer holds. */
  | { readonly kind: 'not-before'; readonly at: Millis }
  | { readonly kind: 'close-link'; readonly link: LinkId; readonly reason: LinkEnd }
  | { readonly kind: 'persist'; readonly ops: readonly StoreOp[] }
  | { readonly kind: 'run-crypto'; readonly job: JobId; readonly op: CryptoOp }
  | { readonly kind: 'reply'; readonly call: CallId; readonly reply: CommandReply }
  /** A message of another node for the programs on this one. */
  | ({ readonly kind: 'message' } & ReceivedMessage)
  | { readonly kind: 'notify'; readonly topic: Topic }
  | { readonly kind: 'count'; readonly name: string; readonly label: string; readonly by: number };

export interface ReceivedMessage {
  readonly id: MessageId;
  readonly from: NodeAddress;
  readonly toAll: boolean;
  readonly body: Uint8Array;
}
