import * as v from 'valibot';
import type { Bucket, Counter, Epoch, MessageId, Millis, NodeAddress, OfferId, SessionName } from '#core/brand.ts';
import { BUNDLE_TTL } from '#core/domain/limits.ts';
import type { Modalitaet } from '#core/domain/values.ts';
import { decodeLocal, encodeLocal, hexBytes, hexText } from '#core/local-record.ts';
import { REFUSALS, type RefusalCode } from '#core/refusal.ts';
import type { Result } from '#core/result.ts';
import { type CallOffWords, callOffWords, confirmWords } from '#engine/fapp/inbox-entry.ts';

/** A patient's own request, as kept on the device: what was asked, how far it came, what came back. */
export interface PatientRequest {
  readonly requestId: string;
  readonly practice: NodeAddress;
  readonly offer: OfferId;
  readonly start: Millis;
  readonly epoch: Epoch;
  readonly counter: Counter;
  readonly pseudonym: string;
  readonly code: string;
  readonly text: string;
  readonly deadline: Millis;
  readonly session: SessionName;
  /** Where its answers lie, and the seed of the secrets that remove them. */
  readonly bucket: Bucket;
  readonly removalSeed: Uint8Array;
  readonly phase: PatientPhase;
  readonly times: Readonly<Partial<Record<PatientPhase, Millis>>>;
  /** Why it was refused or rejected; undefined also where a person rejected it, who owes no reason. */
  readonly refusal: RefusalCode | undefined;
  readonly note: string;
  /** How the practice said that the appointment is held. */
  readonly how?: Modalitaet | undefined;
  /** The practice took its confirmation back, and what it said (phase `cancelled`). */
  readonly calledOff?: CallOffWords | undefined;
  /** A cancellation is owed to the practice as soon as the session allows. */
  readonly owesCancel: boolean;
  /** When a relay took custody of the cancellation. */
  readonly cancelHeldAt: Millis | undefined;
  /** The practice began a new epoch after it had this: its new device knows no line to here. */
  readonly practiceMoved: boolean;
  /** Answers that were taken already, by message number: the replay cache of the session. */
  readonly answered: readonly number[];
  /** The bundle that carries the request, as long as it is ours to send. */
  readonly bundleId: MessageId | undefined;
  /** When it was shown to a kiosk, sealed; whether it was taken nobody here knows. */
  readonly shownAt?: Millis | undefined;
  /** The confirmed request that ends when this one is confirmed. */
  readonly replaces: string | undefined;
  /** Taken over with a pick-up code, when, and whether only for as long as somebody looks. */
  readonly pickUp: { readonly at: Millis; readonly guest: boolean } | undefined;
  /** What the person saw when asking, for the interface; the engine does not read it. */
  readonly display: string;
}

export const PATIENT_PHASES = [
  'queued',
  'sent',
  'custody',
  'delivered',
  'confirmed',
  'rejected',
  'cancelled',
  'expired',
  'refused',
] as const;
export type PatientPhase = (typeof PATIENT_PHASES)[number];

/** Phases in which an answer can still come. */
export const isOpenPhase = (phase: PatientPhase): boolean =>
  phase === 'queued' || phase === 'sent' || phase === 'custody' || phase === 'delivered';

const ORDER: Record<PatientPhase, number> = {
  queued: 0,
  sent: 1,
  custody: 2,
  delivered: 3,
  confirmed: 4,
  rejected: 4,
  cancelled: 5,
  expired: 5,
  refused: 5,
};

/** The request in a later phase, with the time at which that became true; unchanged when it is there or past it. */
export const advance = (request: PatientRequest, phase: PatientPhase, now: Millis): PatientRequest =>
  ORDER[phase] <= ORDER[request.phase] ? request : { ...request, phase, times: { ...request.times, [phase]: now } };

/** Which appointment somebody asks for. */
export type SlotAsked = Pick<PatientRequest, 'practice' | 'offer' | 'start'>;

/** It asks for this slot, or has it. */
export const isForSlot = (request: PatientRequest, { practice, offer, start }: SlotAsked): boolean =>
  (isOpenPhase(request.phase) || request.phase === 'confirmed') &&
  request.practice === practice &&
  request.offer === offer &&
  request.start === start;

/** What is to be replaced must be theirs, with the same practice, ahead, and not moved already. */
export const mayReplace = (
  requests: ReadonlyMap<string, PatientRequest>,
  { replaces, practice }: { readonly replaces?: string | undefined; readonly practice: NodeAddress },
  now: Millis,
): boolean => {
  const old = requests.get(replaces ?? '');
  if (old === undefined || old.phase !== 'confirmed' || old.practice !== practice) return false;
  const isMoved = [...requests.values()].some((one) => one.replaces === replaces && isOpenPhase(one.phase));
  return !isMoved && old.start > now;
};

/** Message 2 came: the practice's device has it, and a session with this one. */
export const established = (request: PatientRequest): boolean => request.times.delivered !== undefined;

/** Until then answers may come: everything that was sealed for us has expired after it. */
const answersUntil = ({ phase, deadline, start }: PatientRequest): Millis => {
  // What was confirmed may be called off until it begins.
  const last = phase === 'confirmed' ? Math.max(deadline, start) : deadline;
  return (last + BUNDLE_TTL) as Millis;
};

export const listens = (request: PatientRequest, now: Millis): boolean =>
  request.phase !== 'refused' && request.phase !== 'rejected' && now < answersUntil(request);

/**
 * Until then it stays: a practice that has it hears of the cancellation as soon as its receipt is here, and the keys for that
 * are kept with it. Undefined when no cancellation is owed.
 */
export const owesUntil = (request: PatientRequest): Millis | undefined =>
  request.owesCancel ? answersUntil(request) : undefined;

/**
 * The request once its practice began a new epoch: what the old device never received can be opened by nobody any more. What
 * that device had stands, but the new one hears nothing of it from here, nor that it was given back.
 */
export const afterMove = (request: PatientRequest, now: Millis): PatientRequest => {
  const { phase, start } = request;
  const isOpen = isOpenPhase(phase);
  if (!established(request)) {
    return isOpen ? { ...advance(request, 'refused', now), refusal: 'stale-epoch' } : request;
  }
  const matters = start > now && (isOpen || phase === 'confirmed' || phase === 'cancelled');
  return matters && !request.practiceMoved ? { ...request, practiceMoved: true } : request;
};

const refusalCode = v.picklist(Object.keys(REFUSALS) as [RefusalCode, ...RefusalCode[]]);

const schema = v.pipe(
  v.object({
    requestId: v.string(),
    practice: v.string(),
    offer: v.number(),
    start: v.number(),
    epoch: v.number(),
    counter: v.number(),
    pseudonym: v.string(),
    code: v.string(),
    text: v.string(),
    deadline: v.number(),
    session: v.string(),
    bucket: v.number(),
    removalSeed: hexBytes,
    phase: v.picklist(PATIENT_PHASES),
    times: v.record(v.picklist(PATIENT_PHASES), v.number()),
    refusal: v.nullable(refusalCode),
    ...confirmWords.entries,
    calledOff: v.optional(callOffWords),
    owesCancel: v.boolean(),
    // Absent in records of before.
    cancelHeldAt: v.nullish(v.number()),
    practiceMoved: v.optional(v.boolean(), false),
    answered: v.array(v.number()),
    bundleId: v.nullable(v.string()),
    // Absent in records of before.
    shownAt: v.nullish(v.number()),
    replaces: v.nullish(v.string()),
    // Absent in records of before, and in one's own.
    pickUp: v.nullish(v.object({ at: v.number(), guest: v.boolean() })),
    display: v.string(),
  }),
  v.transform(
    (record): PatientRequest => ({
      ...record,
      practice: record.practice as NodeAddress,
      offer: record.offer as OfferId,
      start: record.start as Millis,
      epoch: record.epoch as Epoch,
      counter: record.counter as Counter,
      deadline: record.deadline as Millis,
      session: record.session as SessionName,
      bucket: record.bucket as Bucket,
      times: record.times as Partial<Record<PatientPhase, Millis>>,
      refusal: record.refusal ?? undefined,
      bundleId: (record.bundleId ?? undefined) as MessageId | undefined,
      shownAt: (record.shownAt ?? undefined) as Millis | undefined,
      replaces: record.replaces ?? undefined,
      cancelHeldAt: (record.cancelHeldAt ?? undefined) as Millis | undefined,
      pickUp: record.pickUp ? { ...record.pickUp, at: record.pickUp.at as Millis } : undefined,
    }),
  ),
);

export const encodePatientRequest = (request: PatientRequest): Uint8Array =>
  encodeLocal({
    ...request,
    removalSeed: hexText(request.removalSeed),
    refusal: request.refusal ?? null,
    bundleId: request.bundleId ?? null,
    cancelHeldAt: request.cancelHeldAt ?? null,
    shownAt: request.shownAt ?? null,
    replaces: request.replaces ?? null,
    pickUp: request.pickUp ?? null,
  });

export const decodePatientRequest = (bytes: Uint8Array): Result<PatientRequest> => decodeLocal(schema, bytes);
