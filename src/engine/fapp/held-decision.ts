import * as v from 'valibot';
import type { Millis, OfferId } from '#core/brand.ts';
import { decodeLocal, encodeLocal } from '#core/local-record.ts';
import type { Result } from '#core/result.ts';
import type { Decision } from '#engine/command.ts';
import { callOffWords, confirmWords } from '#engine/fapp/inbox-entry.ts';

/** A decision that waits before it happens, as kept on the practice's device (docs/decisions/0016-held-decisions.md). */
export interface HeldDecision {
  readonly decision: Decision;
  /** When it happens, unless it is undone before. */
  readonly at: Millis;
}

/** What a decision is about, also the key of its row: of two for the same thing only the later one waits. */
export const decisionId = (decision: Decision): string =>
  decision.kind === 'withdraw-slot'
    ? `held slot ${decision.offer} ${decision.start}`
    : `held request ${decision.requestId}`;

const schema = v.object({
  at: v.pipe(
    v.number(),
    v.transform((at) => at as Millis),
  ),
  decision: v.variant('kind', [
    v.object({ kind: v.literal('confirm'), requestId: v.string(), ...confirmWords.entries }),
    v.object({ kind: v.literal('reject'), requestId: v.string() }),
    v.object({ kind: v.literal('call-off'), requestId: v.string(), ...callOffWords.entries }),
    v.pipe(
      v.object({ kind: v.literal('withdraw-slot'), offer: v.number(), start: v.number() }),
      v.transform((slot) => ({ ...slot, offer: slot.offer as OfferId, start: slot.start as Millis })),
    ),
  ]),
});

export const encodeHeldDecision = (held: HeldDecision): Uint8Array => encodeLocal(held);

export const decodeHeldDecision = (bytes: Uint8Array): Result<HeldDecision> => decodeLocal(schema, bytes);
