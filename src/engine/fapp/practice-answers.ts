import type { Millis } from '#core/brand.ts';
import { BUNDLE_TTL, DAY } from '#core/domain/limits.ts';
import { ok, type Result } from '#core/result.ts';
import { CALL_OFF_REASONS, encodeCallOff, encodeConfirm, encodeReject, howNumber } from '#core/wire/answer.ts';
import { encodeReceipt } from '#core/wire/receipt.ts';
import { removalSecret } from '#core/wire/removal-secret.ts';
import type { BundleExchange } from '#engine/bundles/bundle-exchange.ts';
import type { Context } from '#engine/context.ts';
import { type InboxRecord, reasonByte } from '#engine/fapp/inbox-entry.ts';
import type { StoreOp } from '#ports/store.ts';

/**
 * Seals what a practice owes to those who asked, the receipt and then the answer, and queues it: obligations that follow from
 * what was committed, also after a crash (docs/protocol/session.md).
 */
export interface PracticeAnswers {
  sealReceipt(entry: InboxRecord): void;
  seal(entry: InboxRecord): void;
}

export interface PracticeAnswersRules {
  readonly bundles: BundleExchange;
  readonly get: (requestId: string) => InboxRecord | undefined;
  readonly change: (entry: InboxRecord) => StoreOp;
}

/** A number never seals two contents: what calls off follows a confirmation. */
const [ANSWER_NUMBER, CALL_OFF_NUMBER] = [1, 2] as const;

/** A call-off is put in a new bundle before the last one expires, as long as there is an appointment to miss. */
export const isOwedAgain = ({ phase, answer, answerNotBefore, start, restored }: InboxRecord, now: Millis): boolean =>
  !restored && phase === 'called-off' && answer !== 'owed' && start > now && answerNotBefore + BUNDLE_TTL - DAY <= now;

const encodeAnswerOf = (entry: InboxRecord, bundles: BundleExchange): Result<Uint8Array> => {
  const length = (content: number): number => bundles.innerLength('message', content);
  switch (entry.phase) {
    case 'confirmed': {
      const { note, how } = entry;
      return encodeConfirm({ note, how: howNumber(how) }, length(3 + note.length * 3));
    }
    case 'called-off': {
      const { reason, text } = entry.callOff ?? { reason: 'other', text: '' };
      return encodeCallOff({ reason: CALL_OFF_REASONS.indexOf(reason), text }, length(3 + text.length * 3));
    }
    default:
      return ok(encodeReject({ kind: 'reject', reason: reasonByte(entry) }, length(2)));
  }
};

export const createPracticeAnswers = (context: Context, rules: PracticeAnswersRules): PracticeAnswers => {
  const { bundles, get, change } = rules;
  const sealing = new Set<string>();

  const sealReceipt = (entry: InboxRecord): void => {
    if (!entry.owesReceipt || sealing.has(entry.requestId)) return;
    const status = entry.phase === 'refused' ? reasonByte(entry) : 0;
    const inner = encodeReceipt({ kind: 'receipt', status }, bundles.innerLength('handshake', 2));
    sealing.add(entry.requestId);
    context.crypto.sealReceipt(entry.session, inner, (body) => {
      sealing.delete(entry.requestId);
      const present = get(entry.requestId);
      if (!present?.owesReceipt) return;
      const sealed = { ...present, owesReceipt: false };
      context.persist(change(sealed));
      bundles.deposit(entry.bucket, body, removalSecret(entry.removalSeed, 1, 0), {
        owner: `receipt:${entry.requestId}`,
        notBefore: context.now(),
        expires: (context.now() + BUNDLE_TTL) as Millis,
      });
      seal(sealed);
    });
  };

  const seal = (entry: InboxRecord): void => {
    if (entry.answer !== 'owed' || entry.owesReceipt || sealing.has(entry.requestId)) return;
    const payload = encodeAnswerOf(entry, bundles);
    if (!payload.ok) return context.refused(payload.code);
    const number = entry.phase === 'called-off' ? CALL_OFF_NUMBER : ANSWER_NUMBER;
    sealing.add(entry.requestId);
    context.crypto.sealMessage(entry.session, number, payload.value, (body) => {
      sealing.delete(entry.requestId);
      const present = get(entry.requestId);
      if (present?.answer !== 'owed') return;
      // Called off while its confirmation was being sealed: nobody hears of that any more.
      if (present.phase === 'called-off' && number !== CALL_OFF_NUMBER) return seal(present);
      context.persist(change({ ...present, answer: 'queued' }));
      bundles.deposit(entry.bucket, body, removalSecret(entry.removalSeed, 1, number), {
        // Takes the place of a confirmation that still waits here.
        owner: `answer:${entry.requestId}`,
        notBefore: entry.answerNotBefore,
        expires: (Math.max(context.now(), entry.answerNotBefore) + BUNDLE_TTL) as Millis,
      });
    });
  };

  return { sealReceipt, seal };
};
