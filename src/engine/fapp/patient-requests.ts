import type { Bucket, Millis, NodeAddress, SessionName } from '#core/brand.ts';
import { DAY } from '#core/domain/limits.ts';
import type { RefusalCode } from '#core/refusal.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import type { Answer } from '#core/wire/answer.ts';
import { decodeReceipt } from '#core/wire/receipt.ts';
import { removalSecret } from '#core/wire/removal-secret.ts';
import type { BundleExchange } from '#engine/bundles/bundle-exchange.ts';
import type { Outbox } from '#engine/bundles/outbox.ts';
import { type AdoptedRequest, MAX_DISPLAY } from '#engine/command.ts';
import type { Context } from '#engine/context.ts';
import { adoptedRequest, dueAt, expiresAt, inEpoch, saidAt } from '#engine/fapp/adopted-request.ts';
import { newPatientRequest } from '#engine/fapp/new-patient-request.ts';
import { createPatientPost } from '#engine/fapp/patient-post.ts';
import {
  advance,
  encodePatientRequest,
  established,
  isForSlot,
  isOpenPhase,
  listens,
  mayReplace,
  owesUntil,
  type PatientRequest,
  type SlotAsked,
} from '#engine/fapp/patient-request.ts';
import { findReservable, type Reservable, type ReservableRules, type ReserveCommand } from '#engine/fapp/reservable.ts';
import { takeAnswer, takeReceipt } from '#engine/fapp/take-answer.ts';

/** A patient's own requests: made, sealed, sent, answered, cancelled, expired. */
export interface PatientRequests {
  /** `isWanted` is asked once more when it is sealed, before it is kept and sent. */
  reserve(command: ReserveCommand, reply: (result: Result<string>) => void, isWanted?: () => boolean): void;
  /** Why this slot could not be asked for now; undefined when it could. */
  refusalOf(command: ReserveCommand): RefusalCode | undefined;
  /** A request for this slot is open or confirmed. */
  asksFor(slot: SlotAsked): boolean;
  get(requestId: string): PatientRequest | undefined;
  cancel(requestId: string): Result<string>;
  /** It is shown to a kiosk now; `wrong-state` when it has left already, or is over. */
  show(requestId: string): Result<string>;
  /** Takes over a request with its code; again: shows what is known better now, and tries what could not be opened. */
  adopt(adopted: AdoptedRequest): Result<string>;
  /** Forgets what was taken over only to be looked at. */
  forgetGuests(): void;
  forget(requestId: string): Result<string>;
  onReceipt(session: SessionName, raw: Uint8Array, payload: Uint8Array): void;
  /** True when the session is one of ours. */
  onAnswer(session: SessionName, number: number, raw: Uint8Array, answer: Answer): boolean;
  onPhase(requestId: string, phase: 'sent' | 'custody'): void;
  /** A relay has the cancellation. */
  onCancelHeld(requestId: string): void;
  /** Sessions that wait for message 2, and those that are established, for bundles in this bucket. */
  sessions(bucket: Bucket): { readonly waiting: SessionName[]; readonly finished: SessionName[] };
  /** A newer identity record of this practice is here. */
  onIdentity(practice: NodeAddress): void;
  buckets(): Bucket[];
  all(): Iterable<PatientRequest>;
  load(requests: readonly PatientRequest[]): void;
  refresh(): void;
}

export interface PatientRequestsRules extends ReservableRules {
  readonly bundles: BundleExchange;
  readonly outbox: Outbox;
  readonly capacity: number;
  /** A request changed: whoever waits for its end looks at it in the same step. */
  readonly onChange: () => void;
}

const TIMER = 'patient requests';

export const createPatientRequests = (context: Context, rules: PatientRequestsRules): PatientRequests => {
  const { bundles, outbox } = rules;
  const post = createPatientPost(context, bundles);
  const requests = new Map<string, PatientRequest>();
  context.tables.add('requests', rules.capacity, () => requests.size);
  const bySession = new Map<SessionName, string>();
  /** Callers that wait for a request that is being sealed: a second tap joins the first. */
  const preparing = new Map<string, ((result: Result<string>) => void)[]>();

  const change = (request: PatientRequest): void => {
    requests.set(request.requestId, request);
    bySession.set(request.session, request.requestId);
    context.notify('requests');
    context.persist({ op: 'put', table: 'requests', key: request.requestId, value: encodePatientRequest(request) });
    rules.onChange();
  };

  const sameSlot = (slot: SlotAsked): PatientRequest | undefined =>
    [...requests.values()].find((request) => isForSlot(request, slot));

  const prepare = (command: ReserveCommand): Result<Reservable> => {
    if (requests.size >= rules.capacity) return refuse('over-capacity');
    if (command.replaces !== undefined && !mayReplace(requests, command, context.now())) return refuse('wrong-state');
    return findReservable(context.now(), rules, command);
  };

  const reserve: PatientRequests['reserve'] = (command, reply, isWanted = () => true) => {
    const present = requests.get(command.requestId) ?? sameSlot(command);
    if (present !== undefined) return reply(ok(present.requestId));
    const slot = `${command.practice} ${command.offer} ${command.start}`;
    const waiting = preparing.get(slot);
    if (waiting !== undefined) {
      waiting.push(reply);
      return;
    }
    const prepared = prepare(command);
    if (!prepared.ok) return reply(prepared);
    const callers = [reply];
    preparing.set(slot, callers);
    const request = newPatientRequest(context, command, prepared.value.announce);
    post.request(request, prepared.value.prekey, isWanted, (bundle) => {
      preparing.delete(slot);
      if (bundle.ok) {
        change({ ...(requests.get(request.requestId) ?? request), bundleId: bundle.value });
        schedule();
      }
      const result = bundle.ok ? ok(request.requestId) : bundle;
      for (const caller of callers) caller(result);
    });
  };

  /** Cancels towards the practice, once the session stands; before the receipt there is no key to say it with. */
  const sendCancel = (request: PatientRequest): void => {
    const still = (): PatientRequest | undefined => {
      const present = requests.get(request.requestId);
      return present?.owesCancel ? present : undefined;
    };
    post.cancel(request, still, (present) => change({ ...present, owesCancel: false }));
  };

  const cancel = (requestId: string): Result<string> => {
    const request = requests.get(requestId);
    if (request === undefined) return refuse('not-found');
    if (request.phase === 'cancelled') return ok(requestId);
    if (!isOpenPhase(request.phase) && request.phase !== 'confirmed') return refuse('wrong-state');
    // A kiosk that was shown it may have sent it.
    const unsent = outbox.withdraw(`request:${requestId}`) && request.shownAt === undefined;
    const cancelled = { ...advance(request, 'cancelled', context.now()), owesCancel: !unsent };
    change(cancelled);
    if (!unsent && established(request)) sendCancel(cancelled);
    return ok(requestId);
  };

  /** The new appointment is theirs, so the old one can go: in the same step, lest a crash leaves them with both. */
  const giveBack = (replaced: string | undefined): void => {
    const old = requests.get(replaced ?? '');
    if (old?.phase === 'confirmed' && old.start > context.now()) cancel(old.requestId);
  };

  /** An answer that was opened here; whoever else has the code still finds it, for as long as it lies there. */
  const remove = (request: PatientRequest, raw: Uint8Array, number: number): void => {
    if (request.pickUp === undefined) bundles.removeOpened(raw, removalSecret(request.removalSeed, 1, number));
  };

  const onReceipt: PatientRequests['onReceipt'] = (session, raw, payload) => {
    const request = requests.get(bySession.get(session) ?? '');
    const receipt = decodeReceipt(payload);
    if (request === undefined || !receipt.ok) return context.refused(receipt.ok ? 'not-found' : receipt.code);
    const next = inItsEpoch(takeReceipt(request, receipt.value, saidAt(request, raw, context.now())));
    change(next);
    outbox.arrived(`request:${request.requestId}`);
    remove(request, raw, 0);
    if (next.owesCancel) sendCancel(next);
    bundles.retry(request.bucket);
    schedule();
  };

  const expire = (request: PatientRequest): void => {
    if (!isOpenPhase(request.phase) || expiresAt(request) > context.now()) return;
    outbox.withdraw(`request:${request.requestId}`);
    change(advance(request, 'expired', context.now()));
  };

  /** As it is in the epoch in which its practice is now. */
  const inItsEpoch = (request: PatientRequest): PatientRequest =>
    inEpoch(request, rules.identities.get(request.practice)?.record.epoch, context.now());

  const catchUp = (request: PatientRequest): void => {
    const next = inItsEpoch(request);
    if (next === request) return;
    if (next.phase === 'refused') outbox.withdraw(`request:${request.requestId}`);
    change(next);
  };

  const onIdentity = (practice: NodeAddress): void => {
    for (const request of [...requests.values()]) if (request.practice === practice) catchUp(request);
  };

  const refresh = (): void => {
    for (const request of [...requests.values()]) {
      catchUp(request);
      expire(requests.get(request.requestId) ?? request);
      const present = requests.get(request.requestId);
      if (present?.owesCancel && established(present)) sendCancel(present);
    }
    schedule();
  };

  const schedule = (): void => {
    const open = [...requests.values()].filter((request) => isOpenPhase(request.phase));
    if (requests.size === 0) return;
    const next = Math.min(...open.map((one) => dueAt(one, context.now())), context.now() + DAY);
    context.timers.set(TIMER, Math.max(next, context.now() + 1) as Millis, refresh);
  };

  const drop = (request: PatientRequest): void => {
    requests.delete(request.requestId);
    bySession.delete(request.session);
    context.persist({ op: 'delete', table: 'requests', key: request.requestId });
    context.crypto.forget([request.session]);
    context.notify('requests');
  };

  const adopt = (adopted: AdoptedRequest): Result<string> => {
    const { requestId, display, guest } = adopted;
    if (!/^[0-9a-f]{16}$/.test(requestId) || display.length > MAX_DISPLAY) return refuse('malformed');
    const present = requests.get(requestId);
    if (present === undefined && requests.size >= rules.capacity) return refuse('over-capacity');
    const isQueuedHere = [...outbox.entries()].some(({ owner, sentAt }) => owner === `request:${requestId}` && !sentAt);
    const begun = present ?? adoptedRequest(context.now(), adopted, isQueuedHere);
    const isKept = begun.pickUp?.guest === false || !guest;
    const next = { ...begun, display, pickUp: begun.pickUp && { ...begun.pickUp, guest: !isKept } };
    if (present === undefined || present.display !== display || present.pickUp?.guest !== next.pickUp?.guest)
      change(next);
    bundles.retry(next.bucket);
    schedule();
    return ok(requestId);
  };

  const forgetGuests = (): void => {
    for (const request of [...requests.values()]) {
      // A cancellation that is being sealed needs the keys a moment longer; the next guest's end takes it along.
      const isSealing = request.owesCancel && established(request);
      if (request.pickUp?.guest && !isSealing) drop(request);
    }
  };

  return {
    reserve,
    refusalOf: (command) => {
      const prepared = prepare(command);
      return prepared.ok ? undefined : prepared.code;
    },
    asksFor: (slot) => sameSlot(slot) !== undefined,
    get: (requestId) => requests.get(requestId),
    cancel,
    show: (requestId) => {
      const request = requests.get(requestId);
      if (request?.phase !== 'queued') return refuse(request === undefined ? 'not-found' : 'wrong-state');
      change({ ...request, shownAt: context.now() });
      return ok(requestId);
    },
    forget: (requestId) => {
      const request = requests.get(requestId);
      if (request === undefined) return ok(requestId);
      if (isOpenPhase(request.phase) || context.now() < (owesUntil(request) ?? 0)) return refuse('wrong-state');
      drop(request);
      return ok(requestId);
    },
    adopt,
    forgetGuests,
    onReceipt,
    onIdentity,
    onAnswer: (session, number, raw, answer) => {
      const request = requests.get(bySession.get(session) ?? '');
      if (request === undefined) return false;
      if (request.answered.includes(number)) {
        remove(request, raw, number);
        // What was not removed comes again at every start.
        if (request.pickUp === undefined) context.refused('replayed');
        return true;
      }
      const next = {
        ...takeAnswer(request, answer, saidAt(request, raw, context.now())),
        answered: [...request.answered, number].slice(-16),
      };
      change(next);
      // Only now: a crash before the answer is kept must find it at the relay again.
      remove(request, raw, number);
      if (next.owesCancel) sendCancel(next);
      if (next.phase === 'confirmed' && request.phase !== 'confirmed') giveBack(next.replaces);
      schedule();
      return true;
    },
    onPhase: (requestId, phase) => {
      const request = requests.get(requestId);
      if (request !== undefined && isOpenPhase(request.phase)) change(advance(request, phase, context.now()));
    },
    onCancelHeld: (requestId) => {
      const request = requests.get(requestId);
      if (request !== undefined) change({ ...request, cancelHeldAt: context.now() });
    },
    sessions: (bucket) => {
      const now = context.now();
      const here = [...requests.values()].filter((one) => one.bucket === bucket && listens(one, now));
      return {
        waiting: here.filter((request) => !established(request)).map((request) => request.session),
        finished: here.filter(established).map((request) => request.session),
      };
    },
    buckets: () => {
      const buckets: Bucket[] = [];
      for (const request of requests.values()) if (listens(request, context.now())) buckets.push(request.bucket);
      return buckets;
    },
    all: () => requests.values(),
    load: (loaded) => {
      for (const request of loaded) {
        requests.set(request.requestId, request);
        bySession.set(request.session, request.requestId);
      }
      // Whoever looked is gone, or the lights went out.
      forgetGuests();
    },
    refresh,
  };
};
