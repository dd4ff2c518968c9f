import type { RefusalCode } from '#core/refusal.ts';
import type { Envelope } from '#core/wire/envelope.ts';
import { KIND } from '#core/wire/kinds.ts';
import { MAX_MESSAGE_BYTES } from '#core/wire/message.ts';

const ROUTED_KINDS: ReadonlySet<number | undefined> = new Set([KIND.message, KIND.delivered, KIND.assignment]);

/**
 * What is wrong with an envelope as something to carry from node to node, whoever signed it: only messages, their
 * receipts and assignments travel so, and no larger ones than the protocol allows (docs/protocol/routing.md).
 */
export const checkRoutable = ({ payload }: Pick<Envelope, 'payload'>): RefusalCode | undefined => {
  if (!ROUTED_KINDS.has(payload[0])) return 'unknown-kind';
  // One byte says the kind.
  return payload.length > MAX_MESSAGE_BYTES + 1 ? 'too-large' : undefined;
};
