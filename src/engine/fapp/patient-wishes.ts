import type { Millis } from '#core/brand.ts';
import { DAY, MINUTE } from '#core/domain/limits.ts';
import type { RefusalCode } from '#core/refusal.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import type { Command } from '#engine/command.ts';
import type { Context } from '#engine/context.ts';
import { isOpenPhase } from '#engine/fapp/patient-request.ts';
import type { PatientRequests } from '#engine/fapp/patient-requests.ts';
import { encodeWishList, MAX_WISHES, WISHES_KEY, type Wish, type WishList } from '#engine/fapp/wish-list.ts';

/**
 * Several slots in order of preference: while one is asked for the others wait, and when it is lost the next goes by itself
 * (docs/decisions/0022-alerts-and-wishes.md). Never two at a time, so that nobody gets two appointments by accident.
 */
export interface PatientWishes {
  wish(command: WishCommand): Result<string>;
  /** `order` names every waiting wish once. */
  reorder(order: readonly string[]): Result<string>;
  /** Takes one out, whether it waits or was passed over. May be repeated. */
  drop(requestId: string): Result<string>;
  current(): WishList | undefined;
  load(list: WishList): void;
  /** Everything that a relay has is here: what is missing now is gone. */
  onSynced(): void;
  /** A request changed, or the node begins: goes on to the next wish when it is its turn. */
  refresh(): void;
}

type WishCommand = Extract<Command, { kind: 'wish' }>;

/** For so long what a sync brought counts as everything that there is. */
const CURRENT = MINUTE;
/** So long after its time a wish that was passed over is still listed with its reason, unless it is asked for after all. */
const PASSED_FOR = 7 * DAY;

export const createPatientWishes = (context: Context, requests: PatientRequests): PatientWishes => {
  let list: WishList | undefined;
  let syncedAt: Millis | undefined;
  /** The wish that is being sealed. */
  let sending: string | undefined;
  context.tables.add('wishes', 2 * MAX_WISHES, () => (list?.waiting.length ?? 0) + (list?.passed.length ?? 0));

  const keep = (next: WishList | undefined): void => {
    const isEmpty = next === undefined || next.waiting.length + next.passed.length === 0;
    list = isEmpty ? undefined : next;
    context.notify('requests');
    context.persist(
      list === undefined
        ? { op: 'delete', table: 'requests', key: WISHES_KEY }
        : { op: 'put', table: 'requests', key: WISHES_KEY, value: encodeWishList(list) },
    );
  };

  const pass = (from: WishList, wish: Wish, refusal: RefusalCode): void => {
    const waiting = from.waiting.filter((one) => one !== wish);
    keep({ ...from, waiting, passed: [...from.passed, { ...wish, refusal }].slice(-MAX_WISHES) });
  };

  const send = (wish: Wish): void => {
    const isNext = (): boolean => list?.waiting[0]?.requestId === wish.requestId;
    sending = wish.requestId;
    requests.reserve(
      { kind: 'reserve', ...wish },
      (result) => {
        sending = undefined;
        const from = list;
        const present = from?.waiting[0];
        if (from !== undefined && present !== undefined && isNext()) {
          // In the same step as the request itself: a crash leaves either both or neither.
          if (result.ok) keep({ ...from, current: result.value, waiting: from.waiting.slice(1) });
          else pass(from, present, result.code);
        }
        refresh();
      },
      isNext,
    );
  };

  const isOver = (wish: Wish): boolean => wish.start + PASSED_FOR < context.now() || requests.asksFor(wish);
  const refresh = (): void => {
    if (list?.passed.some(isOver)) keep({ ...list, passed: list.passed.filter((one) => !isOver(one)) });
    for (let left = MAX_WISHES; left > 0 && list !== undefined && sending === undefined; left--) {
      const current = requests.get(list.current);
      const [next] = list.waiting;
      if (next === undefined) return;
      // It is theirs, or they took it back: either way nothing more is asked for in their name. What was passed over
      // before stays to be read, and so does what the confirmation made needless.
      if (current?.phase === 'cancelled') return keep({ ...list, waiting: [] });
      if (current?.phase === 'confirmed') {
        const needless = list.waiting.map((one) => ({ ...one, refusal: 'superseded' as const }));
        return keep({ ...list, waiting: [], passed: [...list.passed, ...needless].slice(-MAX_WISHES) });
      }
      if (current !== undefined && isOpenPhase(current.phase)) return;
      const refusal = requests.refusalOf({ kind: 'reserve', ...next });
      if (refusal === undefined) return send(next);
      const isUnknown = refusal === 'slot-gone' || refusal === 'unknown-key';
      // A device that was away knows less than there is: it looks again when it has caught up.
      if (isUnknown && (syncedAt === undefined || context.now() - syncedAt > CURRENT)) return;
      pass(list, next, refusal);
    }
  };

  const wish = (command: WishCommand): Result<string> => {
    const { kind: _, after, ...slot } = command;
    const waiting = list?.waiting ?? [];
    if (waiting.some(({ requestId }) => requestId === slot.requestId)) return ok(slot.requestId);
    if (requests.get(slot.requestId) !== undefined) return ok(slot.requestId);
    const source = requests.get(after);
    if (source === undefined) return refuse('not-found');
    if (!isOpenPhase(source.phase) || (waiting.length > 0 && list?.current !== after)) return refuse('wrong-state');
    const { pseudonym, code, text } = source;
    const added: Wish = { ...slot, pseudonym, code, text };
    const isSame = (one: Wish): boolean =>
      one.practice === slot.practice && one.offer === slot.offer && one.start === slot.start;
    if (waiting.some(isSame) || requests.asksFor(slot)) return refuse('replayed');
    if (waiting.length >= MAX_WISHES - 1) return refuse('over-capacity');
    const refusal = requests.refusalOf({ kind: 'reserve', ...added });
    if (refusal !== undefined) return refuse(refusal);
    keep({ current: after, waiting: [...waiting, added], passed: (list?.passed ?? []).filter((one) => !isSame(one)) });
    return ok(slot.requestId);
  };

  return {
    wish,
    reorder: (order) => {
      const waiting = list?.waiting ?? [];
      const named = order.flatMap((id) => waiting.find(({ requestId }) => requestId === id) ?? []);
      if (list === undefined || named.length !== order.length) return refuse('not-found');
      if (new Set(named).size !== waiting.length || named.length !== waiting.length) return refuse('malformed');
      keep({ ...list, waiting: named });
      return ok('');
    },
    drop: (requestId) => {
      if (list === undefined) return ok(requestId);
      const stays = (one: Wish): boolean => one.requestId !== requestId;
      keep({ ...list, waiting: list.waiting.filter(stays), passed: list.passed.filter(stays) });
      return ok(requestId);
    },
    current: () => list,
    load: (loaded) => {
      list = loaded;
    },
    onSynced: () => {
      syncedAt = context.now();
      refresh();
    },
    refresh,
  };
};
