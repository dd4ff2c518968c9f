import type { Millis, OfferId, SessionName } from '#core/brand.ts';
import { toHex } from '#core/bytes/hex.ts';
import { DAY } from '#core/domain/limits.ts';
import { fromWireMinute } from '#core/domain/wire-time.ts';
import type { RefusalCode } from '#core/refusal.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { encodeCallOff, encodeConfirm, howNumber } from '#core/wire/answer.ts';
import type { Bundle } from '#core/wire/bundle.ts';
import { removalSecret } from '#core/wire/removal-secret.ts';
import { decodeReserve } from '#core/wire/reserve.ts';
import type { BundleExchange } from '#engine/bundles/bundle-exchange.ts';
import type { Context } from '#engine/context.ts';
import {
  type CallOffWords,
  type ConfirmWords,
  type Decision,
  encodeInboxRecord,
  type InboxRecord,
  keptUntil,
} from '#engine/fapp/inbox-entry.ts';
import { createPracticeAnswers, isOwedAgain } from '#engine/fapp/practice-answers.ts';
import type { PracticeIdentity } from '#engine/fapp/practice-identity.ts';
import type { PracticeOffers } from '#engine/fapp/practice-offers.ts';
import type { PracticeTally } from '#engine/fapp/practice-tally.ts';
import { receivedRequest } from '#engine/fapp/received-request.ts';
import type { StoreOp } from '#ports/store.ts';

/**
 * The requests that a practice received. Confirming is one atomic step: the entry, every other entry for the slot and the
 * slot itself change in one batch, with no crypto in between; sealing and sending the answers are obligations that follow
 * from what was committed, also after a crash.
 */
export interface PracticeInbox {
  /** A bundle of ours held a request. */
  onRequest(bundle: Bundle, raw: Uint8Array, session: SessionName, payload: Uint8Array): void;
  /** A session's message came: the patient cancels. True when the session is one of ours. */
  onMessage(session: SessionName, cancels: boolean): boolean;
  /** Until when the request can be answered, or why it cannot be; with words: whether it can be confirmed with them. */
  mayAnswer(requestId: string, words: ConfirmWords | undefined): Result<Millis>;
  confirm(requestId: string, words: ConfirmWords): Result<string>;
  reject(requestId: string): Result<string>;
  /** Until when this appointment can be called off in these words, or why it cannot be. */
  mayCallOff(requestId: string, words: CallOffWords): Result<Millis>;
  /** Takes a confirmation back: its slot is withdrawn, and nobody has it until it is offered anew. */
  callOff(requestId: string, words: CallOffWords): Result<string>;
  /** The practice knows that this appointment was given back. */
  acknowledge(requestId: string): Result<string>;
  /** The practice withdrew the slot: whoever asked for it is told. */
  onWithdrawn(offer: OfferId, start: Millis): void;
  onPhase(requestId: string, phase: 'sent' | 'custody'): void;
  sessions(): SessionName[];
  removalSeed(session: SessionName): Uint8Array | undefined;
  all(): Iterable<InboxRecord>;
  /** Adds what a backup holds, as far as there is room; what is known here stays. */
  take(saved: readonly InboxRecord[]): void;
  load(entries: readonly InboxRecord[]): void;
  /** Seals what is owed and lets pass what is past. */
  refresh(): void;
}

export interface PracticeInboxRules {
  readonly identity: PracticeIdentity;
  readonly offers: PracticeOffers;
  readonly bundles: BundleExchange;
  readonly tally: Pick<PracticeTally, 'turned' | 'owed'>;
  readonly capacity: number;
  readonly rejectDelay: Millis;
  /** The practice takes nothing from this sender. */
  readonly isBlocked: (sender: string) => boolean;
}

const TIMER = 'inbox';

export const createPracticeInbox = (context: Context, rules: PracticeInboxRules): PracticeInbox => {
  const { identity, offers, bundles, tally } = rules;
  const entries = new Map<string, InboxRecord>();
  context.tables.add('inbox', rules.capacity, () => entries.size);
  const bySession = new Map<SessionName, string>();

  /** In one batch with what it counts as. */
  const keep = (...ops: StoreOp[]): void => context.persist(...ops, ...tally.owed());
  const change = (entry: InboxRecord): StoreOp => {
    tally.turned(entries.get(entry.requestId), entry);
    entries.set(entry.requestId, entry);
    bySession.set(entry.session, entry.requestId);
    context.notify('inbox');
    // Slots say who asked for them and who has them.
    context.notify('practice');
    return { op: 'put', table: 'inbox', key: entry.requestId, value: encodeInboxRecord(entry) };
  };
  const { sealReceipt, seal } = createPracticeAnswers(context, { bundles, get: (id) => entries.get(id), change });
  const forSlot = (offer: OfferId, start: Millis): InboxRecord[] =>
    [...entries.values()].filter((entry) => entry.phase === 'open' && entry.offer === offer && entry.start === start);

  const onRequest: PracticeInbox['onRequest'] = (_bundle, raw, session, payload) => {
    const decoded = decodeReserve(payload);
    const give = (code: RefusalCode): void => {
      context.refused(code);
      context.crypto.forget([session]);
    };
    if (!decoded.ok) return give(decoded.code);
    const reserve = decoded.value;
    const secret = removalSecret(reserve.removalSeed, 0, 0);
    if (!bundles.commitmentHolds(raw, secret)) return give('malformed');
    const known = entries.get(toHex(reserve.requestId));
    if (known === undefined && !hasRoom()) return give('over-capacity');
    // The same request again, by replay or because its removal was lost: its receipt stands.
    if (known !== undefined) bundles.removeOpened(raw, secret);
    if (known !== undefined) return give('replayed');
    const open = forSlot(reserve.offer, fromWireMinute(reserve.start));
    const entry = receivedRequest(reserve, session, { ...rules, open, now: context.now() });
    if (entry.refusal !== undefined) context.refused(entry.refusal);
    keep(change(entry));
    // Only now: nobody hears that its bundle can go before the request is kept.
    bundles.removeOpened(raw, secret);
    sealReceipt(entry);
    schedule();
  };

  const decide = (entry: InboxRecord, decision: Decision, notBefore: Millis): StoreOp =>
    change({ ...entry, ...decision, answer: 'owed', answerNotBefore: notBefore });

  const rejectOthers = (offer: OfferId, start: Millis, except: string, refusal: RefusalCode): StoreOp[] =>
    forSlot(offer, start)
      .filter((entry) => entry.requestId !== except)
      .map((entry) => {
        const delay = Math.floor(context.random.fraction() * rules.rejectDelay);
        return decide(entry, { phase: 'rejected', note: '', refusal }, (context.now() + delay) as Millis);
      });

  const openEntry = (requestId: string): Result<InboxRecord> => {
    const refused = identity.refusal();
    if (refused !== undefined) return refuse(refused);
    const entry = entries.get(requestId);
    if (entry === undefined || entry.phase === 'refused') return refuse('not-found');
    if (entry.phase !== 'open') return refuse(entry.phase === 'expired' ? 'expired' : 'wrong-state');
    return entry.deadline <= context.now() ? refuse('expired') : ok(entry);
  };

  const confirmable = (requestId: string, words: ConfirmWords): Result<InboxRecord> => {
    const open = openEntry(requestId);
    if (!open.ok) return open;
    if (offers.slot(open.value.offer, open.value.start)?.state !== 'free') return refuse('slot-taken');
    const trial = encodeConfirm({ note: words.note, how: howNumber(words.how) }, undefined);
    return trial.ok ? open : trial;
  };

  const callableOff = (requestId: string, words: CallOffWords): Result<InboxRecord> => {
    const refused = identity.refusal();
    if (refused !== undefined) return refuse(refused);
    const entry = entries.get(requestId);
    if (entry === undefined || entry.phase === 'refused') return refuse('not-found');
    if (entry.phase !== 'confirmed') return refuse('wrong-state');
    if (entry.start <= context.now()) return refuse('expired');
    const trial = encodeCallOff({ reason: 0, text: words.text }, undefined);
    return trial.ok ? ok(entry) : trial;
  };

  const drop = (entry: InboxRecord): void => {
    entries.delete(entry.requestId);
    bySession.delete(entry.session);
    context.crypto.forget([entry.session]);
    context.persist({ op: 'delete', table: 'inbox', key: entry.requestId });
  };
  const prune = (): void => {
    for (const entry of [...entries.values()]) {
      if (entry.phase !== 'open' && keptUntil(entry) <= context.now()) drop(entry);
    }
  };
  /** Room is made at the cost of the oldest that was refused: a flood of those keeps nobody out. */
  const hasRoom = (): boolean => {
    if (entries.size < rules.capacity) return true;
    const refused = [...entries.values()].find((entry) => entry.phase === 'refused' && !entry.owesReceipt);
    if (refused !== undefined) drop(refused);
    return refused !== undefined;
  };

  const refresh = (): void => {
    for (const entry of [...entries.values()]) {
      if (entry.phase === 'open' && entry.deadline <= context.now()) keep(change({ ...entry, phase: 'expired' }));
      if (isOwedAgain(entry, context.now())) keep(change({ ...entry, answer: 'owed', answerNotBefore: context.now() }));
      const present = entries.get(entry.requestId) ?? entry;
      sealReceipt(present);
      seal(present);
    }
    prune();
    schedule();
  };

  const schedule = (): void => {
    const deadlines = [...entries.values()].filter((entry) => entry.phase === 'open').map((entry) => entry.deadline);
    const next = Math.min(...deadlines, context.now() + DAY);
    if (entries.size > 0) context.timers.set(TIMER, Math.max(next, context.now() + 1) as Millis, refresh);
  };

  return {
    onRequest,
    onMessage: (session, cancels) => {
      const entry = entries.get(bySession.get(session) ?? '');
      if (entry === undefined) return false;
      if (!cancels || (entry.phase !== 'open' && entry.phase !== 'confirmed')) return true;
      const confirmed = entry.phase === 'confirmed';
      const freed = confirmed && entry.start > context.now() ? offers.setSlot(entry.offer, entry.start, 'free') : [];
      keep(change({ ...entry, phase: 'cancelled', unseen: confirmed }), ...freed);
      schedule();
      return true;
    },
    mayAnswer: (requestId, words) => {
      const found = words === undefined ? openEntry(requestId) : confirmable(requestId, words);
      return found.ok ? ok(found.value.deadline) : found;
    },
    confirm: (requestId, { note, how }) => {
      const known = entries.get(requestId);
      if (known?.phase === 'confirmed') return ok(requestId);
      const found = confirmable(requestId, { note, how });
      if (!found.ok) return found;
      const entry = found.value;
      keep(
        decide(entry, { phase: 'confirmed', note, how, refusal: undefined }, context.now()),
        ...rejectOthers(entry.offer, entry.start, requestId, 'slot-taken'),
        ...offers.setSlot(entry.offer, entry.start, 'confirmed'),
      );
      refresh();
      return ok(requestId);
    },
    reject: (requestId) => {
      if (entries.get(requestId)?.phase === 'rejected') return ok(requestId);
      const open = openEntry(requestId);
      if (!open.ok) return open;
      keep(decide(open.value, { phase: 'rejected', note: '', refusal: undefined }, context.now()));
      refresh();
      return ok(requestId);
    },
    mayCallOff: (requestId, words) => {
      const found = callableOff(requestId, words);
      return found.ok ? ok(found.value.start) : found;
    },
    callOff: (requestId, { reason, text }) => {
      if (entries.get(requestId)?.phase === 'called-off') return ok(requestId);
      const found = callableOff(requestId, { reason, text });
      if (!found.ok) return found;
      const { offer, start, note } = found.value;
      const entry = { ...found.value, callOff: { reason, text } };
      const decision = { phase: 'called-off', note, refusal: undefined } as const;
      keep(
        entry.restored ? change({ ...entry, ...decision }) : decide(entry, decision, context.now()),
        ...offers.setSlot(offer, start, 'withdrawn'),
      );
      refresh();
      return ok(requestId);
    },
    acknowledge: (requestId) => {
      const entry = entries.get(requestId);
      if (entry === undefined) return refuse('not-found');
      if (entry.unseen) keep(change({ ...entry, unseen: false }));
      return ok(requestId);
    },
    onWithdrawn: (offer, start) => {
      const ops = rejectOthers(offer, start, '', 'slot-gone');
      keep(...ops);
      if (ops.length > 0) refresh();
    },
    onPhase: (requestId, phase) => {
      const entry = entries.get(requestId);
      if (entry?.answer !== undefined && entry.answer !== 'owed') keep(change({ ...entry, answer: phase }));
    },
    sessions: () =>
      [...entries.values()]
        .filter((entry) => !entry.restored && (entry.phase === 'open' || entry.phase === 'confirmed'))
        .map((entry) => entry.session),
    removalSeed: (session) => entries.get(bySession.get(session) ?? '')?.removalSeed,
    all: () => entries.values(),
    take: (saved) => {
      for (const entry of saved) if (!entries.has(entry.requestId) && hasRoom()) keep(change(entry));
      schedule();
    },
    load: (loaded) => {
      for (const entry of loaded) {
        entries.set(entry.requestId, entry);
        bySession.set(entry.session, entry.requestId);
      }
    },
    refresh,
  };
};
