import type { Bucket, Millis } from '#core/brand.ts';
import { BUNDLE_TTL, MINUTE } from '#core/domain/limits.ts';
import type { Result } from '#core/result.ts';
import type { BundleExchange } from '#engine/bundles/bundle-exchange.ts';
import type { Outbox } from '#engine/bundles/outbox.ts';
import type { Command } from '#engine/command.ts';
import type { Context } from '#engine/context.ts';

/**
 * Requests under a pick-up code (docs/protocol/pick-up.md). This device keeps nothing of one but two sealed bundles in its
 * queue; whoever has the code, here or elsewhere, looks for the ticket in its bucket and takes the request over.
 */
export interface PickUps {
  /** Queues the sealed request and its ticket: both or none. */
  post(command: Extract<Command, { kind: 'post-pick-up' }>): Result<string>;
  /** Somebody looks for a ticket: waits in its bucket for a while, from now. */
  look(bucket: Bucket): void;
  isWatched(bucket: Bucket): boolean;
  buckets(): Bucket[];
  /** Nobody looks any more. */
  forget(): void;
}

const MAX_LOOKS = 8;
const LOOK_TIME = (10 * MINUTE) as Millis;

export const createPickUps = (context: Context, bundles: BundleExchange, outbox: Outbox): PickUps => {
  const looks = new Map<Bucket, Millis>();
  context.tables.add('pick-ups', MAX_LOOKS, () => looks.size);
  const isWatched = (bucket: Bucket): boolean => (looks.get(bucket) ?? 0) > context.now();

  return {
    post: ({ requestId, deadline, request, ticket }) => {
      const [now, owner] = [context.now(), `request:${requestId}`];
      const queue = { notBefore: now, expires: deadline };
      const queued = bundles.deposit(request.bucket, request.body, request.secret, { ...queue, owner });
      if (!queued.ok) return queued;
      // Behind the request: where the ticket is, the request has been.
      const expires = (now + BUNDLE_TTL) as Millis;
      const ticketOwner = `ticket:${requestId}`;
      const named = bundles.deposit(ticket.bucket, ticket.body, ticket.secret, {
        ...queue,
        expires,
        owner: ticketOwner,
      });
      if (!named.ok) outbox.withdraw(owner);
      return named.ok ? { ok: true, value: requestId } : named;
    },
    look: (bucket) => {
      looks.delete(bucket);
      looks.set(bucket, (context.now() + LOOK_TIME) as Millis);
      const oldest = looks.keys().next();
      if (looks.size > MAX_LOOKS && !oldest.done) looks.delete(oldest.value);
    },
    isWatched,
    buckets: () => [...looks.keys()].filter(isWatched),
    forget: () => looks.clear(),
  };
};
