import type { Bucket, Counter, Epoch, KeyName, Millis, NodeAddress, OfferId } from '#core/brand.ts';
import type { CalendarChange } from '#core/calendar/practice-calendar.ts';
import type { OfferTerms } from '#core/domain/offer-terms.ts';
import type { Result } from '#core/result.ts';
import type { CapabilityWish } from '#core/wire/capability-query.ts';
import type { Profile } from '#core/wire/identity.ts';
import type { SlotQuestion } from '#core/wire/query.ts';
import type { CallOffWords, ConfirmWords } from '#engine/fapp/inbox-entry.ts';

/**
 * What a person asks of the node. Each command may be repeated without a second effect: what it names decides, not how
 * often it comes. The reply leaves after the commit.
 */
export type Command =
  | {
      readonly kind: 'reserve';
      readonly requestId: string;
      readonly practice: NodeAddress;
      readonly offer: OfferId;
      readonly start: Millis;
      readonly pseudonym: string;
      readonly code: string;
      readonly text: string;
      /** What the person saw, kept for the interface. At most MAX_DISPLAY characters. */
      readonly display: string;
      /** A confirmed request with the same practice, which is cancelled when this one is confirmed, and not before. */
      readonly replaces?: string | undefined;
    }
  /** Asks for a slot when the request `after`, and what waits already, is lost; in the same name and words. */
  | {
      readonly kind: 'wish';
      readonly requestId: string;
      readonly after: string;
      readonly practice: NodeAddress;
      readonly offer: OfferId;
      readonly start: Millis;
      readonly display: string;
    }
  | { readonly kind: 'reorder-wishes'; readonly order: readonly string[] }
  | { readonly kind: 'drop-wish'; readonly requestId: string }
  | { readonly kind: 'cancel'; readonly requestId: string }
  | { readonly kind: 'forget-request'; readonly requestId: string }
  /** A sealed request is about to be shown to a kiosk, which may take it or not: nothing comes back. */
  | { readonly kind: 'show-request'; readonly requestId: string }
  /** A person brought a sealed bundle on a screen: this node passes it on. The reply is `taken`, or `known`. */
  | { readonly kind: 'bring-bundle'; readonly bundle: Uint8Array }
  /** A request under a pick-up code, sealed already: this node sends it and knows nothing more of it. */
  | {
      readonly kind: 'post-pick-up';
      readonly requestId: string;
      readonly deadline: Millis;
      readonly request: SealedBody;
      readonly ticket: SealedBody;
    }
  /** Somebody with a pick-up code looks for the ticket. */
  | { readonly kind: 'look-in'; readonly bucket: Bucket }
  /** Takes over a request whose ticket was found; repeated, it tries again what could not be opened. */
  | ({ readonly kind: 'adopt-request' } & AdoptedRequest)
  /** Whoever read an answer here has gone. */
  | { readonly kind: 'forget-guests' }
  | {
      readonly kind: 'adopt-identity';
      readonly key: KeyName;
      readonly publicKey: Uint8Array;
      /** The words come from another device: learn its epoch, raise it, withdraw its offers. */
      readonly restore: boolean;
    }
  | { readonly kind: 'save-profile'; readonly profile: Profile }
  | { readonly kind: 'import-credential'; readonly credential: Uint8Array }
  /** What a backup file of this practice held (fapp/backup-content.ts). */
  | { readonly kind: 'take-backup'; readonly content: Uint8Array }
  | { readonly kind: 'save-offer'; readonly offer: OfferTerms & { readonly id: OfferId | undefined } }
  | { readonly kind: 'add-slots'; readonly offer: OfferId; readonly starts: readonly Millis[] }
  | { readonly kind: 'withdraw-offer'; readonly offer: OfferId }
  | { readonly kind: 'change-calendar'; readonly change: CalendarChange }
  | Decision
  /** The practice has seen that somebody gave an appointment back. */
  | { readonly kind: 'acknowledge'; readonly requestId: string }
  /** Takes nothing more from whoever sent this request; by their pseudonym here, they may ask again. */
  | { readonly kind: 'block'; readonly requestId: string }
  | { readonly kind: 'unblock'; readonly sender: string }
  /** The practice's statistics begin anew. */
  | { readonly kind: 'forget-statistics' }
  /** Decides, but not yet: it happens after HOLD (fapp/held-decisions.ts), also when nobody is there any more. */
  | { readonly kind: 'hold'; readonly decision: Decision }
  /** Records that a person brought, in a link. */
  | {
      readonly kind: 'take-shared';
      readonly announce: Uint8Array;
      readonly identity: Uint8Array | undefined;
    }
  /** Hands a message to another node, or to all: signed, not secret. */
  | { readonly kind: 'send'; readonly destination: NodeAddress; readonly body: Uint8Array }
  | { readonly kind: 'broadcast'; readonly body: Uint8Array }
  /** Somebody looks at this node now. */
  | { readonly kind: 'attend' }
  /** Somebody looks again after this device may have slept: its links show that they live. */
  | { readonly kind: 'resume' }
  /** Asks for the way to a node; the reply names the trace. */
  | { readonly kind: 'trace'; readonly target: NodeAddress }
  /** Asks the neighbours for nodes that can do something; the reply names the query, and the views its result. */
  | ({ readonly kind: 'find-nodes' } & CapabilityWish)
  /** Asks the stations towards the internet for slots that nobody sends here; the reply names the question. */
  | { readonly kind: 'ask-slots'; readonly question: SlotQuestion }
  /** A relay tells another node to which relay it should link itself; the reply names the message. */
  | ({ readonly kind: 'assign' } & AssignmentOrder)
  /** Nobody answers at this origin, to which the node was assigned. */
  | { readonly kind: 'assignment-failed'; readonly origin: string }
  /** Takes back what was held under this id, if it did not happen yet. */
  | { readonly kind: 'undo'; readonly id: string };

/** What a bundle is made of; the secret removes it. */
export interface SealedBody {
  readonly bucket: Bucket;
  readonly body: Uint8Array;
  readonly secret: Uint8Array;
}

/** What a ticket says of a request, and what follows from the code. */
export interface AdoptedRequest {
  readonly requestId: string;
  readonly practice: NodeAddress;
  readonly offer: OfferId;
  readonly start: Millis;
  readonly epoch: Epoch;
  readonly counter: Counter;
  readonly pseudonym: string;
  readonly asked: Millis;
  readonly deadline: Millis;
  readonly bucket: Bucket;
  readonly removalSeed: Uint8Array;
  /** Kept until whoever looks goes away, not longer. */
  readonly guest: boolean;
  readonly display: string;
}

/** Which node is to link itself to which relay, and until when. */
export interface AssignmentOrder {
  readonly node: NodeAddress;
  readonly relay: NodeAddress;
  readonly origin: string;
  readonly expires: Millis;
}

/** What cannot be taken back once it happened, because others are told. */
export type Decision =
  | ({ readonly kind: 'confirm'; readonly requestId: string } & ConfirmWords)
  | { readonly kind: 'reject'; readonly requestId: string }
  /** Takes a confirmation back before the appointment begins. */
  | ({ readonly kind: 'call-off'; readonly requestId: string } & CallOffWords)
  | { readonly kind: 'withdraw-slot'; readonly offer: OfferId; readonly start: Millis };

/** `value` names what was made or changed: a request id, an offer id as text or the id of what is held, or nothing. */
export type CommandReply = Result<string>;

export const MAX_DISPLAY = 8_192;
