import * as v from 'valibot';
import type { Bucket, Millis, OfferId, SessionName } from '#core/brand.ts';
import { BUNDLE_TTL, DAY } from '#core/domain/limits.ts';
import { MODALITAETEN, type Modalitaet } from '#core/domain/values.ts';
import { decodeLocal, encodeLocal, hexBytes, hexText } from '#core/local-record.ts';
import { REFUSALS, type RefusalCode } from '#core/refusal.ts';
import type { Result } from '#core/result.ts';
import { CALL_OFF_REASONS, type CallOffReason } from '#core/wire/answer.ts';

/** A request that a practice received, as kept on the practice's device. */
export interface InboxRecord {
  readonly requestId: string;
  /** Fixed for this sender and this practice: 16 hex digits. */
  readonly sender: string;
  readonly pseudonym: string;
  readonly code: string;
  readonly text: string;
  readonly offer: OfferId;
  readonly start: Millis;
  readonly receivedAt: Millis;
  readonly deadline: Millis;
  readonly phase: InboxPhase;
  /** Why it was refused at once (phase `refused`, not shown), or rejected without a person saying so. */
  readonly refusal: RefusalCode | undefined;
  /** The receipt is not sealed yet; no answer is before it. */
  readonly owesReceipt: boolean;
  /** How far our answer came; `owed` until it is sealed. */
  readonly answer: AnswerPhase | undefined;
  readonly answerNotBefore: Millis;
  readonly note: string;
  /** How the practice said that the appointment is held (phase `confirmed`). */
  readonly how?: Modalitaet | undefined;
  /** A confirmed appointment was given back, and the practice has not said yet that it knows. */
  readonly unseen: boolean;
  /** What the practice said when it called the appointment off (phase `called-off`). */
  readonly callOff?: CallOffWords | undefined;
  /** From a backup file: the keys of its session are gone, so that nothing can be sent to this person or heard of them. */
  readonly restored?: true | undefined;
  readonly session: SessionName;
  readonly bucket: Bucket;
  readonly removalSeed: Uint8Array;
}

/** What a practice says with a confirmation. */
export interface ConfirmWords {
  readonly note: string;
  readonly how?: Modalitaet | undefined;
}

/** What stands in a stored record of it. */
export const confirmWords = v.object({ note: v.string(), how: v.optional(v.picklist(MODALITAETEN)) });

/** Why a practice calls an appointment off. */
export interface CallOffWords {
  readonly reason: CallOffReason;
  readonly text: string;
}

/** What stands in a stored record of it. */
export const callOffWords = v.object({ reason: v.picklist(CALL_OFF_REASONS), text: v.string() });

const PHASES = ['open', 'confirmed', 'rejected', 'cancelled', 'called-off', 'expired', 'refused'] as const;
const ANSWER_PHASES = ['owed', 'queued', 'sent', 'custody'] as const;
export type InboxPhase = (typeof PHASES)[number];
export type AnswerPhase = (typeof ANSWER_PHASES)[number];

export type Decision = Pick<InboxRecord, 'phase' | 'note' | 'how' | 'refusal'>;

/** 0: nothing forbade it. A rejection with it is a person's own, who owes no reason. */
export const reasonByte = ({ refusal }: InboxRecord): number => (refusal === undefined ? 0 : REFUSALS[refusal]);

/** Ended entries are kept this long after their slot, for the therapist to look up. */
const KEEP_ENDED = 14 * DAY;

/**
 * Until when an entry that ended is kept. Longer than its bundle can come again: the entries are the replay cache. What a
 * refused request says of its slot is anybody's word and buys it no time.
 */
export const keptUntil = (entry: InboxRecord): Millis =>
  (entry.phase === 'refused'
    ? entry.receivedAt + BUNDLE_TTL + DAY
    : Math.max(entry.start, entry.receivedAt) + KEEP_ENDED) as Millis;

const schema = v.pipe(
  v.object({
    requestId: v.string(),
    sender: v.string(),
    pseudonym: v.string(),
    code: v.string(),
    text: v.string(),
    offer: v.number(),
    start: v.number(),
    receivedAt: v.number(),
    deadline: v.number(),
    phase: v.picklist(PHASES),
    refusal: v.nullable(v.picklist(Object.keys(REFUSALS) as [RefusalCode, ...RefusalCode[]])),
    owesReceipt: v.boolean(),
    answer: v.nullable(v.picklist(ANSWER_PHASES)),
    answerNotBefore: v.number(),
    ...confirmWords.entries,
    // Records from before there was such a thing are seen.
    unseen: v.optional(v.boolean(), false),
    callOff: v.optional(callOffWords),
    restored: v.optional(v.literal(true)),
    session: v.string(),
    bucket: v.number(),
    removalSeed: hexBytes,
  }),
  v.transform(
    (record): InboxRecord => ({
      ...record,
      offer: record.offer as OfferId,
      start: record.start as Millis,
      receivedAt: record.receivedAt as Millis,
      deadline: record.deadline as Millis,
      refusal: record.refusal ?? undefined,
      answer: record.answer ?? undefined,
      answerNotBefore: record.answerNotBefore as Millis,
      session: record.session as SessionName,
      bucket: record.bucket as Bucket,
    }),
  ),
);

export const encodeInboxRecord = (entry: InboxRecord): Uint8Array =>
  encodeLocal({
    ...entry,
    removalSeed: hexText(entry.removalSeed),
    refusal: entry.refusal ?? null,
    answer: entry.answer ?? null,
  });

export const decodeInboxRecord = (bytes: Uint8Array): Result<InboxRecord> => decodeLocal(schema, bytes);
