import type { Millis } from '#core/brand.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import type { CommandReply, Decision } from '#engine/command.ts';
import type { Context } from '#engine/context.ts';
import { decisionId, encodeHeldDecision, type HeldDecision } from '#engine/fapp/held-decision.ts';
import type { PracticeInbox } from '#engine/fapp/practice-inbox.ts';
import type { PracticeOffers } from '#engine/fapp/practice-offers.ts';

/**
 * A practice's decisions during the seconds in which they can be undone (docs/decisions/0016-held-decisions.md). What was
 * decided is durable from the first moment: whoever closes the app meanwhile has decided all the same.
 */
export interface HeldDecisions {
  /** Refused when it could not happen now. Replaces what waits about the same thing; the same again waits no longer. */
  hold(decision: Decision): CommandReply;
  /** Nothing waits afterwards. It may have happened before: the request or the slot says so. */
  undo(id: string): CommandReply;
  /** Without the wait. */
  perform(decision: Decision): CommandReply;
  all(): Iterable<HeldDecision>;
  load(held: readonly HeldDecision[]): void;
  /** Performs what is due. */
  refresh(): void;
}

/** How long a decision waits. */
export const HOLD = 6_000 as Millis;
/** More than anybody decides in that time. */
const MAX_HELD = 50;
const TIMER = 'held decisions';

export const createHeldDecisions = (context: Context, inbox: PracticeInbox, offers: PracticeOffers): HeldDecisions => {
  const held = new Map<string, HeldDecision>();
  context.tables.add('held decisions', MAX_HELD, () => held.size);

  const notify = ({ kind }: Decision): void => {
    if (kind !== 'withdraw-slot') context.notify('inbox');
    // What waits about a slot that is free or given away is shown there, too.
    if (kind === 'withdraw-slot' || kind === 'call-off') context.notify('practice');
  };
  const drop = (id: string): void => {
    const present = held.get(id);
    if (present === undefined) return;
    held.delete(id);
    context.persist({ op: 'delete', table: 'commands', key: id });
    notify(present.decision);
  };

  /** The latest moment at which it can happen. */
  const latest = (decision: Decision): Result<number> => {
    if (decision.kind === 'call-off') return inbox.mayCallOff(decision.requestId, decision);
    if (decision.kind !== 'withdraw-slot') {
      return inbox.mayAnswer(decision.requestId, decision.kind === 'confirm' ? decision : undefined);
    }
    const may = offers.mayWithdraw(decision.offer, decision.start);
    return may.ok ? ok(Number.POSITIVE_INFINITY) : may;
  };

  const perform = (decision: Decision): CommandReply => {
    switch (decision.kind) {
      case 'confirm':
        return inbox.confirm(decision.requestId, decision);
      case 'reject':
        return inbox.reject(decision.requestId);
      case 'call-off':
        return inbox.callOff(decision.requestId, decision);
      case 'withdraw-slot':
        return offers.withdrawSlot(decision.offer, decision.start);
    }
  };

  const refresh = (): void => {
    for (const [id, { decision, at }] of [...held]) {
      // Further away than any decision waits: the clock was set back meanwhile.
      if (at > context.now() && at <= context.now() + HOLD) continue;
      const reply = perform(decision);
      // The patient was faster, or the deadline: what the request says now is true.
      if (!reply.ok) context.refused(reply.code);
      drop(id);
    }
    schedule();
  };

  const schedule = (): void => {
    const next = Math.min(...[...held.values()].map(({ at }) => at));
    if (held.size > 0) context.timers.set(TIMER, next as Millis, refresh);
    else context.timers.cancel(TIMER);
  };

  return {
    hold: (decision) => {
      const until = latest(decision);
      if (!until.ok) return until;
      const id = decisionId(decision);
      const present = held.get(id);
      if (present === undefined && held.size >= MAX_HELD) return refuse('over-capacity');
      // What is decided in the last seconds still happens in time.
      const at =
        present?.decision.kind === decision.kind
          ? present.at
          : (Math.min(context.now() + HOLD, until.value - 1) as Millis);
      const waiting = { decision, at };
      held.set(id, waiting);
      context.persist({ op: 'put', table: 'commands', key: id, value: encodeHeldDecision(waiting) });
      notify(decision);
      schedule();
      return ok(id);
    },
    undo: (id) => {
      drop(id);
      schedule();
      return ok(id);
    },
    perform,
    all: () => held.values(),
    load: (loaded) => {
      for (const one of loaded) held.set(decisionId(one.decision), one);
    },
    refresh,
  };
};
