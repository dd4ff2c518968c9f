import type { Millis, OfferId, WireMinute } from '#core/brand.ts';
import { overlaps, type Span } from '#core/calendar/span.ts';
import { DAY, MAX_OFFERS, TTL_HOURS } from '#core/domain/limits.ts';
import { checkOffer } from '#core/domain/offer-rules.ts';
import type { OfferTerms } from '#core/domain/offer-terms.ts';
import { AGE_GROUPS, KOSTENTRAEGER, MODALITAETEN, SLOT_TYPES, toMask, VERFAHREN } from '#core/domain/values.ts';
import { toWireMinute } from '#core/domain/wire-time.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { encodeAnnounce } from '#core/wire/announce.ts';
import { withSignature } from '#core/wire/signed.ts';
import { encodeWithdraw } from '#core/wire/withdraw.ts';
import type { Context } from '#engine/context.ts';
import {
  announcedSlots,
  encodeOwnOffer,
  type OwnOffer,
  type OwnOfferSlot,
  spanOf,
  startsToAnnounce,
} from '#engine/fapp/own-offer.ts';
import type { PracticeIdentity } from '#engine/fapp/practice-identity.ts';
import type { PracticeTally } from '#engine/fapp/practice-tally.ts';
import type { OwnRecords } from '#engine/records/own-records.ts';
import type { StoreOp } from '#ports/store.ts';

/** A practice's own offers and slots, and the announcements that follow from them. */
export interface PracticeOffers {
  saveOffer(terms: OfferTerms & { readonly id: OfferId | undefined }): Result<string>;
  addSlots(offer: OfferId, starts: readonly Millis[]): Result<string>;
  withdrawSlot(offer: OfferId, start: Millis): Result<string>;
  /** Why it could not be withdrawn now. */
  mayWithdraw(offer: OfferId, start: Millis): Result<OwnOfferSlot>;
  withdrawOffer(offer: OfferId): Result<string>;
  get(offer: OfferId): OwnOffer | undefined;
  slot(offer: OfferId, start: Millis): OwnOfferSlot | undefined;
  /** Changes a slot's state; the operations go into the caller's batch, so that they commit with what caused them. */
  setSlot(offer: OfferId, start: Millis, state: OwnOfferSlot['state']): StoreOp[];
  /** The same offer with other slots: what weekly patterns make of it, or the same ones when others are hidden now. */
  replaceSlots(offer: OfferId, slots: readonly OwnOfferSlot[]): void;
  /** Adds an offer from a backup, announced by none yet; the number that it has here, if there is room. */
  take(saved: Pick<OwnOffer, 'id' | 'slots' | 'withdrawn'> & OfferTerms): OfferId | undefined;
  /** The practice is busy then: not announced, and nobody can ask for it. */
  isHidden(offer: OfferId, start: Millis): boolean;
  /** Everything is announced anew: a new epoch began. */
  markAllDirty(): void;
  onPhase(offer: OfferId, phase: 'sent' | 'custody'): void;
  all(): Iterable<OwnOffer>;
  load(offers: readonly OwnOffer[]): void;
  /** Signs what changed, once the changes have settled. */
  schedule(): void;
}

export interface PracticeOffersRules {
  readonly identity: PracticeIdentity;
  readonly records: OwnRecords;
  readonly tally: Pick<PracticeTally, 'announced' | 'owed'>;
  readonly trust: () => { readonly level: 0 | 1 | 2 | 3; readonly zulassung: 'PRIVAT' | 'KV' | undefined };
  readonly mayIssue: () => boolean;
  readonly isBusy: (span: Span) => boolean;
  readonly coalesce: Millis;
  readonly refresh: Millis;
  /** Open requests for a slot that is withdrawn are answered. */
  readonly onWithdrawn: (offer: OfferId, start: Millis) => void;
}

/** Own announcements live as long as the protocol lets them; they are refreshed long before. */
const TTL_CLASS = TTL_HOURS.length - 1;
export const MAX_SLOTS_PER_OFFER = 400;
const FIVE_MINUTES = 300_000;
const TIMER = 'announce';

/** Whether the time is given away or offered. What was confirmed stays so when its offer is withdrawn. */
export const isTaken = (offer: OwnOffer, { state }: OwnOfferSlot): boolean =>
  state === 'confirmed' || (state === 'free' && !offer.withdrawn);

export const createPracticeOffers = (context: Context, rules: PracticeOffersRules): PracticeOffers => {
  const offers = new Map<OfferId, OwnOffer>();
  const signing = new Set<OfferId>();

  const putOp = (offer: OwnOffer): StoreOp => ({
    op: 'put',
    table: 'offers',
    key: String(offer.id).padStart(2, '0'),
    value: encodeOwnOffer(offer),
  });
  const change = (offer: OwnOffer): StoreOp => {
    offers.set(offer.id, offer);
    context.notify('practice');
    return putOp(offer);
  };
  const store = (offer: OwnOffer): void => context.persist(change(offer));

  const freeStarts = (offer: OwnOffer): Millis[] => startsToAnnounce(offer, context.now(), rules.isBusy);

  const encodeCurrent = (offer: OwnOffer): Result<Uint8Array> => {
    const practice = rules.identity.current();
    if (practice === undefined) return refuse('no-identity');
    const starts = freeStarts(offer);
    const counter = rules.identity.nextCounter();
    const { address, epoch } = rules.identity.current() ?? practice;
    const head = { address, epoch, counter, issued: toWireMinute(context.now()), offer: offer.id };
    if (offer.withdrawn || starts.length === 0) return ok(encodeWithdraw({ kind: 'withdraw', ...head }));
    return encodeAnnounce({
      kind: 'announce',
      ...head,
      verfahren: toMask(VERFAHREN, offer.verfahren),
      modalitaet: toMask(MODALITAETEN, offer.modalitaeten),
      kostentraeger: toMask(KOSTENTRAEGER, offer.kostentraeger),
      slotType: SLOT_TYPES.indexOf(offer.type),
      minutes: offer.minutes,
      plz: Number(offer.plz),
      ttlClass: TTL_CLASS,
      ageGroup: AGE_GROUPS.indexOf(offer.ageGroup),
      series: offer.series,
      codeRequired: offer.codeRequired,
      starts: starts.map((start): WireMinute => toWireMinute(start)),
    });
  };

  const announce = (offer: OwnOffer): void => {
    const practice = rules.identity.current();
    if (practice === undefined || signing.has(offer.id)) return;
    const unsigned = encodeCurrent(offer);
    if (!unsigned.ok) return context.refused(unsigned.code);
    const { epoch, counter, key } = rules.identity.current() ?? practice;
    const starts = new Set(offer.withdrawn ? [] : freeStarts(offer));
    signing.add(offer.id);
    // From here on a change makes the offer dirty again and is announced with the next counter.
    offers.set(offer.id, { ...offer, dirty: false });
    const failed = (): void => {
      signing.delete(offer.id);
      const present = offers.get(offer.id);
      if (present !== undefined) offers.set(offer.id, { ...present, dirty: true });
    };
    context.crypto.sign(
      key,
      unsigned.value,
      (signature) => {
        signing.delete(offer.id);
        const present = offers.get(offer.id);
        const now = rules.identity.current();
        if (present === undefined || now === undefined || now.retired) return;
        if (now.epoch !== epoch) return failed();
        const { slots, fresh } = announcedSlots(present.slots, starts);
        rules.tally.announced(fresh);
        const announced = { counter, at: context.now(), spread: 'queued' } as const;
        context.persist(change({ ...present, slots, announced }), ...rules.tally.owed());
        rules.identity.save();
        rules.records.offer(offer.id, withSignature(unsigned.value, signature));
        schedule();
      },
      failed,
    );
  };

  const isDue = (offer: OwnOffer): boolean => {
    if (offer.dirty) return offer.announced !== undefined || freeStarts(offer).length > 0;
    if (offer.withdrawn || offer.announced === undefined || freeStarts(offer).length === 0) return false;
    return context.now() - offer.announced.at >= rules.refresh;
  };

  const announceDue = (): void => {
    const practice = rules.identity.current();
    const ready = practice !== undefined && practice.issuedAt !== undefined && rules.identity.refusal() === undefined;
    if (ready && !practice.restoring && rules.mayIssue()) {
      for (const offer of [...offers.values()]) if (isDue(offer)) announce(offer);
    }
    schedule();
  };

  const schedule = (): void => {
    const waits = [...offers.values()].some(isDue) ? rules.coalesce : rules.refresh;
    const ready = rules.identity.current()?.issuedAt !== undefined && rules.mayIssue();
    const wait = ready ? waits : Math.max(waits, 1_000);
    if (offers.size > 0) context.timers.set(TIMER, (context.now() + wait) as Millis, announceDue);
  };

  const touch = (offer: OwnOffer): StoreOp => {
    const op = change({ ...offer, dirty: true });
    schedule();
    return op;
  };

  const freeId = (): OfferId | undefined => {
    for (let id = 0; id < MAX_OFFERS; id++) {
      const offer = offers.get(id as OfferId);
      if (offer === undefined || offer.withdrawn) return id as OfferId;
    }
    return undefined;
  };

  const checkStarts = (offer: OwnOffer, starts: readonly Millis[]): Result<null> => {
    const spans = [...offers.values()].flatMap((other) =>
      other.slots.filter((slot) => isTaken(other, slot)).map((slot) => spanOf(other, slot.start)),
    );
    if (offer.slots.length + starts.length > MAX_SLOTS_PER_OFFER) return refuse('over-capacity');
    for (const start of starts) {
      if (!Number.isInteger(start) || start % FIVE_MINUTES !== 0) return refuse('malformed');
      if (start <= context.now()) return refuse('expired');
      if (start > context.now() + MAX_AHEAD) return refuse('from-the-future');
      const span = spanOf(offer, start);
      if (spans.some((other) => overlaps(span, other))) return refuse('slot-taken');
      spans.push(span);
    }
    return ok(null);
  };

  const mayWithdraw: PracticeOffers['mayWithdraw'] = (id, start) => {
    const refused = rules.identity.refusal();
    if (refused !== undefined) return refuse(refused);
    const slot = offers.get(id)?.slots.find((other) => other.start === start);
    if (slot === undefined) return refuse('not-found');
    return slot.state === 'confirmed' ? refuse('wrong-state') : ok(slot);
  };

  return {
    saveOffer: (terms) => {
      const refused = rules.identity.refusal();
      if (refused !== undefined) return refuse(refused);
      const { profile } = rules.identity.current() ?? {};
      if (profile === undefined) return refuse('no-identity');
      const { level, zulassung } = rules.trust();
      const allowed = checkOffer(terms, { beruf: profile.beruf, zulassung, trustLevel: level });
      if (!allowed.ok) return allowed;
      const id = terms.id ?? freeId();
      if (id === undefined) return refuse('over-capacity');
      const present = offers.get(id);
      if (terms.id !== undefined && (present === undefined || present.withdrawn)) return refuse('not-found');
      // A number that is used again keeps what was confirmed under it.
      const kept = present?.slots.filter((slot) => !present.withdrawn || slot.state === 'confirmed') ?? [];
      const announced = present?.announced;
      context.persist(touch({ ...terms, id, slots: kept, announced, dirty: true, withdrawn: false }));
      return ok(String(id));
    },
    addSlots: (id, starts) => {
      const refused = rules.identity.refusal();
      if (refused !== undefined) return refuse(refused);
      const offer = offers.get(id);
      if (offer === undefined || offer.withdrawn) return refuse('not-found');
      const present = new Set(offer.slots.filter((slot) => slot.state === 'free').map((slot) => slot.start));
      const added = [...new Set(starts)].filter((start) => !present.has(start));
      const checked = checkStarts(offer, added);
      if (!checked.ok) return checked;
      const kept = offer.slots.filter((slot) => !added.includes(slot.start));
      const slots = [...kept, ...added.map((start): OwnOfferSlot => ({ start, state: 'free' }))];
      context.persist(touch({ ...offer, slots: slots.sort((a, b) => a.start - b.start) }));
      return ok(String(id));
    },
    mayWithdraw,
    withdrawSlot: (id, start) => {
      const slot = mayWithdraw(id, start);
      if (!slot.ok) return slot;
      const offer = offers.get(id);
      if (offer === undefined || slot.value.state === 'withdrawn') return ok(String(id));
      const slots = offer.slots.map((other) =>
        other === slot.value ? { ...other, state: 'withdrawn' as const } : other,
      );
      context.persist(touch({ ...offer, slots }));
      rules.onWithdrawn(id, start);
      return ok(String(id));
    },
    withdrawOffer: (id) => {
      const refused = rules.identity.refusal();
      if (refused !== undefined) return refuse(refused);
      const offer = offers.get(id);
      if (offer === undefined) return refuse('not-found');
      if (offer.withdrawn) return ok(String(id));
      context.persist(touch({ ...offer, withdrawn: true }));
      for (const slot of offer.slots) if (slot.state === 'free') rules.onWithdrawn(id, slot.start);
      return ok(String(id));
    },
    get: (id) => offers.get(id),
    slot: (id, start) => offers.get(id)?.slots.find((slot) => slot.start === start),
    setSlot: (id, start, state) => {
      const offer = offers.get(id);
      if (offer === undefined) return [];
      const slots = offer.slots.map((slot) => (slot.start === start ? { ...slot, state } : slot));
      return [touch({ ...offer, slots })];
    },
    replaceSlots: (id, slots) => {
      const offer = offers.get(id);
      if (offer !== undefined) context.persist(touch({ ...offer, slots }));
    },
    take: (saved) => {
      const id = offers.has(saved.id) ? freeId() : saved.id;
      if (id === undefined) return undefined;
      // A withdrawn one keeps its number here no longer than its appointments.
      const kept = offers.get(id)?.slots.filter((slot) => slot.state === 'confirmed') ?? [];
      const slots = [...kept, ...saved.slots];
      context.persist(touch({ ...saved, id, slots, announced: offers.get(id)?.announced, dirty: true }));
      return id;
    },
    isHidden: (id, start) => {
      const offer = offers.get(id);
      return offer !== undefined && rules.isBusy(spanOf(offer, start));
    },
    markAllDirty: () => {
      for (const offer of [...offers.values()]) store({ ...offer, dirty: true });
      schedule();
    },
    onPhase: (id, phase) => {
      const offer = offers.get(id);
      if (offer?.announced !== undefined) store({ ...offer, announced: { ...offer.announced, spread: phase } });
    },
    all: () => offers.values(),
    load: (loaded) => {
      for (const offer of loaded) offers.set(offer.id, offer);
    },
    schedule,
  };
};

/** Starts are announced at most this far ahead: what the Rice-coded deltas of the wire format carry comfortably. */
const MAX_AHEAD = 180 * DAY;
