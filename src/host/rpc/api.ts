import type { Epoch, Millis, NodeAddress, OfferId, PatternId, Plz } from '#core/brand.ts';
import type { CalendarChange, PracticeCalendar } from '#core/calendar/practice-calendar.ts';
import type { OfferTerms } from '#core/domain/offer-terms.ts';
import type { Modalitaet, SlotType } from '#core/domain/values.ts';
import type { RefusalCode } from '#core/refusal.ts';
import type { Result } from '#core/result.ts';
import type { CallOffReason } from '#core/wire/answer.ts';
import type { Profile } from '#core/wire/identity.ts';
import type { AlertApi } from '#host/rpc/alert-api.ts';
import type { FreeAreas } from '#host/rpc/area-api.ts';
import type { BackupApi } from '#host/rpc/backup-api.ts';
import type { BlockApi } from '#host/rpc/block-api.ts';
import type { BoardApi } from '#host/rpc/board-api.ts';
import type { HandOverApi } from '#host/rpc/hand-over-api.ts';
import type { MeshApi } from '#host/rpc/mesh-api.ts';
import type { PickUpApi } from '#host/rpc/pick-up-api.ts';
import type { SearchQuery, SearchResult, SlotDetails, SlotRef, Trust } from '#host/rpc/slot-api.ts';
import type { StationApi } from '#host/rpc/station-api.ts';
import type { StatisticsApi } from '#host/rpc/statistics-api.ts';
import type { Diagnostics, NodeStatus } from '#host/rpc/status-api.ts';
import type { WishApi } from '#host/rpc/wish-api.ts';

export type { Profile } from '#core/wire/identity.ts';
export type { AlertFilter, AlertView } from '#host/rpc/alert-api.ts';
export type { FreeAreas } from '#host/rpc/area-api.ts';
export type { BackupView } from '#host/rpc/backup-api.ts';
export type { BoardOnAir, BoardView, StationView } from '#host/rpc/board-api.ts';
export type { MeshHop, MeshNodeView, MeshOverview, MeshPath, MeshStanding, RegionFree } from '#host/rpc/mesh-api.ts';
export type { SearchQuery, SearchResult, SlotCard, SlotDetails, SlotRef, Trust } from '#host/rpc/slot-api.ts';
export type { Diagnostics, NodeStatus, RelayStatus } from '#host/rpc/status-api.ts';
export type { WishesView, WishView } from '#host/rpc/wish-api.ts';

/**
 * What the interface may ask of the node and what the node tells it: the only thing that `ui` sees of the rest. All types
 * are structured-clonable. A call that changes something carries its own id and may be repeated without a second effect.
 */
export interface NodeApi
  extends MeshApi,
    AlertApi,
    WishApi,
    BlockApi,
    BackupApi,
    BoardApi,
    StationApi,
    StatisticsApi,
    HandOverApi,
    PickUpApi<Omit<ReserveInput, 'requestId'>, RequestView> {
  search(query: SearchQuery): Promise<SearchResult>;
  /**
   * Free slots that match, by where their practice is, in the whole country: the place that the query names is only where
   * somebody looks from. Bounded by the number of postal codes.
   */
  freeAreas(query: SearchQuery): Promise<FreeAreas>;
  slot(ref: SlotRef): Promise<SlotDetails | undefined>;
  /** A slot as texts for a link. Refused with `slot-gone` when it is not here. */
  shareSlot(ref: SlotRef): Promise<Result<SharedTexts>>;
  /** Takes what a link brought, after the checks of any record; says which slot it is. May be repeated. */
  openShared(text: string): Promise<Result<SlotRef>>;

  /**
   * Postal codes and places for what was typed so far, best first, at most ten. Answers offline. By a name, each town of
   * that name is there once.
   */
  places(text: string): Promise<PlaceSuggestion[]>;

  /** Idempotent by `requestId`. Resolves once the request is committed on this device (`queued`). */
  reserve(input: ReserveInput): Promise<Result<RequestView>>;
  /** Takes a request back, or gives a confirmed appointment back. */
  cancel(requestId: string): Promise<Result<RequestView>>;
  /** Removes an ended request from this device. */
  forgetRequest(requestId: string): Promise<Result<null>>;
  requests(): Promise<RequestView[]>;

  practice(): Promise<PracticeView | undefined>;
  /** 24 new words; nothing is kept until `createPractice`. */
  newWords(): Promise<string>;
  /** Makes a new identity from words that `generateWords` or the person gave; `restore` raises the epoch. */
  createPractice(input: CreatePractice): Promise<Result<PracticeView>>;
  saveProfile(profile: Profile): Promise<Result<PracticeView>>;
  /** The credential as the registrar issued it: base64url text or the file's contents. */
  importCredential(text: string): Promise<Result<PracticeView>>;
  saveOffer(offer: OfferDraft): Promise<Result<OfferView>>;
  /** Adds free slots to an offer. All or none. */
  addSlots(offer: OfferId, starts: Millis[]): Promise<Result<OfferView>>;
  withdrawOffer(offer: OfferId): Promise<Result<null>>;
  /** Weekly patterns, busy times, holidays: the offers' slots follow. Refused like a pattern at its fields. */
  changeCalendar(change: CalendarChange): Promise<Result<null>>;
  /**
   * Resolves once the decision is committed on this device. It happens some seconds later, whether or not a tab is open by
   * then; until then it shows as `held` at its request or slot and can be undone.
   */
  decide(decision: Decision): Promise<Result<null>>;
  /** Takes back what is held under this id. When it happened before, it stays so. */
  undo(id: string): Promise<Result<null>>;
  /** The practice has seen that this appointment was cancelled. */
  acknowledge(requestId: string): Promise<Result<null>>;
  inbox(): Promise<InboxEntry[]>;

  /** Somebody looks: said again every half minute while a window is visible. */
  attend(): Promise<Result<null>>;
  /** Somebody looks again, or the network is back: dead links are found out at once, and relays dialled without waiting. */
  resume(): Promise<Result<null>>;
  status(): Promise<NodeStatus>;
  addRelay(origin: string): Promise<Result<null>>;
  removeRelay(origin: string): Promise<Result<null>>;
  diagnostics(): Promise<Diagnostics>;
  /** Deletes every key, request, offer and message on this device. */
  deleteEverything(): Promise<void>;
}

/** Something changed; ask again for what you show. Never carries content. */
export type NodeTopic = 'slots' | 'requests' | 'practice' | 'inbox' | 'status' | 'mesh' | 'alerts' | 'board';

/** The node as the interface holds it: the calls, and a way to hear that something changed. */
export interface NodeClient extends NodeApi {
  /** Returns a function that ends the subscription. */
  subscribe(listener: (topic: NodeTopic) => void): () => void;
}

export interface PlaceSuggestion {
  readonly plz: Plz;
  readonly place: string;
}

/** Base64url, for a URL's fragment. */
export interface SharedTexts {
  /** With everything that another device needs to check it. */
  readonly full: string;
  /** Without the practice's identity record: good where the practice is known. */
  readonly brief: string;
}

export interface ReserveInput {
  /** Random, made by the window: repeating a call with the same id is the same request. */
  readonly requestId: string;
  readonly ref: SlotRef;
  readonly pseudonym: string;
  /** The 12-character Vermittlungscode, or empty. */
  readonly code: string;
  readonly text: string;
  /**
   * A confirmed request with the same practice: its name and code count here, too, and it is cancelled by itself when this
   * one is confirmed. `wrong-state` when it cannot be moved, or is being moved already.
   */
  readonly replaces?: string;
}

export type RequestPhase =
  | 'queued'
  | 'sent'
  | 'custody'
  | 'delivered'
  | 'confirmed'
  | 'rejected'
  | 'cancelled'
  | 'expired'
  | 'refused';

export interface RequestView {
  readonly requestId: string;
  readonly phase: RequestPhase;
  /** When each phase became true; only those that did. */
  readonly times: Partial<Record<RequestPhase, Millis>>;
  /** Why it was refused or rejected; undefined also where a person rejected it. */
  readonly refusal: RefusalCode | undefined;
  /** When a relay took custody of the cancellation: then it reaches the practice without this device. */
  readonly cancelHeldAt: Millis | undefined;
  /** The practice has another device since: it knows of this from a backup at best, and hears nothing of it from here. */
  readonly practiceMoved?: boolean;
  /** When it was last shown to a kiosk, sealed. Whether the kiosk took it nobody here knows. */
  readonly shownAt?: Millis;
  /** It cannot be forgotten before: the practice, if it has it, must still hear of the cancellation. */
  readonly keptUntil?: Millis;
  /** The confirmed request that ends when this one is confirmed. */
  readonly replaces: string | undefined;
  /** It was asked for under a pick-up code, at a kiosk: not with this device. */
  readonly pickedUp?: boolean;
  /** The card as it was when the person asked. */
  readonly slot: SlotDetails;
  readonly pseudonym: string;
  readonly text: string;
  readonly deadline: Millis;
  /** What the practice wrote with its confirmation: door, video link. Empty otherwise. */
  readonly note: string;
  /** How the practice said that the appointment is held; undefined where it did not say. */
  readonly how?: Modalitaet | undefined;
  /** Cancelled by the practice, and what it said; undefined where the person did it. */
  readonly calledOff?: CallOffWords | undefined;
}

/** What a practice says with a confirmation. */
export interface ConfirmWords {
  /** At most 200 bytes, often empty. */
  readonly note: string;
  readonly how?: Modalitaet | undefined;
}

/** Why a practice took its confirmation back. */
export interface CallOffWords {
  readonly reason: CallOffReason;
  /** At most 200 bytes, often empty. */
  readonly text: string;
}

export interface CreatePractice {
  /** 24 words of BIP 39. */
  readonly words: string;
  /** True when the words come from another device: raises the epoch and withdraws its offers. */
  readonly restore: boolean;
}

export interface PracticeView {
  readonly address: NodeAddress;
  readonly publicKey: Uint8Array;
  readonly epoch: Epoch;
  readonly profile: Profile | undefined;
  readonly trust: Trust;
  readonly offers: readonly OfferView[];
  readonly calendar: PracticeCalendar;
  /** Present while a restore waits to learn the old epoch from a relay. */
  readonly restoring: boolean;
  /** Another device restored these words and took over: here nothing can be announced or confirmed any more. */
  readonly retired: boolean;
}

export interface OfferDraft extends OfferTerms {
  /** Undefined makes a new offer. */
  readonly id: OfferId | undefined;
}

export interface OfferView extends OfferDraft {
  readonly id: OfferId;
  readonly slots: readonly OwnSlot[];
  /** When the newest announcement of this offer was signed, and how far it came. */
  readonly announcedAt: Millis | undefined;
  readonly spread: 'queued' | 'sent' | 'custody';
}

/** What a practice decides and others are told. */
export type Decision =
  /** Confirms one request, rejects every other for that slot and withdraws the slot: one atomic step. */
  | ({ readonly kind: 'confirm'; readonly requestId: string } & ConfirmWords)
  | { readonly kind: 'reject'; readonly requestId: string }
  /** Takes a confirmation back before the appointment begins; its slot is withdrawn. */
  | ({ readonly kind: 'call-off'; readonly requestId: string } & CallOffWords)
  | { readonly kind: 'withdraw-slot'; readonly offer: OfferId; readonly start: Millis };

/** A decision that waits, durably, while it can be undone. */
export interface Held {
  readonly id: string;
  readonly kind: Decision['kind'];
  readonly from: Millis;
  /** When it happens. */
  readonly at: Millis;
}

export interface OwnSlot {
  readonly start: Millis;
  readonly state: 'free' | 'requested' | 'confirmed' | 'withdrawn' | 'past';
  readonly requests: number;
  /** The pseudonym of whoever has it. */
  readonly confirmedFor: string | undefined;
  /** How the practice said that it is held, where its offer left that open. */
  readonly confirmedHow?: Modalitaet | undefined;
  /** The request that was confirmed. */
  readonly confirmedRequest?: string;
  /** It came back from a backup file: nothing can be sent to this person from here, or heard of them. */
  readonly restored?: boolean;
  readonly held: Held | undefined;
  /** The practice is busy then: it is not announced. */
  readonly hidden?: boolean;
  /** Free, and later than all that an announcement carries: nobody sees it until one before it is given away or over. */
  readonly waits?: boolean;
  /** The weekly pattern that it came from. */
  readonly pattern?: PatternId;
  /** Withdrawn by itself: free when the backup was saved, and nobody knows whether somebody got it since. */
  readonly withheld?: boolean;
}

export interface InboxEntry {
  readonly requestId: string;
  readonly ref: SlotRef;
  readonly minutes: number;
  readonly type: SlotType;
  /** Of the offer: more than one leaves it to the confirmation how the appointment is held. */
  readonly modalitaeten: readonly Modalitaet[];
  readonly receivedAt: Millis;
  readonly deadline: Millis;
  /**
   * `withdrawn`: the request was taken back. `cancelled`: the confirmed appointment was. `called-off`: it was, by the
   * practice.
   */
  readonly phase: 'open' | 'confirmed' | 'rejected' | 'withdrawn' | 'cancelled' | 'called-off' | 'expired';
  /** How far our answer came; undefined also when it does not matter any more. */
  readonly answer: 'queued' | 'sent' | 'custody' | undefined;
  /** Cancelled, and nobody here has said yet that they know. */
  readonly unseen: boolean;
  /** The pseudonym that this device has with this practice: the same in everything that it asks for. */
  readonly sender: string;
  readonly pseudonym: string;
  readonly text: string;
  readonly code: string;
  readonly note: string;
  readonly how?: Modalitaet | undefined;
  readonly callOff?: CallOffWords | undefined;
  /** From a backup file: nothing can be sent to this person from here, or heard of them. */
  readonly restored?: boolean | undefined;
  readonly held: Held | undefined;
}
