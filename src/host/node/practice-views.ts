import type { Millis } from '#core/brand.ts';
import { meetsAny } from '#core/calendar/span.ts';
import { decisionId } from '#engine/fapp/held-decision.ts';
import { HOLD } from '#engine/fapp/held-decisions.ts';
import type { InboxRecord } from '#engine/fapp/inbox-entry.ts';
import { type OwnOffer, spanOf, startsToAnnounce } from '#engine/fapp/own-offer.ts';
import { owesUntil, type PatientRequest } from '#engine/fapp/patient-request.ts';
import type { Views } from '#engine/views.ts';
import type { Driver } from '#host/driver.ts';
import { toTrust } from '#host/node/slot-views.ts';
import type { Held, InboxEntry, OfferView, OwnSlot, PracticeView, RequestView, SlotDetails } from '#host/rpc/api.ts';
import { StoreError } from '#ports/store.ts';

/** A practice's and a patient's own records, as the interface shows them. */
export const toPracticeView = (views: Views, now: Millis): PracticeView | undefined => {
  const practice = views.practice();
  if (practice === undefined) return undefined;
  const { address, publicKey, epoch, profile, restoring } = practice;
  return {
    address,
    publicKey,
    epoch,
    profile,
    restoring,
    retired: practice.retired,
    trust: toTrust(views.identity(address)),
    offers: views
      .offers()
      .filter((offer) => !offer.withdrawn)
      .map((offer) => toOfferView(views, offer, now)),
    calendar: views.calendar(),
  };
};

const heldOf = (views: Views, id: string): Held | undefined => {
  const held = views.held().find(({ decision }) => decisionId(decision) === id);
  return held && { id, kind: held.decision.kind, from: (held.at - HOLD) as Millis, at: held.at };
};

/** Whatever is decided of a request, it waits under one id. */
const ofRequest = (requestId: string): string => decisionId({ kind: 'reject', requestId });

export const toOfferView = (views: Views, offer: OwnOffer, now: Millis): OfferView => {
  const inbox = views.inbox().filter((entry) => entry.offer === offer.id);
  const { busy } = views.calendar();
  const free = offer.slots.filter(({ state }) => state === 'free');
  const covered = new Set(free.map(({ start }) => start).filter((start) => meetsAny(busy, spanOf(offer, start))));
  const carried = new Set(startsToAnnounce(offer, now, ({ from }) => covered.has(from)));
  const toSlot = ({ start, state, pattern, withheld }: OwnOffer['slots'][number]): OwnSlot => {
    const entries = inbox.filter((entry) => entry.start === start);
    const requests = entries.filter((entry) => entry.phase === 'open').length;
    const confirmed = entries.find((entry) => entry.phase === 'confirmed');
    const held =
      confirmed === undefined
        ? heldOf(views, decisionId({ kind: 'withdraw-slot', offer: offer.id, start }))
        : heldOf(views, ofRequest(confirmed.requestId));
    const confirmedFor = confirmed?.pseudonym;
    const whose =
      confirmed === undefined
        ? {}
        : {
            confirmedRequest: confirmed.requestId,
            ...(confirmed.how ? { confirmedHow: confirmed.how } : {}),
            ...(confirmed.restored ? { restored: true } : {}),
          };
    const hidden = state === 'free' && covered.has(start);
    const origin = { ...(pattern === undefined ? {} : { pattern }), ...(withheld ? { withheld } : {}) };
    const waits = state === 'free' && !hidden && !carried.has(start);
    const unseen = { ...(hidden ? { hidden } : {}), ...(waits ? { waits } : {}) };
    const slot = { start, requests, held, confirmedFor, ...whose, ...origin };
    if (start <= now && state !== 'confirmed') return { ...slot, state: 'past', requests: 0 };
    return { ...slot, ...unseen, state: state === 'free' && requests > 0 ? 'requested' : state };
  };
  const { id, type, verfahren, modalitaeten, kostentraeger, minutes, plz, ageGroup, series, codeRequired } = offer;
  return {
    ...{ id, type, verfahren, modalitaeten, kostentraeger, minutes, plz, ageGroup, series, codeRequired },
    slots: offer.slots.map(toSlot),
    announcedAt: offer.announced?.at,
    spread: offer.dirty ? 'queued' : (offer.announced?.spread ?? 'queued'),
  };
};

/** Who was confirmed had an appointment to cancel; from then on nobody cares how far the confirmation came. */
const phaseOf = (
  { answer }: InboxRecord,
  phase: Exclude<InboxRecord['phase'], 'refused'>,
): Pick<InboxEntry, 'phase' | 'answer'> => {
  if (phase !== 'cancelled') return { phase, answer: answer === 'owed' ? 'queued' : answer };
  return { phase: answer === undefined ? 'withdrawn' : 'cancelled', answer: undefined };
};

export const toInboxEntry = (views: Views, entry: InboxRecord): InboxEntry | undefined => {
  const practice = views.practice();
  const offer = views.offers().find((own) => own.id === entry.offer);
  if (practice === undefined || offer === undefined || entry.phase === 'refused') return undefined;
  return {
    requestId: entry.requestId,
    ref: { practice: practice.address, offer: entry.offer, start: entry.start },
    minutes: offer.minutes,
    type: offer.type,
    modalitaeten: offer.modalitaeten,
    receivedAt: entry.receivedAt,
    deadline: entry.deadline,
    ...phaseOf(entry, entry.phase),
    unseen: entry.unseen,
    sender: entry.sender,
    pseudonym: entry.pseudonym,
    text: entry.text,
    code: entry.code,
    note: entry.note,
    how: entry.how,
    callOff: entry.callOff,
    restored: entry.restored,
    held: heldOf(views, ofRequest(entry.requestId)),
  };
};

/** The slot as the person saw it travels with the request as text that the node made itself. */
export const encodeDisplay = (details: SlotDetails): string => JSON.stringify(details);

export const toDetails = (display: string): SlotDetails => JSON.parse(display);

export const toRequestView = (request: PatientRequest): RequestView => {
  const slot = toDetails(request.display);
  const keptUntil = owesUntil(request);
  return {
    requestId: request.requestId,
    phase: request.phase,
    times: request.times,
    refusal: request.refusal,
    cancelHeldAt: request.cancelHeldAt,
    ...(request.practiceMoved ? { practiceMoved: true } : {}),
    ...(request.shownAt === undefined ? {} : { shownAt: request.shownAt }),
    ...(keptUntil === undefined ? {} : { keptUntil }),
    replaces: request.replaces,
    ...(request.pickUp === undefined ? {} : { pickedUp: true }),
    slot,
    pseudonym: request.pseudonym,
    text: request.text,
    deadline: request.deadline,
    note: request.note,
    how: request.how,
    calledOff: request.calledOff,
  };
};

/**
 * Reads once everything that happened so far is durable: nothing is shown that a crash could undo. Rejects with
 * StoreError `closed` when that was never kept: whoever runs the node has begun anew from what was, and asks there.
 */
export const whenSettled = async <T>(driver: Driver, read: () => T): Promise<T> => {
  const value = read();
  if (!(await driver.settled())) throw new StoreError('closed');
  return value;
};
