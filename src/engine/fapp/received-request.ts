import type { Millis, SessionName } from '#core/brand.ts';
import { toHex } from '#core/bytes/hex.ts';
import { isTooSoon } from '#core/domain/deadline.ts';
import { DAY, MAX_OPEN_REQUESTS_PER_SLOT } from '#core/domain/limits.ts';
import { fromWireMinute } from '#core/domain/wire-time.ts';
import type { RefusalCode } from '#core/refusal.ts';
import type { Reserve } from '#core/wire/reserve.ts';
import type { InboxRecord } from '#engine/fapp/inbox-entry.ts';
import type { PracticeIdentity } from '#engine/fapp/practice-identity.ts';
import type { PracticeOffers } from '#engine/fapp/practice-offers.ts';

export interface ReceivedRequestRules {
  readonly identity: Pick<PracticeIdentity, 'current'>;
  readonly offers: Pick<PracticeOffers, 'get' | 'slot' | 'isHidden'>;
  /** The practice takes nothing from this sender. */
  readonly isBlocked: (sender: string) => boolean;
  /** The open requests for the slot that is asked for. */
  readonly open: readonly InboxRecord[];
  readonly now: Millis;
}

/** Why this request cannot be taken, judged once, when it arrives. */
const judge = (reserve: Reserve, deadline: Millis, rules: ReceivedRequestRules): RefusalCode | undefined => {
  const { identity, offers, open, now } = rules;
  const start = fromWireMinute(reserve.start);
  const sender = toHex(reserve.pseudonymId);
  const practice = identity.current();
  if (practice === undefined || practice.retired) return 'stale-epoch';
  if (reserve.epoch !== practice.epoch) return 'stale-epoch';
  const offer = offers.get(reserve.offer);
  const slot = offers.slot(reserve.offer, start);
  if (offer === undefined || offer.withdrawn || slot === undefined || slot.state === 'withdrawn') return 'slot-gone';
  if (slot.state === 'confirmed' || offers.isHidden(reserve.offer, start)) return 'slot-taken';
  if (isTooSoon(now, start)) return 'slot-too-soon';
  if (deadline <= now) return 'expired';
  if (rules.isBlocked(sender)) return 'blocked';
  if (offer.codeRequired && reserve.code === '') return 'code-required';
  if (open.some((entry) => entry.sender === sender)) return 'replayed';
  return open.length >= MAX_OPEN_REQUESTS_PER_SLOT ? 'too-many-requests' : undefined;
};

/** What a practice keeps of a request that came: open, or refused with the reason that its receipt names. */
export const receivedRequest = (reserve: Reserve, session: SessionName, rules: ReceivedRequestRules): InboxRecord => {
  const { now } = rules;
  const start = fromWireMinute(reserve.start);
  // A request that claims a later deadline than the protocol allows is cut to what it allows.
  const latest = Math.min(now + DAY, start);
  const deadline = Math.min(fromWireMinute(reserve.deadline), latest) as Millis;
  const refusal = judge(reserve, deadline, rules);
  return {
    requestId: toHex(reserve.requestId),
    sender: toHex(reserve.pseudonymId),
    pseudonym: reserve.name,
    code: reserve.code,
    text: reserve.text,
    offer: reserve.offer,
    start,
    receivedAt: now,
    deadline,
    phase: refusal === undefined ? 'open' : 'refused',
    refusal,
    owesReceipt: true,
    answer: undefined,
    answerNotBefore: 0 as Millis,
    note: '',
    unseen: false,
    session,
    bucket: reserve.replyBucket,
    removalSeed: reserve.removalSeed,
  };
};
